#!/usr/bin/env bash
# The CUDA kernels on a machine with a Hopper card, which need not have anything but the driver.
#   tools/gpu_check.sh pack DIR   where the `cuda` preset was built: copies test, benchmark and the libraries they need
#   tools/gpu_check.sh run DIR    on the machine with the card: runs both; results also go to $OUT when that is set
set -euo pipefail
[ $# = 2 ] || { sed -n 2,4p "$0"; exit 2; }
dir=$2
names=(grouped_matvec_gpu_test grouped_matvec_bench)

pack() {
  mkdir -p "$dir/lib"
  for name in "${names[@]}"; do
    cp "build/cuda/$name" "$dir/"
    # What a Linux machine may lack; its C library is its own.
    ldd "build/cuda/$name" | awk '/=> \//{print $3}' | grep -E '/lib(fmt|stdc\+\+|gcc_s|hwy|boost)' |
      xargs -r -I{} cp -L {} "$dir/lib/"
  done
  cp "$0" "$dir/"
  du -sh "$dir"
}

run() {
  local out=${OUT:-$dir/results}
  mkdir -p "$out"
  export LD_LIBRARY_PATH="$dir/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
  nvidia-smi --query-gpu=name,driver_version,clocks.sm,clocks.mem --format=csv 2>&1 | tee "$out/card.txt" || true
  local status=0
  "$dir/grouped_matvec_gpu_test" 2>&1 | tee "$out/gpu_test.txt" || status=1
  "$dir/grouped_matvec_bench" 2>&1 | tee "$out/gpu_bench.txt" || status=1
  return $status
}

case $1 in
  pack) pack ;;
  run) run ;;
  *) sed -n 2,4p "$0"; exit 2 ;;
esac
