#!/usr/bin/env bash
# Kernel and model benchmarks with their yardsticks, all measured in the same run:
#   - matrix-vector and matrix products against plain reading and the BF16 dot instruction (linear_bench)
#   - the other operations of serving against their references (serving_bench)
#   - prefill and decode of a synthetic model of the bundled tiny model's shape, alone and 16 side by side (model_bench)
#   - prefill and decode of a synthetic model of Flash width: 6 layers, 64 experts, 32,000 ids (model_bench)
# The models (7.6 GB, made once) lie in BENCH_DIR, default /tmp/nibble-bench; BENCH_MODEL=none leaves those parts out.
set -euo pipefail
cd "$(dirname "$0")/.."
build=build/release
dir=${BENCH_DIR:-/tmp/nibble-bench}
cmake --build --preset release --target linear_bench serving_bench model_bench nibble >/dev/null

$build/nibble --version | head -1
lscpu | grep -E '^(Model name|CPU\(s\)|L3 cache)' || true
$build/linear_bench "${BENCH_SECONDS:-2}"
echo
$build/serving_bench
[ "${BENCH_MODEL:-}" = none ] && exit 0

mkdir -p "$dir"
[ -e "$dir/tiny/config.json" ] || $build/nibble synth --config tests/data/bench/tiny.json --seed 1 "$dir/tiny" >/dev/null
echo
for threads in 1 2; do
  $build/model_bench "$dir/tiny" 512 200 "$threads"
  $build/model_bench "$dir/tiny" 2000 100 "$threads" 16
done

config=tests/data/bench/flash_6_layers.json
[ -e "$dir/model/config.json" ] || $build/nibble synth --config "$config" --seed 1 "$dir/model" >/dev/null
echo
for threads in 1 2; do
  $build/model_bench "$dir/model" 512 16 "$threads"
done
