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


@dataclass(frozen=True)
class Origin:
    """What the batches of a run are made from."""

    seed: int
    rows: int
    row_tokens: int
    tokenizer: int  # its fingerprint


class CheckpointError(Exception):
    pass


def fingerprint(tokenizer: Path) -> int:
    """CRC-32 of a folder's tokenizer.json."""
    return zlib.crc32((tokenizer / "tokenizer.json").read_bytes())


def _write(path: Path, data: bytes | memoryview) -> None:
    with path.open("wb") as f:
        f.write(data)
        f.flush()
        os.fsync(f.fileno())


def save(folder: Path, weights: Weights, optimiser: Optimiser | None, progress: Progress, tokenizer: str,
         origin: Origin) -> None:
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
        "origin": asdict(origin),
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
    try:
        state = json.loads((path / "state.json").read_text())
        sizes, parts = state["tensors"], [(p["name"], p["bytes"], p["crc32"]) for p in state["parts"]]
    except (ValueError, KeyError, TypeError):
        raise CheckpointError(f"{path}/state.json is damaged: copy the checkpoint again") from None
    data = bytearray()
    for name, size, crc in parts:
        file = path / name
        read = file.read_bytes() if file.is_file() else b""
        if len(read) != size or zlib.crc32(read) != crc:
            what = f"has {len(read)} of {size} bytes" if len(read) != size else "has other bytes than those written"
            raise CheckpointError(f"{file} {what if read else 'is missing or empty'}: copy the checkpoint again")
        data += read
    flat = torch.frombuffer(data, dtype=torch.float32)
    return state, dict(zip(sizes, flat.split(list(sizes.values()))))


@dataclass
class Loaded:
    """full: the optimiser's state was there (else it is fresh). origin: {} in a checkpoint without one."""

    weights: Weights
    optimiser: Optimiser
    progress: Progress
    full: bool
    tokenizer: Path
    origin: dict

    def check(self, source: Path, config: Config, origin: Origin, everything: bool) -> None:
        """Raises CheckpointError unless the run fits: shapes and tokenizer, with `everything` the data too."""
        own, wanted = asdict(self.weights.layout.cfg), asdict(config)
        for key, value in wanted.items():
            if own[key] != value:
                raise CheckpointError(f"{source} is of a model with {key} {own[key]}, not {value}: "
                                      "give the same --config and --tokenizer, or begin anew with another --out")
        if self.origin.get("tokenizer", origin.tokenizer) != origin.tokenizer:
            raise CheckpointError(f"{source} was trained with another tokenizer.json ({self.tokenizer}): give that, "
                                  "or begin anew with another --out")
        for key in ("seed", "rows", "row_tokens") if everything else ():
            option, value = "--" + key.replace("_", "-"), asdict(origin)[key]
            if self.origin.get(key, value) != value:
                raise CheckpointError(f"{source} was trained with {option} {self.origin[key]}, not {value}: "
                                      f"give {option} {self.origin[key]}, or go another way with --init-from")


def load(folder: Path, device: torch.device | str) -> Loaded:
    state, tensors = _read(folder)
    layout = Layout(_config(folder, state))
    weights = _weights(folder, state, tensors, layout).to(device)
    optimiser = Optimiser(layout, device)
    full = "momentum" in tensors
    if full:
        for name, t in optimiser.state().items():
            t.copy_(tensors[name])
        optimiser.steps = state["optimiser_steps"]
    progress = Progress(**state["progress"])
    return Loaded(weights, optimiser, progress, full, Path(state["tokenizer"]), state.get("origin", {}))


def _config(folder: Path, state: dict) -> Config:
    try:
        return Config(**{k: tuple(v) if isinstance(v, list) else v for k, v in state["config"].items()})
    except TypeError:
        raise CheckpointError(f"{folder}: its config has other keys than this version's") from None


def _weights(folder: Path, state: dict, tensors: dict[str, Tensor], layout: Layout) -> Weights:
    count = tensors["master"].numel()
    if count != layout.size:
        raise CheckpointError(f"{folder} has {count} weights, its config needs {layout.size}")
    tables = {k: torch.tensor(v, dtype=torch.int64) for k, v in state["tables"].items()}
    return Weights(layout, tensors["master"].clone(), torch.tensor(state["bias"]), tables)


def load_weights(folder: Path) -> tuple[Weights, Path]:
    """The weights alone, on the CPU, and the tokenizer's folder."""
    state, tensors = _read(folder)
    return _weights(folder, state, tensors, Layout(_config(folder, state))), Path(state["tokenizer"])
