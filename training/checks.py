"""What a training command needs, checked before it starts; each check ends the command with one sentence."""
from __future__ import annotations

import importlib.util
import os
import shutil
from pathlib import Path


def fail(sentence: str) -> None:
    """Ends the command: the sentence goes to standard error, the exit code is 1."""
    raise SystemExit(f"error: {sentence}")


def packages(*names: str) -> None:
    for name in names:
        if importlib.util.find_spec(name) is None:
            fail(f"the Python package {name} is missing: make setup-training installs it for /usr/bin/python3")


def device(name: str) -> None:
    import torch

    if name == "cuda" and not torch.cuda.is_available():
        fail("no CUDA device is visible to PyTorch: use --device cpu, or a machine with a GPU")


def tokenizer(folder: Path) -> None:
    if not (folder / "tokenizer.json").is_file():
        fail(f"{folder}/tokenizer.json is missing: give its folder with --tokenizer, "
             f"or make it with python3 -m training.tokenizer --out {folder}")


def room(folder: Path, size: int) -> None:
    """Makes the folder and sees that `size` bytes can be written there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        fail(f"{folder} cannot be made: {error.strerror}")
    if not os.access(folder, os.W_OK):
        fail(f"{folder} is not writable")
    free = shutil.disk_usage(folder).free
    if free < size:
        fail(f"{folder}: {free >> 20} MiB are free on its disk, {size >> 20} MiB are needed")
