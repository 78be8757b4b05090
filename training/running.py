"""What a long run needs around its steps: batches ahead of time, the log, the schedule, signals."""
from __future__ import annotations

import argparse
import queue
import signal
import sys
import threading
import time
from dataclasses import dataclass

import torch
from torch import Tensor

from training.loss import Losses
from training.sessions import BatchStream
from training.trainer import to_device


@dataclass(frozen=True)
class Moment:
    """What the schedule says for one step."""

    rate: float  # multiplies the peak rates
    topk: bool
    quantise: bool


def moment(args: argparse.Namespace, progress: float, steps_taken: int) -> Moment:
    """Warm-up over 150 steps of a fresh optimiser, constant to --decay-from, then linear to 2 %."""
    warm_up = min(150, max(1, args.steps // 10)) if args.steps else 150
    rate = min(1.0, (steps_taken + 1) / warm_up)
    rate *= 1 - 0.98 * min(max((progress - args.decay_from) / (1 - args.decay_from), 0.0), 1.0)
    return Moment(rate, progress >= args.topk_from, progress >= args.quantise_from)


class DataError(Exception):
    """The batches ended: a worker failed."""


class Prefetcher:
    """Batches on the device ahead of time: a thread waits for the stream, pins and copies."""

    def __init__(self, stream: BatchStream, device: str, depth: int = 4):
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
            raise DataError(str(item)) from item
        return item

    def close(self) -> None:
        self._stop = True
        while not self._queue.empty():
            self._queue.get_nowait()


class Log:
    """Means over the steps since the last line; the device is asked only when a line is printed."""

    def __init__(self, args: argparse.Namespace):
        self._path = args.out / "log.txt"
        self._tokens = args.rows * args.row_tokens
        self.reset()

    def reset(self) -> None:
        self._sum, self._count, self._begin, self._load = 0.0, 0, time.monotonic(), 0.0

    def say(self, text: str) -> None:
        print(text, flush=True)
        with self._path.open("a") as file:
            file.write(text + "\n")

    def add(self, out: Losses, load: Tensor) -> None:
        total = out.total.detach()
        values = [total, out.answer, out.answer_hits, out.mtp, out.mtp_hits, out.index.to(total.dtype)]
        self._sum = self._sum + torch.stack(values)
        self._load = self._load + load
        self._count += 1

    def line(self, step: int, progress: float, now: Moment, waited: float) -> bool:
        """Prints; False if the loss is not finite."""
        loss, answer, hits, mtp, mtp_hits, index = (self._sum / self._count).tolist()
        worst = (self._load / self._load.mean(-1, keepdim=True)).max().item()
        seconds = time.monotonic() - self._begin
        self.say(
            f"step {step} {progress:6.1%} loss {loss:.4f} answer {answer:.5f} right {hits:.4f} "
            f"mtp {mtp:.4f} right {mtp_hits:.4f} index {index:.4f} load {worst:.2f} rate {now.rate:.3f}"
            f"{' topk' if now.topk else ''}{' quantised' if now.quantise else ''} "
            f"{self._count * self._tokens / seconds:,.0f} tokens/s, {waited / seconds:.0%} waiting for data"
        )
        self.reset()
        return loss == loss and abs(loss) != float("inf")


class Interrupt:
    """SIGINT or SIGTERM ends the piece after the step at hand; a second one ends the process at once."""

    SIGNALS = (signal.SIGINT, signal.SIGTERM)

    def __init__(self) -> None:
        self.name = ""

    def __enter__(self) -> "Interrupt":
        self._before = [signal.signal(s, self._note) for s in self.SIGNALS]
        return self

    def _note(self, number: int, _: object) -> None:
        self.name = signal.Signals(number).name
        for s in self.SIGNALS:
            signal.signal(s, signal.SIG_DFL)
        text = f"{self.name}: writing the checkpoint after this step; once more ends at once"
        print(text, file=sys.stderr, flush=True)

    def __exit__(self, *_: object) -> None:
        for s, handler in zip(self.SIGNALS, self._before):
            signal.signal(s, handler)
