#!/usr/bin/env python3
"""An include only goes down: fails when a file includes from its own floor's neighbours or from above."""
import pathlib
import re
import sys

FLOORS = {"base": 0, "formats": 1, "tensor": 2, "kernels": 3, "text": 4, "parallel": 4, "checkpoint": 4, "model": 5,
          "quantize": 5, "convert": 5, "lint": 5, "engine": 6, "study": 7, "server": 7, "apps": 8}
root = pathlib.Path(__file__).resolve().parent.parent
bad = 0
for path in sorted([*root.glob("src/**/*"), *root.glob("apps/*")]):
    if path.suffix not in {".h", ".cc", ".cu", ".cuh"}:
        continue
    folder = path.relative_to(root).parts[1 if path.parts[len(root.parts)] == "src" else 0]
    for number, line in enumerate(path.read_text().splitlines(), 1):
        match = re.match(r'#include "([a-z_]+)/', line)
        other = match and match[1]
        if other in FLOORS and other != folder and FLOORS[other] >= FLOORS[folder]:
            print(f"{path.relative_to(root)}:{number}: {folder} (floor {FLOORS[folder]}) may not include {other} (floor {FLOORS[other]})")
            bad += 1
sys.exit(bad > 0)
