"""Checkpoints: a folder with state.json and a few raw parts of at most 15 MiB.

A full one holds the F32 masters and the optimiser's state (7 parts), a weights-only one the masters
alone (4 parts). Written beside the old one and renamed when complete; each part has a CRC-32.
"""
from __future__ import annotations

import json
import os
import shutil
import zlib
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor

from training.config import Config
from training.optim import Optimiser
from training.weights import Layout, Weights

PART_BYTES = 15 << 20


@dataclass
class Progress:
    """Where a run is: optimiser steps taken (the next batch's number), seconds of pure training."""

    step: int = 0
    seconds: float = 0.0


class CheckpointError(Exception):
    pass


def _write(path: Path, data: bytes | memoryview) -> None:
    with path.open("wb") as f:
        f.write(data)
        f.flush()
        os.fsync(f.fileno())


def save(folder: Path, weights: Weights, optimiser: Optimiser | None, progress: Progress, tokenizer: str) -> None:
    """Replaces `folder` by a new checkpoint. tokenizer: the folder that the data was made with."""
    tensors = {"master": weights.master} | (optimiser.state() if optimiser else {})
    flat = torch.cat([t.detach().float().cpu().flatten() for t in tensors.values()])
    if not torch.isfinite(flat).all():
        raise CheckpointError(f"{folder}: the weights are not finite any more; the old checkpoint stays")
    data = memoryview(flat.numpy()).cast("B")
    fresh = folder.with_name(folder.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    parts = []
    for i, begin in enumerate(range(0, len(data), PART_BYTES)):
        part = data[begin : begin + PART_BYTES]
        parts.append({"name": f"part-{i}.bin", "bytes": len(part), "crc32": zlib.crc32(part)})
        _write(fresh / parts[-1]["name"], part)
    state = {
        "config": asdict(weights.layout.cfg),
        "tensors": {name: t.numel() for name, t in tensors.items()},
        "parts": parts,
        "progress": asdict(progress),
        "optimiser_steps": optimiser.steps if optimiser else 0,
        "bias": weights.bias.cpu().tolist(),
        "tables": {k: v.cpu().tolist() for k, v in weights.tables.items()},
        "tokenizer": tokenizer,
    }
    _write(fresh / "state.json", json.dumps(state).encode())
    old = folder.with_name(folder.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    fresh.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def find(folder: Path) -> Path | None:
    """The checkpoint at `folder`, or the one that an interrupted replacement left beside it."""
    for path in (folder, folder.with_name(folder.name + ".old")):
        if (path / "state.json").is_file():
            return path
    return None


def _read(folder: Path) -> tuple[dict, dict[str, Tensor]]:
    path = find(folder)
    if path is None:
        raise CheckpointError(f"{folder}: no checkpoint there (state.json is missing)")
    state = json.loads((path / "state.json").read_text())
    data = bytearray()
    for part in state["parts"]:
        file = path / part["name"]
        read = file.read_bytes() if file.is_file() else b""
        if len(read) != part["bytes"] or zlib.crc32(read) != part["crc32"]:
            raise CheckpointError(f"{file}: not what state.json describes ({len(read)} bytes); copy it again")
        data += read
    flat = torch.frombuffer(data, dtype=torch.float32)
    sizes = state["tensors"]
    return state, dict(zip(sizes, flat.split(list(sizes.values()))))


def load(folder: Path, device: torch.device | str) -> tuple[Weights, Optimiser, Progress, bool]:
    """Weights, optimiser, progress, and whether the optimiser's state was there (else it is fresh)."""
    state, tensors = _read(folder)
    layout = Layout(_config(state))
    weights = _weights(state, tensors, layout).to(device)
    optimiser = Optimiser(layout, device)
    full = "momentum" in tensors
    if full:
        for name, t in optimiser.state().items():
            t.copy_(tensors[name])
        optimiser.steps = state["optimiser_steps"]
    return weights, optimiser, Progress(**state["progress"]), full


def _config(state: dict) -> Config:
    return Config(**{k: tuple(v) if isinstance(v, list) else v for k, v in state["config"].items()})


def _weights(state: dict, tensors: dict[str, Tensor], layout: Layout) -> Weights:
    if tensors["master"].numel() != layout.size:
        raise CheckpointError(
            f"the checkpoint has {tensors['master'].numel()} weights, its config needs {layout.size}"
        )
    tables = {k: torch.tensor(v, dtype=torch.int64) for k, v in state["tables"].items()}
    return Weights(layout, tensors["master"].clone(), torch.tensor(state["bias"]), tables)


def load_weights(folder: Path) -> tuple[Weights, Path]:
    """The weights alone, on the CPU, and the tokenizer's folder."""
    state, tensors = _read(folder)
    return _weights(state, tensors, Layout(_config(state))), Path(state["tokenizer"])
