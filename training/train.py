"""Training by the clock, in pieces.

    python3 -m training.train --out DIR --total-minutes 12 --piece-minutes 9 [--resume]

The schedule follows progress through the total budget of pure training time (or of steps), so a run
always ends with its decay, over however many pieces and machines. DIR/last is the full checkpoint
(written every two minutes and at the end of a piece), DIR/weights the small one, without optimiser state, that
another machine can start from (--init-from). When the budget is spent, the held-out evaluation runs.
"""
from __future__ import annotations

import argparse
import importlib.util
import os
import queue
import shutil
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

CHECKPOINT_SECONDS = 120
LOG_STEPS = 50
FREE_BYTES = 1 << 30
FREQUENCY_BATCHES = 16
BIAS_RATE = 1e-3


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    p = argparse.ArgumentParser(prog="training.train", description=__doc__.splitlines()[0])
    p.add_argument("--out", type=Path, required=True, help="where checkpoints and results go")
    p.add_argument("--tokenizer", type=Path, default=Path("models/tiny"), help="folder of tokenizer.json")
    budget = p.add_mutually_exclusive_group()
    budget.add_argument("--total-minutes", "--minutes", dest="minutes", type=float, default=12.0,
                        help="pure training time over all pieces")
    budget.add_argument("--steps", type=int, help="a budget of steps instead")
    p.add_argument("--piece-minutes", type=float, help="end this piece after so much wall time, start and compilation included")
    p.add_argument("--resume", action="store_true", help="go on from OUT/last")
    p.add_argument("--init-from", type=Path, help="go on from a weights-only checkpoint with a fresh optimiser")
    p.add_argument("--fresh-schedule", action="store_true", help="with --init-from: take the weights only, begin at step 0")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--device", choices=["cuda", "cpu"], default="cuda")
    p.add_argument("--rows", type=int, default=32)
    p.add_argument("--row-tokens", type=int, default=2048)
    p.add_argument("--workers", type=int, default=14, help="processes that make batches")
    p.add_argument("--compile", action=argparse.BooleanOptionalAction, default=None, help="default: on CUDA")
    p.add_argument("--sinkhorn", choices=["triton", "eager"], default=None, help="default: triton on CUDA")
    p.add_argument("--cache-dir", type=Path, help="the compiler's cache: a second piece on the machine starts fast")
    p.add_argument("--topk-from", type=float, default=0.6, help="progress from which the indexer selects")
    p.add_argument("--quantise-from", type=float, default=0.8, help="progress from which weights and activations are fake-quantised")
    p.add_argument("--activation-mix", default="0.4,0.3,0.3", help="share of rows with BF16, FP8, NVFP4 activations from then on")
    p.add_argument("--muon-rate", type=float, default=4e-3)
    p.add_argument("--adam-rate", type=float, default=3e-3)
    p.add_argument("--eval-batches", type=int, default=12)
    return p.parse_args(arguments)


def problem(args: argparse.Namespace) -> str | None:
    """Why training cannot start, in one sentence; None if it can."""
    for package, install in (("torch", "make setup-training"), ("numpy", "make setup-training")):
        if importlib.util.find_spec(package) is None:
            return f"the Python package {package} is missing: {install} installs it"
    import torch

    if args.device == "cuda" and not torch.cuda.is_available():
        return "no CUDA device is visible to PyTorch: use --device cpu, or a machine with a GPU"
    if not (args.tokenizer / "tokenizer.json").is_file():
        return f"{args.tokenizer}/tokenizer.json is missing: python3 -m training.tokenizer --out {args.tokenizer} makes it"
    args.out.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(args.out).free
    if free < FREE_BYTES:
        return f"{args.out}: {free >> 20} MiB free on the disk, {FREE_BYTES >> 20} MiB are needed for checkpoints"
    if args.row_tokens % 128:
        return f"--row-tokens {args.row_tokens} is not a multiple of 128"
    if args.resume and args.init_from:
        return "--resume and --init-from exclude each other"
    shares = args.activation_mix.split(",")
    if len(shares) != 3 or not all(s.replace(".", "", 1).isdigit() for s in shares):
        return f"--activation-mix {args.activation_mix} is not three shares such as 0.4,0.3,0.3"
    return None


@dataclass(frozen=True)
class Moment:
    """What the schedule says for one step."""

    rate: float  # multiplies the peak rates
    topk: bool
    quantise: bool


