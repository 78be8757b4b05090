"""Training by the clock, in pieces.

    python3 -m training.train --out DIR --total-minutes 26 --piece-minutes 9 [--resume]

The schedule follows progress through the total budget of pure training time (or of steps), so a run
always ends with its decay, over however many pieces and machines. DIR/last is the full checkpoint
(written every two minutes, at the end of a piece, and when a signal or an error ends one), DIR/weights
the small one, without optimiser state, that another machine can start from (--init-from). When the
budget is spent, the held-out evaluation runs.
"""
from __future__ import annotations

import argparse
import dataclasses
import sys
import time
from pathlib import Path

from training import checks

checks.packages("torch", "numpy")

import torch  # noqa: E402
from torch import Tensor  # noqa: E402

from training import checkpoint  # noqa: E402
from training.checkpoint import CheckpointError, Origin, Progress  # noqa: E402
from training.config import CONFIGS  # noqa: E402
from training.evaluate import evaluate, table  # noqa: E402
from training.optim import Optimiser, OptimiserConfig  # noqa: E402
from training.running import DataError, Interrupt, Log, Prefetcher, moment  # noqa: E402
from training.sessions import BatchStream  # noqa: E402
from training.tokenizer import Tokenizer  # noqa: E402
from training.trainer import Trainer, add_device_options, prepare  # noqa: E402
from training.weights import Weights, new_weights  # noqa: E402

CHECKPOINT_SECONDS = 120
FREE_BYTES = 1 << 30
FREQUENCY_BATCHES = 16
PIECE_OVER = "the piece is over"


def parser() -> argparse.ArgumentParser:
    p = argparse.ArgumentParser(prog="training.train", description=__doc__.splitlines()[0])
    p.add_argument("--out", type=Path, required=True, help="where checkpoints and results go")
    p.add_argument("--tokenizer", type=Path, default=Path("models/tiny"), help="folder of tokenizer.json")
    p.add_argument("--config", choices=list(CONFIGS), default="tiny", help="the model's shapes")
    budget = p.add_mutually_exclusive_group()
    budget.add_argument("--total-minutes", "--minutes", dest="minutes", type=float, default=26.0,
                        help="pure training time over all pieces")
    budget.add_argument("--steps", type=int, help="a budget of steps instead")
    p.add_argument("--piece-minutes", type=float,
                   help="end this piece after so much wall time, start and compilation included")
    p.add_argument("--piece-steps", type=int, help="end this piece after so many steps")
    p.add_argument("--resume", action="store_true", help="go on from OUT/last")
    p.add_argument("--init-from", type=Path, help="go on from a weights-only checkpoint with a fresh optimiser")
    p.add_argument("--fresh-schedule", action="store_true",
                   help="with --init-from: take the weights only, begin at step 0")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--rows", type=int, default=32)
    p.add_argument("--row-tokens", type=int, default=2048)
    p.add_argument("--workers", type=int, default=14, help="processes that make batches; 0: this one makes them")
    p.add_argument("--decay-from", type=float, default=0.2, help="progress from which the rates fall, to 2 %% at the end")
    p.add_argument("--topk-from", type=float, default=0.4, help="progress from which the indexer selects")
    p.add_argument("--quantise-from", type=float, default=0.75,
                   help="progress from which weights and activations are fake-quantised")
    p.add_argument("--activation-mix", default="0.4,0.3,0.3",
                   help="share of rows with BF16, FP8, NVFP4 activations from then on")
    p.add_argument("--muon-rate", type=float, default=OptimiserConfig.muon_rate)
    p.add_argument("--adam-rate", type=float, default=OptimiserConfig.adam_rate)
    p.add_argument("--log-steps", type=int, default=50, help="steps from one line of the log to the next")
    p.add_argument("--eval-batches", type=int, default=12)
    add_device_options(p)
    return p


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    return parser().parse_args(arguments)


def check(args: argparse.Namespace) -> None:
    """Ends with a sentence if training cannot start."""
    if args.row_tokens % 128 or args.row_tokens < 128:
        checks.fail(f"--row-tokens {args.row_tokens} is not a multiple of 128")
    if args.resume and args.init_from:
        checks.fail("--resume and --init-from exclude each other")
    if not 0 <= args.decay_from < 1:
        checks.fail(f"--decay-from {args.decay_from} is not in [0, 1)")
    shares = args.activation_mix.split(",")
    if len(shares) != 3 or not all(s.replace(".", "", 1).isdigit() for s in shares):
        checks.fail(f"--activation-mix {args.activation_mix} is not three shares such as 0.4,0.3,0.3")
    checks.device(args.device)
    checks.tokenizer(args.tokenizer)
    checks.room(args.out, FREE_BYTES)
    if not args.resume and not args.init_from and checkpoint.find(args.out / "last"):
        checks.fail(f"{args.out}/last is there already: --resume goes on from it, another --out begins anew")


def token_frequencies(args: argparse.Namespace, tokenizer: Tokenizer) -> Tensor:
    """How often each token occurs. Batches far from those that training sees first: other data."""
    stream = BatchStream(tokenizer, args.rows, args.row_tokens, args.seed, args.workers, start_step=1 << 30)
    counts = torch.zeros(tokenizer.vocab_size, dtype=torch.float64)
    for _ in range(FREQUENCY_BATCHES if args.rows * args.row_tokens > 1 << 14 else 2):
        tokens = torch.from_numpy(next(stream)["tokens"]).flatten().long()
        counts += torch.bincount(tokens, minlength=tokenizer.vocab_size)
    stream.close()
    return counts


