#!/usr/bin/env bash
# How fast `nibble quantize` casts, against a plain copy of the same files: a synthetic checkpoint of Flash dimensions
# (3 layers, 64 experts, 6.2 GB), alternating runs, both timed to the last sync. Needs about 13 GB beside the source.
#   tools/bench_quantize.sh SCRATCH_FOLDER [RUNS=5] [THREADS=2] [RECIPE=cast]
set -euo pipefail
cd "$(dirname "$0")/.."
scratch=${1:?usage: tools/bench_quantize.sh SCRATCH_FOLDER [RUNS] [THREADS] [RECIPE]}
runs=${2:-5} threads=${3:-2} recipe=${4:-cast}
nibble=build/release/nibble
flash=../shared/data/configs/deepseek_v4_flash.json

mkdir -p "$scratch"
if [ ! -e "$scratch/source/config.json" ]; then
  python3 - "$flash" "$scratch/config.json" <<'PYTHON'
import json
import sys
config = json.load(open(sys.argv[1]))
config.update(num_hidden_layers=3, compress_ratios=[0, 4, 128, 0], n_routed_experts=64)
json.dump(config, open(sys.argv[2], "w"), indent=2)
PYTHON
  "$nibble" synth --config "$scratch/config.json" --seed 1 --shards 4 "$scratch/source"
fi

seconds() { local from=$EPOCHREALTIME; "$@" >/dev/null; awk -v a="$from" -v b="$EPOCHREALTIME" 'BEGIN {printf "%.2f\n", b - a}'; }
copy() { cp --reflink=never -r "$scratch/source" "$scratch/copy" && sync; }
quantize() { "$nibble" quantize "$scratch/source" "$scratch/nvfp4" --recipe "$recipe" --threads "$threads" --json >"$scratch/report.json" 2>/dev/null && sync; }
median() { sort -g | awk '{v[NR] = $1} END {print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'; }

cat "$scratch"/source/* >/dev/null  # both read from the page cache, as far as it reaches
: >"$scratch/copy.times"; : >"$scratch/quantize.times"
for ((run = 1; run <= runs; ++run)); do
  rm -rf "$scratch/copy" "$scratch/nvfp4"; sync
  seconds copy >>"$scratch/copy.times"
  rm -rf "$scratch/copy"; sync
  seconds quantize >>"$scratch/quantize.times"
  echo "run $run: cp $(tail -1 "$scratch/copy.times") s, quantize $(tail -1 "$scratch/quantize.times") s"
done
bytes=$(du -cb "$scratch"/source/*.safetensors | tail -1 | cut -f1)
python3 - "$bytes" "$(median <"$scratch/copy.times")" "$(median <"$scratch/quantize.times")" "$scratch/report.json" <<'PYTHON'
import json
import sys
size, copy, quantize = (float(a) for a in sys.argv[1:4])
report = json.load(open(sys.argv[4]))
print(f"median of source bytes/s: cp+sync {size / copy / 1e6:.0f} MB/s, {report['recipe']} {size / quantize / 1e6:.0f} MB/s: "
      f"{100 * copy / quantize:.0f} % (bar for cast: 60 %)")
print(f"peak RSS {report['peak_rss_bytes'] / 1e6:.1f} MB with {report['threads']} threads; stated bound "
      f"{report['memory_bound_bytes'] / 1e6:.1f} MB")
PYTHON
rm -rf "$scratch/copy" "$scratch/nvfp4"
