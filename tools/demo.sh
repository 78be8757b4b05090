#!/usr/bin/env bash
# The whole walk on the bundled default: make the tiny checkpoint, quantise it, inspect and verify the result, serve it, and
# compare what it answers over HTTP with the tokens of an independent oracle. --once: end after the check, non-zero if
# anything differs; otherwise the server stays up.
set -euo pipefail
cd "$(dirname "$0")/.."
nibble=build/release/nibble
port=${PORT:-8000}
work=build/demo
once=${1:-}

say() { printf '\n\033[1m== %s\033[0m\n' "$*"; }

rm -rf "$work"
mkdir -p "$work"
say "nibble synth: a tiny DeepSeek-V4 (5 layers, 8 experts) in the official layout"
"$nibble" synth --config tests/data/v4_tiny/config.json --seed 1 --shards 3 "$work/native"
say "nibble quantize: routed experts MXFP4 -> NVFP4, lossless"
"$nibble" quantize "$work/native" "$work/nvfp4"
say "nibble inspect: what came out"
"$nibble" inspect "$work/nvfp4"
say "nibble verify: every tensor against the source"
"$nibble" verify "$work/nvfp4" --source "$work/native"

say "nibble serve: the NVFP4 checkpoint on port $port"
"$nibble" serve "$work/nvfp4" --port "$port" --numerics ideal --skip-tokenizer-init --served-model-name tiny &
server=$!
trap 'kill $server 2>/dev/null || true' EXIT
python3 tools/ask_demo.py "http://127.0.0.1:$port" tests/data/v4_tiny/expected/cases.json "$server"

if [ "$once" = --once ]; then
  kill -TERM $server
  wait $server
  trap - EXIT
  say "demo passed"
else
  cat <<TXT

The server stays up; Ctrl-C ends it. Ask it yourself (this model has no tokenizer: ids in, ids out):

  curl -s http://127.0.0.1:$port/v1/completions -H 'Content-Type: application/json' \\
    -d '{"model":"tiny","prompt":[396,180,288,439,379],"max_tokens":8,"temperature":0,"return_token_ids":true}'
TXT
  trap 'kill -TERM $server 2>/dev/null || true' INT TERM
  wait $server || true
fi