def begin(args: argparse.Namespace, tokenizer: Tokenizer, origin: Origin) -> tuple[Weights, Optimiser, Progress]:
    """As the arguments ask: fresh, resumed, or from weights alone."""
    rates = OptimiserConfig(muon_rate=args.muon_rate, adam_rate=args.adam_rate)
    config = dataclasses.replace(CONFIGS[args.config], vocab_size=tokenizer.vocab_size)
    if not args.resume and not args.init_from:
        weights = new_weights(config, args.seed, token_frequencies(args, tokenizer)).to(args.device)
        return weights, Optimiser(weights.layout, args.device, rates), Progress()
    source = args.init_from or args.out / "last"
    loaded = checkpoint.load(source, args.device)
    loaded.check(source, config, origin, everything=args.resume)
    optimiser, progress = loaded.optimiser, loaded.progress
    if args.init_from:
        optimiser = Optimiser(loaded.weights.layout, args.device)
        progress = Progress() if args.fresh_schedule else progress
    optimiser.config = rates
    fresh = "" if args.resume and loaded.full else ", fresh optimiser"
    print(f"from {source}: step {progress.step}, {progress.seconds:.0f} s of training{fresh}", flush=True)
    return loaded.weights, optimiser, progress


class Run:
    """One piece: trains and writes checkpoints."""

    def __init__(self, args: argparse.Namespace, started: float):
        self.args, self.started = args, started
        self.tokenizer = Tokenizer.load(args.tokenizer)
        self.origin = Origin(args.seed, args.rows, args.row_tokens, checkpoint.fingerprint(args.tokenizer))
        weights, optimiser, self.progress = begin(args, self.tokenizer, self.origin)
        self.trainer, self.log = Trainer(args, weights, optimiser), Log(args)

    def save(self, name: str = "last") -> None:
        optimiser = self.trainer.optimiser if name == "last" else None
        checkpoint.save(self.args.out / name, self.trainer.weights, optimiser, self.progress,
                        str(self.args.tokenizer), self.origin)

    def _over(self, begun: int) -> bool:
        minutes, steps = self.args.piece_minutes, self.args.piece_steps
        return bool(minutes and time.monotonic() - self.started > minutes * 60
                    or steps and self.progress.step - begun >= steps)

    def train(self, stream: Prefetcher, interrupt: Interrupt) -> str:
        """To the end of the budget or of the piece: "finished" or why not."""
        args, progress, trainer = self.args, self.progress, self.trainer
        total = args.steps if args.steps else args.minutes * 60
        begun = progress.step
        saved = last = time.monotonic()
        while True:
            done = (progress.step if args.steps else progress.seconds) / total
            if done >= 1:
                return "finished"
            if interrupt.name:
                return f"ended by {interrupt.name}"
            if self._over(begun):
                return PIECE_OVER
            now = moment(args, done, trainer.optimiser.steps)
            levels = trainer.levels(progress.step) if now.quantise else None
            try:
                batch = next(stream)
            except DataError as error:
                return str(error)
            controls = trainer.controls(now.topk, now.quantise, levels)
            out, load = trainer.step(batch, controls, now.quantise, now.rate)
            self.log.add(out, load)
            progress.step += 1
            if progress.step % args.log_steps == 0:
                if not self.log.line(progress.step, done, now, stream.waited):
                    checks.fail("the loss is not finite any more: go on from the last checkpoint with lower rates")
                stream.waited = 0.0
            progress.seconds += time.monotonic() - last
            if time.monotonic() - saved > CHECKPOINT_SECONDS:
                self.save()
                saved = time.monotonic()
            last = time.monotonic()

    def run(self) -> int:
        """Trains, saves, evaluates at the end; the exit code."""
        log, progress = self.log, self.progress
        where = torch.cuda.get_device_name() if self.args.device == "cuda" else "the CPU"
        log.say(f"torch {torch.__version__} on {where}, {self.trainer.weights.layout.size:,} weights, "
                f"batches of {self.args.rows} x {self.args.row_tokens} tokens")
        if self.trainer.compiling:
            log.say(f"first step and compilation: {self.trainer.warm_up():.1f} s")
        source = BatchStream(self.tokenizer, self.args.rows, self.args.row_tokens, self.args.seed, self.args.workers,
                             start_step=progress.step)
        stream = Prefetcher(source, self.args.device)
        log.reset()
        with Interrupt() as interrupt:
            try:
                end = self.train(stream, interrupt)
            finally:
                stream.close()
                source.close()
            self.save()
            self.save("weights")
        seconds = time.monotonic() - self.started
        memory = f", {torch.cuda.max_memory_allocated() / 2**30:.1f} GiB on the device" if where != "the CPU" else ""
        log.say(f"step {progress.step}, {progress.seconds:.0f} s of training, "
                f"{seconds:.0f} s in this piece{memory}; {end}")
        if end != "finished":
            log.say(f"the same command with --resume goes on from {self.args.out}/last")
        elif self.args.eval_batches:
            result = evaluate(self.trainer, self.tokenizer, self.args.eval_batches, self.args.out / "eval.json")
            log.say(table(result))
        return 0 if end in ("finished", PIECE_OVER) else 1


def main(arguments: list[str] | None = None) -> int:
    started = time.monotonic()
    args = parse(arguments)
    check(args)
    try:
        prepare(args)
        return Run(args, started).run()
    except CheckpointError as error:
        checks.fail(str(error))
    except KeyboardInterrupt:
        checks.fail("interrupted before the first step: nothing was lost")


if __name__ == "__main__":
    sys.exit(main())
