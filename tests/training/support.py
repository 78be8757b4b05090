"""For the tests that need PyTorch: skips them loudly where it is missing, reads safetensors."""

import importlib.util
import os
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = pathlib.Path(os.environ.get("NIBBLE_SHARED", ROOT.parent / "shared")) / "golden"
SKIPPED = 77
sys.path.insert(0, str(ROOT))

for package in ("torch", "numpy"):
    if importlib.util.find_spec(package) is None:
        print(f"SKIPPED: {sys.executable} has no package {package}; "
              "make setup-training installs it for /usr/bin/python3")
        sys.exit(SKIPPED)

import torch  # noqa: E402
from training import safetensors  # noqa: E402

_TYPES = {"F32": torch.float32, "BF16": torch.bfloat16, "I64": torch.int64, "I32": torch.int32, "I16": torch.int16}


def read_safetensors(path):
    """Tensors by name; formats of one byte as uint8."""
    return {name: torch.frombuffer(bytearray(data), dtype=_TYPES.get(dtype, torch.uint8)).reshape(shape)
            for name, (dtype, shape, data) in safetensors.read(path).items()}
