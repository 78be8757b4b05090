"""One training step: weights, optimiser and the functions of a step, compiled or eager, on one device."""
from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor

from training import codecs, kernels, loss, model, selection, sinkhorn
from training.loss import Batch, Losses
from training.model import Controls
from training.optim import Optimiser
from training.weights import Weights

BIAS_RATE = 1e-3  # how far a gate's bias moves each step


def add_device_options(p: argparse.ArgumentParser) -> None:
    """Where and how it computes: what prepare() and Trainer read."""
    p.add_argument("--device", choices=["cuda", "cpu"], default="cuda")
    p.add_argument("--compile", action=argparse.BooleanOptionalAction, default=None, help="default: on CUDA")
    p.add_argument("--kernels", choices=["triton", "eager"], default=None,
                   help="Sinkhorn and the choice of entries; default: triton on CUDA")
    p.add_argument("--cache-dir", type=Path, help="the compiler's cache: a second piece on the machine starts fast")


def to_device(batch: dict, device: str) -> Batch:
    """A batch of sessions.py as tensors."""

    def copy(name: str, dtype: torch.dtype) -> Tensor:
        t = torch.from_numpy(batch[name])
        if device == "cuda":
            t = t.pin_memory().to(device, non_blocking=True)
        return t.to(dtype)

    return Batch(copy("tokens", torch.int64), copy("start", torch.int32), copy("weights", torch.float32))


def prepare(args: argparse.Namespace) -> None:
    """Settings of the process: TF32 for F32 products, the compiler's cache, the form of the kernels."""
    if args.cache_dir:
        os.environ["TORCHINDUCTOR_CACHE_DIR"] = str(args.cache_dir.resolve())
    torch.set_float32_matmul_precision("high")
    wanted = args.kernels == "triton" or args.kernels is None and args.device == "cuda"
    checks = {"sinkhorn": _check_sinkhorn, "selection": _check_selection} if wanted else {}
    kernels.use({name for name, check in checks.items() if _works(name, check, args.device)})


def _works(name: str, check: Callable[[str], None], device: str) -> bool:
    """Whether a Triton kernel runs and agrees with the eager form; says so loudly where not."""
    try:
        check(device)
    except Exception as error:  # noqa: BLE001  whatever a missing compiler or driver raises
        print(f"WARNING: the Triton kernel of {name} does not work here ({error}); the eager form is SLOW", flush=True)
        return False
    return True


def _check_sinkhorn(device: str) -> None:
    x = torch.randn(1000, 4, 4, device=device)
    difference = (sinkhorn.forward_triton(x, 20, 1e-6) - sinkhorn.sinkhorn_eager(x, 20, 1e-6)).abs().max().item()
    if not difference < 1e-4:
        raise RuntimeError(f"it differs from the eager form by {difference}")


def _check_selection(device: str) -> None:
    scores, visible = torch.randn(300, 500, device=device).round(decimals=1), torch.rand(300, 500, device=device) < 0.5
    wrong = selection.select_triton(scores, visible, 64) != selection.select_eager(scores, visible, 64)
    if wrong.any():
        raise RuntimeError(f"it chooses {int(wrong.sum())} entries otherwise than the eager form")


class Trainer:
    """args: those of training.train (device, rows, row_tokens, seed, compile, activation_mix)."""

    def __init__(self, args: argparse.Namespace, weights: Weights, optimiser: Optimiser):
        self.args, self.device = args, args.device
        self.weights, self.optimiser = weights, optimiser
        self.cfg = weights.layout.cfg
        self.dtype = torch.bfloat16 if args.device == "cuda" else torch.float32
        self.compiling = args.device == "cuda" if args.compile is None else args.compile
        self.functions = loss.compiled() if self.compiling else loss.Functions()
        self.ropes = model.rope_tables(self.cfg, args.row_tokens, args.device)
        self.hadamard = codecs.hadamard(self.cfg.index_head_dim, args.device)
        self.shares = [float(s) for s in args.activation_mix.split(",")]
        # A pair for each control: one tensor given twice would be another graph, compiled anew when the two
        # come to differ.
        self._topk, self._kv = ([torch.tensor(on, device=args.device) for on in (False, True)] for _ in range(2))

    def controls(self, topk: bool, kv: bool, levels: Tensor | None = None) -> Controls:
        """Flags as tensors: changing them compiles nothing anew. levels: [rows] 0, 1 or 2."""
        if levels is None:
            levels = torch.zeros(self.args.rows)
        levels = levels.to(torch.int32)
        if self.device == "cuda":  # pinned: a plain copy would wait for the device
            levels = levels.pin_memory().to(self.device, non_blocking=True)
        return Controls(self._topk[topk], self._kv[kv], levels, self.hadamard)

    def levels(self, step: int) -> Tensor:
        """Which rows of this step see which activations: a function of seed and step."""
        g = torch.Generator().manual_seed(self.args.seed * 1_000_003 + step)
        return torch.multinomial(torch.tensor(self.shares), self.args.rows, replacement=True, generator=g)

    def losses(self, batch: Batch, controls: Controls, quantise: bool) -> tuple[Losses, Tensor, Tensor]:
        """Losses and the two leaves whose gradients are wanted."""
        layout, master = self.weights.layout, self.weights.master
        flat = layout.quantised(master) if quantise else master
        begin = layout.f32_begin
        # BF16 as stored; on a CPU computed in F32, which is faster there.
        stored = flat[:begin].to(torch.bfloat16).to(self.dtype).requires_grad_()
        wide = flat[begin:].clone().requires_grad_()
        w = layout.views(stored, wide) | self.weights.extras()
        out = loss.losses(self.cfg, w, batch, self.ropes, controls, self.functions)
        return out, stored, wide

    def step(self, batch: Batch, controls: Controls, quantise: bool, rate: float) -> tuple[Losses, Tensor]:
        """One update; the losses before it and each expert's share of the tokens [gates, E]."""
        out, stored, wide = self.losses(batch, controls, quantise)
        out.total.backward()
        self.optimiser.step(self.weights.master, stored.grad, wide.grad, rate)
        with torch.no_grad():
            load = torch.stack([out.loads[n] for n in self.weights.layout.bias_names])
            self.weights.bias.add_(torch.sign(load.mean(-1, keepdim=True) - load), alpha=BIAS_RATE)
        return out, load

    def warm_up(self) -> float:
        """Compiles everything on a batch of noise, without an update; the seconds that it took."""
        begin = time.monotonic()
        shape = (self.args.rows, self.args.row_tokens)
        tokens = torch.randint(3, self.cfg.vocab_size, shape, device=self.device)
        start = torch.zeros(shape, dtype=torch.int32, device=self.device)
        batch = Batch(tokens, start, torch.ones(shape, device=self.device))
        out, _, _ = self.losses(batch, self.controls(False, False), False)
        out.total.backward()
        if self.device == "cuda":
            torch.cuda.synchronize()
        return time.monotonic() - begin
