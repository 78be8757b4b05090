#!/usr/bin/env bash
# Kernel and model benchmarks with their yardsticks, all measured in the same run:
#   - matrix-vector and matrix products against plain reading and the BF16 dot instruction (linear_bench)
#   - prefill and decode of a synthetic model of Flash width: 6 layers, 64 experts, 32,000 ids (model_bench)
# The model (7.6 GB, made once) lies in BENCH_DIR, default /tmp/nibble-bench; BENCH_MODEL=none leaves that part out.
set -euo pipefail
cd "$(dirname "$0")/.."
build=build/release
dir=${BENCH_DIR:-/tmp/nibble-bench}
cmake --build --preset release --target linear_bench model_bench nibble >/dev/null

$build/nibble --version | head -1
lscpu | grep -E '^(Model name|CPU\(s\)|L3 cache)' || true
$build/linear_bench "${BENCH_SECONDS:-2}"
[ "${BENCH_MODEL:-}" = none ] && exit 0

config=tests/data/bench/flash_6_layers.json
mkdir -p "$dir"
[ -e "$dir/model/config.json" ] || $build/nibble synth --config "$config" --seed 1 "$dir/model" >/dev/null
echo
for threads in 1 2; do
  $build/model_bench "$dir/model" 512 16 "$threads"
done
