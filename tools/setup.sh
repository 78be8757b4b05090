#!/usr/bin/env bash
# Installs the Debian 12 packages that nibble builds with, or those named; does nothing when all are there.
set -euo pipefail
packages=(g++ cmake ninja-build mold pkg-config clang-format git python3
  libboost1.81-dev libboost-json1.81-dev libhwy-dev libcli11-dev libfmt-dev libssl-dev libre2-dev
  libgtest-dev libgmock-dev libbenchmark-dev)
[ $# -eq 0 ] || packages=("$@")
missing=()
for p in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$p" 2>/dev/null | grep -q 'install ok installed' || missing+=("$p")
done
[ ${#missing[@]} -eq 0 ] && exit 0
echo "installing: ${missing[*]}"
sudo=""
[ "$(id -u)" = 0 ] || sudo=sudo
$sudo apt-get update -qq
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
