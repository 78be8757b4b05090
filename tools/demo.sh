#!/usr/bin/env bash
# The whole walk on the bundled model: quantise it, inspect and verify the result, score it on part of its evaluation set, serve it and ask
# five questions over HTTP whose answers are known. --once: end after the check, non-zero if anything is wrong; otherwise the server stays up.
set -euo pipefail
cd "$(dirname "$0")/.."
nibble=build/release/nibble
port=${PORT:-8000}
work=build/demo
once=${1:-}

say() { printf '\n\033[1m== %s\033[0m\n' "$*"; }

rm -rf "$work"
mkdir -p "$work"
say "nibble quantize: the routed experts of models/tiny, MXFP4 -> NVFP4, lossless"
"$nibble" quantize models/tiny "$work/nvfp4"
say "nibble inspect: what came out"
"$nibble" inspect "$work/nvfp4" | sed -n '1,20p'
say "nibble verify: every tensor against the source"
"$nibble" verify "$work/nvfp4" --source models/tiny
say "nibble eval: the NVFP4 checkpoint on two held-out cases of each skill"
"$nibble" eval "$work/nvfp4" --suite models/tiny/eval/suite.jsonl --text models/tiny/eval/text.jsonl --limit 2 --require 85

say "nibble serve: the NVFP4 checkpoint on port $port"
"$nibble" serve "$work/nvfp4" --port "$port" --served-model-name tiny &
server=$!
trap 'kill $server 2>/dev/null || true' EXIT
python3 tools/ask_demo.py "http://127.0.0.1:$port" "$server"

if [ "$once" = --once ]; then
  kill -TERM $server
  wait $server
  trap - EXIT
  say "demo passed"
else
  cat <<TXT

The server stays up; Ctrl-C ends it. Ask it yourself, from another terminal:

  curl -s http://127.0.0.1:$port/v1/chat/completions -H 'Content-Type: application/json' \\
    -d '{"model":"tiny","messages":[{"role":"user","content":"What is NVFP4?"}]}'

or talk to the bundled model without a server:  build/release/nibble chat
TXT
  trap 'kill -TERM $server 2>/dev/null || true' INT TERM
  wait $server || true
fi
