#!/usr/bin/env bash
# Installs what training/ needs on a CPU: Debian's PyTorch and NumPy for /usr/bin/python3; does nothing when both are there.
set -euo pipefail
exec "$(dirname "$0")"/setup.sh python3-torch python3-numpy
