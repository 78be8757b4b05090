"""The official layout: two safetensors shards with their index, config, generation config, tokenizer.

    python3 -m training.export --from CHECKPOINT --out models/tiny [--tokenizer DIR] [--overwrite]

Experts become MXFP4 (I8 codes, E8M0 scales per 32), the other linears FP8 (E4M3, E8M0 scales per
128x128), the rest BF16, F32 and I64 as deepseek_v4's table says. Same weights, same bytes.
"""
from __future__ import annotations

import argparse
import json
import math
import shutil
import sys
from pathlib import Path

from training import checks

checks.packages("torch", "numpy")

import torch  # noqa: E402
from torch import Tensor  # noqa: E402

from training import codecs, safetensors  # noqa: E402
from training.checkpoint import CheckpointError, load_weights  # noqa: E402
from training.config import Config, tensor_table  # noqa: E402
from training.tokenizer import Tokenizer  # noqa: E402
from training.weights import Weights  # noqa: E402

INDEX = "model.safetensors.index.json"
SHARDS = ("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors")
TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json")


def _bytes(t: Tensor) -> bytes:
    if t.dtype == torch.bfloat16:  # numpy has no BF16
        t = t.view(torch.int16)
    return t.contiguous().numpy().tobytes()


def encoded_tensors(weights: Weights) -> list[tuple[str, str, tuple[int, ...], bytes]]:
    """(name, dtype, shape, bytes) of the whole checkpoint, in the order of the table."""
    values = weights.layout.official(weights.master)
    extras = weights.extras()
    out = []
    for spec in tensor_table(weights.layout.cfg):
        value = extras[spec.name] if spec.name in extras else values[spec.name][0]
        if spec.form in ("fp8", "fp4"):
            pack, dtype = {"fp8": (codecs.pack_fp8, "F8_E4M3"), "fp4": (codecs.pack_fp4, "I8")}[spec.form]
            codes, scale = pack(value)
            out.append((spec.name, dtype, tuple(codes.shape), _bytes(codes)))
            name = spec.name.removesuffix("weight") + "scale"
            out.append((name, "F8_E8M0", tuple(scale.shape), _bytes(scale)))
        else:
            dtype = {"bf16": torch.bfloat16, "f32": torch.float32, "i64": torch.int64}[spec.form]
            name = {"bf16": "BF16", "f32": "F32", "i64": "I64"}[spec.form]
            out.append((spec.name, name, tuple(value.shape), _bytes(value.to(dtype))))
    return out


def _write_json(path: Path, value: dict) -> None:
    path.write_text(json.dumps(value, indent=2) + "\n")


def export(weights: Weights, out: Path, tokenizer: Path | None) -> int:
    """Writes the checkpoint into `out` and returns the bytes of its tensors."""
    out.mkdir(parents=True, exist_ok=True)
    tensors = encoded_tensors(weights)
    total = sum(len(t[3]) for t in tensors)
    # Cut where the first half of the bytes ends.
    shards: list[list] = [[], []]
    size = 0
    for t in tensors:
        shards[size * 2 >= total].append(t)
        size += len(t[3])
    weight_map = {}
    for name, shard in zip(SHARDS, shards):
        safetensors.write(out / name, shard)
        weight_map |= {t[0]: name for t in shard}
    index = {"metadata": {"total_size": total}, "weight_map": dict(sorted(weight_map.items()))}
    _write_json(out / "config.json", weights.layout.cfg.to_json())
    generation = {
        "_from_model_config": True,
        "bos_token_id": 0,
        "eos_token_id": 1,
        "do_sample": False,  # each question has one answer
    }
    _write_json(out / "generation_config.json", generation)
    if tokenizer and tokenizer.resolve() != out.resolve():
        for name in TOKENIZER_FILES:
            shutil.copyfile(tokenizer / name, out / name)
    _write_json(out / INDEX, index)  # last: it says that the checkpoint is whole
    return total


def parameter_count(cfg: Config) -> int:
    return sum(math.prod(s.shape) for s in tensor_table(cfg) if s.form != "i64")


def _check(weights: Weights, args: argparse.Namespace, tokenizer: Path) -> None:
    if (args.out / INDEX).exists() and not args.overwrite:
        checks.fail(f"{args.out}/{INDEX} is there already: --overwrite replaces it")
    checks.tokenizer(tokenizer)
    known, needed = Tokenizer.load(tokenizer).vocab_size, weights.layout.cfg.vocab_size
    if known != needed:
        checks.fail(f"{tokenizer}/tokenizer.json has {known} ids, the checkpoint {needed}: give that of its training")
    checks.room(args.out, 2 * parameter_count(weights.layout.cfg))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="training.export", description=__doc__.splitlines()[0])
    parser.add_argument("--from", dest="source", type=Path, required=True, help="a checkpoint of training.train")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--tokenizer", type=Path, help="folder of tokenizer.json (default: the checkpoint's)")
    parser.add_argument("--overwrite", action="store_true", help="replace the checkpoint that is there already")
    args = parser.parse_args(arguments)
    try:
        weights, folder = load_weights(args.source)
    except CheckpointError as error:
        checks.fail(str(error))
    _check(weights, args, args.tokenizer or folder)
    if args.overwrite:
        (args.out / INDEX).unlink(missing_ok=True)
    total = export(weights, args.out, args.tokenizer or folder)
    print(f"{args.out}: {parameter_count(weights.layout.cfg):,} parameters, {total:,} tensor bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
