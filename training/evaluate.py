"""Teacher-forced exact match per skill on held-out sessions, with the quantised weights.

    python3 -m training.evaluate --from CHECKPOINT [--batches 12] [--json FILE]

An answer counts if each of its tokens is the most likely one, which is what greedy decoding gives.
"""
from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from pathlib import Path

from training import checks

checks.packages("torch", "numpy")

import torch  # noqa: E402

from training import checkpoint  # noqa: E402
from training.sessions import heldout_batches  # noqa: E402
from training.tokenizer import Tokenizer  # noqa: E402
from training.trainer import Trainer, add_device_options, prepare, to_device  # noqa: E402

ACTIVATIONS = {"none": 0, "fp8": 1, "nvfp4": 2}


def evaluate(trainer: Trainer, tokenizer: Tokenizer, batches: int, path: Path | None = None,
             activations: str = "none", quantise: bool = True, seed: int = 77) -> dict:
    """{"skills": {skill: [right, all]}, "right", "all", "answer_loss", "mtp_right"}; also written to `path`."""
    args = trainer.args
    skills: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    answer_loss = mtp_right = 0.0
    levels = torch.full((args.rows,), ACTIVATIONS[activations])
    controls = trainer.controls(topk=True, kv=quantise, levels=levels)
    for batch in heldout_batches(tokenizer, args.rows, args.row_tokens, batches, seed, workers=args.workers):
        # With gradients, though none is taken: otherwise everything is compiled again.
        out, _, _ = trainer.losses(to_device(batch, trainer.device), controls, quantise)
        hits = out.hits_at.cpu().numpy()
        answer_loss += out.answer.item() / batches
        mtp_right += out.mtp_hits.item() / batches
        del out
        for row, first, end, skill in batch["turns"]:
            # Position t predicts token t + 1.
            skills[skill][0] += int(hits[row, first - 1 : end - 1].all())
            skills[skill][1] += 1
    result = {
        "skills": dict(sorted(skills.items())),
        "right": sum(s[0] for s in skills.values()),
        "all": sum(s[1] for s in skills.values()),
        "answer_loss": answer_loss,
        "mtp_right": mtp_right,
        "activations": activations,
        "quantised": quantise,
    }
    if path:
        path.write_text(json.dumps(result, indent=2) + "\n")
    return result


def table(result: dict) -> str:
    rows = list(result["skills"].items()) + [("all", [result["right"], result["all"]])]
    lines = [f"{name:<24}{right:>7} of {count:>6}  {right / max(count, 1):8.2%}" for name, (right, count) in rows]
    lines.append(f"answer loss {result['answer_loss']:.5f}, MTP right {result['mtp_right']:.4f}, "
                 f"activations {result['activations']}, weights {'as exported' if result['quantised'] else 'BF16'}")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="training.evaluate", description=__doc__.splitlines()[0])
    parser.add_argument("--from", dest="source", type=Path, required=True, help="a checkpoint of training.train")
    parser.add_argument("--tokenizer", type=Path, help="folder of tokenizer.json (default: the checkpoint's)")
    parser.add_argument("--batches", type=int, default=12)
    parser.add_argument("--rows", type=int, default=32)
    parser.add_argument("--row-tokens", type=int, default=2048)
    parser.add_argument("--workers", type=int, default=14)
    parser.add_argument("--activations", choices=list(ACTIVATIONS), default="none")
    parser.add_argument("--bf16", action="store_true", help="the weights before quantisation")
    parser.add_argument("--json", type=Path, help="write the result there")
    add_device_options(parser)
    parser.set_defaults(seed=0, activation_mix="1,0,0")  # training's, not used here
    args = parser.parse_args(arguments)
    checks.device(args.device)
    if args.json:
        checks.room(args.json.parent, 1 << 20)
    try:
        loaded = checkpoint.load(args.source, args.device)
    except checkpoint.CheckpointError as error:
        checks.fail(str(error))
    folder = args.tokenizer or loaded.tokenizer
    checks.tokenizer(folder)
    prepare(args)
    tokenizer, trainer = Tokenizer.load(folder), Trainer(args, loaded.weights, loaded.optimiser)
    print(table(evaluate(trainer, tokenizer, args.batches, args.json, args.activations, not args.bf16)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
