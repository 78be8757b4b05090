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

ACTIVATIONS = {"none": 0, "fp8": 1, "nvfp4": 2}


def evaluate(trainer, tokenizer, batches: int, path: Path | None = None, activations: str = "none", quantise: bool = True, seed: int = 77) -> dict:
    """{"skills": {skill: [right, all]}, "right", "all", "answer_loss", "mtp_right"}; also written to `path`."""
    import torch

    from training.sessions import heldout_batches
    from training.train import to_device

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
    lines.append(f"answer loss {result['answer_loss']:.5f}, MTP right {result['mtp_right']:.4f}, activations {result['activations']}, "
                 f"weights {'as exported' if result['quantised'] else 'BF16'}")
    return "\n".join(lines)


def main() -> int:
    from training import train

    parser = argparse.ArgumentParser(prog="training.evaluate", description=__doc__.splitlines()[0])
    parser.add_argument("--from", dest="source", type=Path, required=True)
    parser.add_argument("--batches", type=int, default=12)
    parser.add_argument("--activations", choices=list(ACTIVATIONS), default="none")
    parser.add_argument("--bf16", action="store_true", help="the weights before quantisation")
    parser.add_argument("--json", type=Path)
    own, rest = parser.parse_known_args()
    args = train.parse(["--out", str(own.source.parent), "--tokenizer", str(_tokenizer(own.source)), *rest])
    wrong = train.problem(args)
    if wrong:
        print(f"training.evaluate: {wrong}", file=sys.stderr)
        return 1
    import torch

    from training import checkpoint
    from training.tokenizer import Tokenizer

    torch.set_float32_matmul_precision("high")
    weights, optimiser, _, _ = checkpoint.load(own.source, args.device)
    trainer = train.Trainer(args, weights, optimiser)
    tokenizer = Tokenizer.load(args.tokenizer)
    print(table(evaluate(trainer, tokenizer, own.batches, own.json, own.activations, not own.bf16)))
    return 0


def _tokenizer(source: Path) -> Path:
    from training.checkpoint import load_weights

    return load_weights(source)[1]


if __name__ == "__main__":
    sys.exit(main())
