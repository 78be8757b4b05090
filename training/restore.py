"""A checkpoint to go on from, out of the official layout: what training.export wrote, read back.

    python3 -m training.restore --from models/tiny --out RUN/weights
    python3 -m training.train --out RUN2 --init-from RUN/weights --fresh-schedule

The values are those that are stored, MXFP4, FP8 and BF16, and another export stores the same values. What the
F32 masters had beyond that, and the optimiser's state, are gone.
"""
from __future__ import annotations

import argparse
import json
import math
import sys
from dataclasses import fields
from pathlib import Path

from training import checks

checks.packages("torch", "numpy")

import torch  # noqa: E402
from torch import Tensor  # noqa: E402

from training import checkpoint, codecs, safetensors  # noqa: E402
from training.checkpoint import CheckpointError, Origin, Progress  # noqa: E402
from training.config import Config, TensorSpec, tensor_table  # noqa: E402
from training.export import INDEX  # noqa: E402
from training.weights import Weights, new_weights  # noqa: E402

_TYPES = {"BF16": torch.bfloat16, "F32": torch.float32, "I64": torch.int64, "I8": torch.uint8, "F8_E4M3": torch.uint8,
          "F8_E8M0": torch.uint8}
_STORED = {"bf16": "BF16", "f32": "F32", "i64": "I64", "fp8": "F8_E4M3", "fp4": "I8"}
FREE_BYTES = 100 << 20


class OfficialReader:
    """The tensors of a folder in the official layout, by name. CheckpointError: what is wrong with it."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._shards: dict[str, dict] = {}
        self._where = self._json(INDEX, "weight_map")

    def config(self) -> Config:
        """Its config.json. CheckpointError if it lacks a key that training needs."""
        found = self._json("config.json")
        try:
            own = {f.name: found[f.name] for f in fields(Config)}
        except KeyError as missing:
            raise CheckpointError(f"{self._folder}/config.json has no {missing.args[0]}: "
                                  "training goes on only from what training.export wrote") from None
        return Config(**{k: tuple(v) if isinstance(v, list) else v for k, v in own.items()})

    def tensor(self, name: str, dtype: str, shape: tuple[int, ...]) -> Tensor:
        """The tensor as stored; codes and E8M0 scales as uint8."""
        shard = self._where.get(name)
        if shard is None:
            raise CheckpointError(f"{self._folder}/{INDEX} has no tensor {name}: the checkpoint is not whole")
        found = self._shard(shard).get(name)
        if not found or found[:2] != (dtype, shape):
            what = f"{found[0]} {list(found[1])}" if found else "nothing"
            raise CheckpointError(f"{self._folder}/{shard}: {name} is {what}, not {dtype} {list(shape)}: "
                                  "training goes on only from what training.export wrote")
        size = math.prod(shape) * torch.empty(0, dtype=_TYPES[dtype]).element_size()
        if len(found[2]) != size:
            raise CheckpointError(f"{self._folder}/{shard} is cut off at {name}: copy the checkpoint again")
        return torch.frombuffer(bytearray(found[2]), dtype=_TYPES[dtype]).view(shape)

    def values(self, spec: TensorSpec) -> Tensor:
        """The numbers of one tensor of the table, dequantised to F32 (tables stay I64)."""
        packed = (spec.shape[0], spec.shape[1] // 2) if spec.form == "fp4" else spec.shape
        stored = self.tensor(spec.name, _STORED[spec.form], packed)
        if spec.form not in ("fp4", "fp8"):
            return stored if spec.form == "i64" else stored.float()
        rows, columns = spec.shape
        shape = (rows, columns // 32) if spec.form == "fp4" else (rows // 128, columns // 128)
        scale = self.tensor(spec.name.removesuffix("weight") + "scale", "F8_E8M0", shape)
        return {"fp4": codecs.unpack_fp4, "fp8": codecs.unpack_fp8}[spec.form](stored, scale)

    def _json(self, name: str, key: str | None = None) -> dict:
        path = self._folder / name
        try:
            found = json.loads(path.read_text())
            return found[key] if key else found
        except OSError:
            raise CheckpointError(f"{path} cannot be read: --from takes a folder that training.export wrote") from None
        except (ValueError, KeyError, TypeError):
            raise CheckpointError(f"{path} is damaged: copy the checkpoint again") from None

    def _shard(self, name: str) -> dict:
        if name not in self._shards:
            try:
                self._shards[name] = safetensors.read(self._folder / name)
            except OSError:
                raise CheckpointError(f"{self._folder}/{name} cannot be read: the checkpoint is not whole") from None
            except ValueError:
                raise CheckpointError(f"{self._folder}/{name} has a damaged header: copy the checkpoint again") from None
        return self._shards[name]


def read_weights(folder: Path) -> Weights:
    """The weights of a folder in the official layout, on the CPU, masters equal to what is stored."""
    reader = OfficialReader(folder)
    weights = new_weights(reader.config(), seed=0)
    official, extras = weights.layout.official(weights.master), weights.extras()
    for spec in tensor_table(weights.layout.cfg):
        into = extras[spec.name] if spec.name in extras else official[spec.name][0]
        into.copy_(reader.values(spec))
    return weights


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="training.restore", description=__doc__.splitlines()[0])
    parser.add_argument("--from", dest="source", type=Path, required=True, help="a folder that training.export wrote")
    parser.add_argument("--out", type=Path, required=True, help="the checkpoint, for --init-from of training.train")
    args = parser.parse_args(arguments)
    checks.tokenizer(args.source)
    checks.room(args.out, FREE_BYTES)
    if checkpoint.find(args.out):
        checks.fail(f"{args.out} holds a checkpoint already: give another --out")
    try:
        weights = read_weights(args.source)
        origin = Origin(0, 0, 0, checkpoint.fingerprint(args.source))
        checkpoint.save(args.out, weights, None, Progress(), str(args.source), origin)
    except CheckpointError as error:
        checks.fail(str(error))
    print(f"{args.out}: {weights.layout.size:,} weights of {args.source}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