def moment(args: argparse.Namespace, progress: float, steps_taken: int) -> Moment:
    """Warm-up over 150 steps of a fresh optimiser, constant to 45 %, then linear to 2 %."""
    warm_up = min(150, max(1, args.steps // 10)) if args.steps else 150
    rate = min(1.0, (steps_taken + 1) / warm_up)
    rate *= 1 - 0.98 * min(max((progress - 0.45) / 0.55, 0.0), 1.0)
    return Moment(rate, progress >= args.topk_from, progress >= args.quantise_from)


class Prefetcher:
    """Batches on the device ahead of time: a thread waits for the stream, pins and copies."""

    def __init__(self, stream, device: str, depth: int = 4):
        self._stream, self._device = stream, device
        self._queue: queue.Queue = queue.Queue(depth)
        self._stop = False
        self.waited = 0.0
        threading.Thread(target=self._work, daemon=True).start()

    def _work(self) -> None:
        try:
            while not self._stop:
                self._queue.put(to_device(next(self._stream), self._device))
        except Exception as error:  # noqa: BLE001  handed to the training thread
            self._queue.put(error)

    def __next__(self):
        begin = time.monotonic()
        item = self._queue.get()
        self.waited += time.monotonic() - begin
        if isinstance(item, Exception):
            raise item
        return item

    def close(self) -> None:
        self._stop = True
        while not self._queue.empty():
            self._queue.get_nowait()


def to_device(batch: dict, device: str):
    """A batch of sessions.py as tensors."""
    import torch

    from training.loss import Batch

    def copy(name: str, dtype: torch.dtype):
        t = torch.from_numpy(batch[name])
        if device == "cuda":
            t = t.pin_memory().to(device, non_blocking=True)
        return t.to(dtype)

    return Batch(copy("tokens", torch.int64), copy("start", torch.int32), copy("weights", torch.float32))


class Trainer:
    """Weights, optimiser and the compiled functions of one process."""

    def __init__(self, args: argparse.Namespace, weights, optimiser):
        import torch

        from training import codecs, loss, model

        self.args, self.device = args, args.device
        self.weights, self.optimiser = weights, optimiser
        self.cfg = weights.layout.cfg
        self.dtype = torch.bfloat16 if args.device == "cuda" else torch.float32
        compiling = args.device == "cuda" if args.compile is None else args.compile
        self.functions = loss.compiled() if compiling else loss.Functions()
        self.ropes = model.rope_tables(self.cfg, args.row_tokens, args.device)
        self.hadamard = codecs.hadamard(self.cfg.index_head_dim, args.device)
        self.shares = [float(s) for s in args.activation_mix.split(",")]
        # A pair for each control: one tensor given twice would be another graph, compiled anew when the two come to differ.
        self._topk, self._kv = ([torch.tensor(on, device=args.device) for on in (False, True)] for _ in range(2))
        choose_sinkhorn(args)

    def controls(self, topk: bool, kv: bool, levels=None):
        """Flags as tensors: changing them compiles nothing anew. levels: [rows] 0, 1 or 2."""
        import torch

        from training.model import Controls

        if levels is None:
            levels = torch.zeros(self.args.rows)
        levels = levels.to(torch.int32)
        if self.device == "cuda":  # pinned: a plain copy would wait for the device
            levels = levels.pin_memory().to(self.device, non_blocking=True)
        return Controls(self._topk[topk], self._kv[kv], levels, self.hadamard)

    def levels(self, step: int):
        """Which rows of this step see which activations: a function of seed and step."""
        import torch

        g = torch.Generator().manual_seed(self.args.seed * 1_000_003 + step)
        return torch.multinomial(torch.tensor(self.shares), self.args.rows, replacement=True, generator=g)

    def losses(self, batch, controls, quantise: bool):
        """Losses and the two leaves whose gradients are wanted."""
        from training import loss

        layout, master = self.weights.layout, self.weights.master
        flat = layout.quantised(master) if quantise else master
        begin = layout.f32_begin
        # BF16 as stored; on a CPU computed in F32, which is faster there.
        import torch

        stored = flat[:begin].to(torch.bfloat16).to(self.dtype).requires_grad_()
        wide = flat[begin:].clone().requires_grad_()
        w = layout.views(stored, wide) | self.weights.extras()
        out = loss.losses(self.cfg, w, batch, self.ropes, controls, self.functions)
        return out, stored, wide

    def step(self, batch, controls, quantise: bool, rate: float):
        import torch

        out, stored, wide = self.losses(batch, controls, quantise)
        out.total.backward()
        self.optimiser.step(self.weights.master, stored.grad, wide.grad, rate)
        with torch.no_grad():
            load = torch.stack([out.loads[n] for n in self.weights.layout.bias_names])
            self.weights.bias.add_(torch.sign(load.mean(-1, keepdim=True) - load), alpha=BIAS_RATE)
        return out, load

    def warm_up(self) -> float:
        """Compiles everything on a batch of noise, without an update; the seconds that it took."""
        import torch

        from training.loss import Batch

        begin = time.monotonic()
        shape = (self.args.rows, self.args.row_tokens)
        tokens = torch.randint(3, self.cfg.vocab_size, shape, device=self.device)
        batch = Batch(tokens, torch.zeros(shape, dtype=torch.int32, device=self.device), torch.ones(shape, device=self.device))
        out, _, _ = self.losses(batch, self.controls(False, False), False)
        out.total.backward()
        if self.device == "cuda":
            torch.cuda.synchronize()
        return time.monotonic() - begin


def choose_sinkhorn(args: argparse.Namespace) -> None:
    """The Triton kernel where it runs and agrees with the eager form; says so loudly where not."""
    import torch

    from training import sinkhorn

    wanted = args.sinkhorn or ("triton" if args.device == "cuda" else "eager")
    if wanted == "triton":
        try:
            x = torch.randn(1000, 4, 4, device=args.device)
            difference = (sinkhorn.forward_triton(x, 20, 1e-6) - sinkhorn.sinkhorn_eager(x, 20, 1e-6)).abs().max().item()
            if not difference < 1e-4:
                raise RuntimeError(f"it differs from the eager form by {difference}")
        except Exception as error:  # noqa: BLE001
            print(f"WARNING: the Triton Sinkhorn kernel does not work here ({error}); the eager form is SLOW", flush=True)
            wanted = "eager"
    sinkhorn.use(wanted)


class Log:
    """Means over the steps since the last line; the device is asked only when a line is printed."""

    def __init__(self, args: argparse.Namespace):
        self._file = (args.out / "log.txt").open("a")
        self._tokens = args.rows * args.row_tokens
        self._reset()

    def _reset(self) -> None:
        self._sum, self._count, self._begin, self._load = 0.0, 0, time.monotonic(), 0.0

    def say(self, text: str) -> None:
        print(text, flush=True)
        self._file.write(text + "\n")
        self._file.flush()

    def add(self, out, load) -> None:
        import torch

        total = out.total.detach()
        self._sum = self._sum + torch.stack([total, out.answer, out.answer_hits, out.mtp, out.mtp_hits, out.index.to(total.dtype)])
        self._load = self._load + load
        self._count += 1

    def line(self, step: int, progress: float, now: Moment, waited: float) -> bool:
        """Prints; False if the loss is not finite."""
        loss, answer, hits, mtp, mtp_hits, index = (self._sum / self._count).tolist()
        worst = (self._load / self._load.mean(-1, keepdim=True)).max().item()
        seconds = time.monotonic() - self._begin
        self.say(
            f"step {step} {progress:6.1%} loss {loss:.4f} answer {answer:.5f} right {hits:.4f} mtp {mtp:.4f} right {mtp_hits:.4f} "
            f"index {index:.4f} load {worst:.2f} rate {now.rate:.3f}{' topk' if now.topk else ''}{' quantised' if now.quantise else ''} "
            f"{self._count * self._tokens / seconds:,.0f} tokens/s, {waited / seconds:.0%} waiting for data"
        )
        self._reset()
        return loss == loss and abs(loss) != float("inf")


def token_frequencies(stream, vocab_size: int, batches: int):
    import torch

    counts = torch.zeros(vocab_size, dtype=torch.float64)
    for _ in range(batches):
        counts += torch.bincount(torch.from_numpy(next(stream)["tokens"]).flatten().long(), minlength=vocab_size)
    return counts


def begin(args: argparse.Namespace, tokenizer):
    """(weights, optimiser, progress) as the arguments ask: fresh, resumed, or from weights alone."""
    from training import checkpoint
    from training.config import Config
    from training.optim import Optimiser, OptimiserConfig
    from training.sessions import BatchStream
    from training.weights import new_weights

    rates = OptimiserConfig(muon_rate=args.muon_rate, adam_rate=args.adam_rate)
    if args.resume or args.init_from:
        source = args.init_from or args.out / "last"
        weights, optimiser, progress, full = checkpoint.load(source, args.device)
        if args.init_from:
            optimiser, full = Optimiser(weights.layout, args.device), False
        if args.fresh_schedule:
            progress = checkpoint.Progress()
        optimiser.config = rates
        print(f"from {source}: step {progress.step}, {progress.seconds:.0f} s of training{'' if full else ', fresh optimiser'}", flush=True)
        return weights, optimiser, progress
    # Batches far from those that training sees first: the table is made from other data.
    stream = BatchStream(tokenizer, args.rows, args.row_tokens, args.seed, args.workers, start_step=1 << 30)
    batches = FREQUENCY_BATCHES if args.rows * args.row_tokens > 1 << 14 else 2
    frequencies = token_frequencies(stream, Config().vocab_size, batches)
    stream.close()
    weights = new_weights(Config(), args.seed, frequencies).to(args.device)
    return weights, Optimiser(weights.layout, args.device, rates), checkpoint.Progress()


def loop(args: argparse.Namespace, trainer: Trainer, progress, stream, log: Log, started: float) -> bool:
    """Trains to the end of the piece or of the budget; True if the budget is spent."""
    total = args.steps if args.steps else args.minutes * 60
    saved = last = time.monotonic()
    while True:
        done = (progress.step if args.steps else progress.seconds) / total
        if done >= 1:
            return True
        if args.piece_minutes and time.monotonic() - started > args.piece_minutes * 60:
            return False
        now = moment(args, done, trainer.optimiser.steps)
        levels = trainer.levels(progress.step) if now.quantise else None
        batch = next(stream)
        out, load = trainer.step(batch, trainer.controls(now.topk, now.quantise, levels), now.quantise, now.rate)
        log.add(out, load)
        progress.step += 1
        if progress.step % LOG_STEPS == 0:
            fine = log.line(progress.step, done, now, stream.waited)
            stream.waited = 0.0
            if not fine:
                raise SystemExit("the loss is not finite any more: go on from the last checkpoint with lower rates")
        progress.seconds += time.monotonic() - last
        if time.monotonic() - saved > CHECKPOINT_SECONDS:
            save(args, trainer, progress)
            saved = time.monotonic()
        last = time.monotonic()


def save(args: argparse.Namespace, trainer: Trainer, progress) -> None:
    from training import checkpoint

    checkpoint.save(args.out / "last", trainer.weights, trainer.optimiser, progress, str(args.tokenizer))


def run(args: argparse.Namespace) -> int:
    started = time.monotonic()
    if args.cache_dir:
        os.environ["TORCHINDUCTOR_CACHE_DIR"] = str(args.cache_dir.resolve())
    import torch

    from training import checkpoint
    from training.evaluate import evaluate, table
    from training.sessions import BatchStream
    from training.tokenizer import Tokenizer

    torch.set_float32_matmul_precision("high")
    tokenizer = Tokenizer.load(args.tokenizer)
    weights, optimiser, progress = begin(args, tokenizer)
    trainer, log = Trainer(args, weights, optimiser), Log(args)
    log.say(f"torch {torch.__version__} on {torch.cuda.get_device_name() if args.device == 'cuda' else 'the CPU'}, "
            f"{weights.layout.size:,} weights, batches of {args.rows} x {args.row_tokens} tokens")
    log.say(f"first step and compilation: {trainer.warm_up():.1f} s")
    source = BatchStream(tokenizer, args.rows, args.row_tokens, args.seed, args.workers, start_step=progress.step)
    stream = Prefetcher(source, args.device)
    log._reset()
    try:
        finished = loop(args, trainer, progress, stream, log, started)
    finally:
        stream.close()
        source.close()
    save(args, trainer, progress)
    checkpoint.save(args.out / "weights", weights, None, progress, str(args.tokenizer))
    memory = f", {torch.cuda.max_memory_allocated() / 2**30:.1f} GiB on the device" if args.device == "cuda" else ""
    log.say(f"step {progress.step}, {progress.seconds:.0f} s of training, {time.monotonic() - started:.0f} s in this piece{memory}; "
            f"{'finished' if finished else 'go on with --resume'}")
    if finished and args.eval_batches:
        log.say(table(evaluate(trainer, tokenizer, args.eval_batches, args.out / "eval.json")))
    return 0


def main() -> int:
    args = parse()
    wrong = problem(args)
    if wrong:
        print(f"training.train: {wrong}", file=sys.stderr)
        return 1
    return run(args)


if __name__ == "__main__":
    sys.exit(main())
