"""Muon for the matrices of the blocks, AdamW for the rest, on the flat buffers of weights.py.

Muon: Nesterov momentum, then five Newton-Schulz steps bring each matrix's update near an orthogonal
one; scaled by 0.2 sqrt(max(n, k)) so that its size is that of an AdamW update. Matrices of one shape
are one stack, so a step is some hundred kernels in all.
"""
from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from training.weights import Layout

_COEFFICIENTS = (3.4445, -4.7750, 2.0315)


@dataclass(frozen=True)
class OptimiserConfig:
    muon_rate: float = 4e-3
    muon_momentum: float = 0.95
    muon_decay: float = 0.05
    adam_rate: float = 3e-3
    adam_betas: tuple[float, float] = (0.9, 0.98)
    adam_eps: float = 1e-9


def newton_schulz(stack: Tensor, steps: int = 5) -> Tensor:
    """[n, r, c] -> about the nearest orthogonal matrices; BF16 products on CUDA."""
    a, b, c = _COEFFICIENTS
    x = stack.to(torch.bfloat16) if stack.is_cuda else stack
    tall = x.shape[1] > x.shape[2]
    if tall:
        x = x.transpose(1, 2)
    x = x / (x.float().square().sum((1, 2), keepdim=True).sqrt() + 1e-12).to(x.dtype)
    for _ in range(steps):
        gram = x @ x.transpose(1, 2)
        x = torch.baddbmm(x, torch.baddbmm(gram, gram, gram, beta=b, alpha=c), x, beta=a)
    return (x.transpose(1, 2) if tall else x).float()


class Optimiser:
    """State: momentum [adam_begin], mean and square [size - adam_begin], all F32; steps taken."""

    def __init__(self, layout: Layout, device: torch.device | str, config: OptimiserConfig = OptimiserConfig()):
        self.layout, self.config, self.steps = layout, config, 0
        rest = layout.size - layout.adam_begin
        self.momentum = torch.zeros(layout.adam_begin, device=device)
        self.mean = torch.zeros(rest, device=device)
        self.square = torch.zeros(rest, device=device)

    def state(self) -> dict[str, Tensor]:
        return {"momentum": self.momentum, "mean": self.mean, "square": self.square}

    @torch.no_grad()
    def step(self, master: Tensor, stored_grad: Tensor, wide_grad: Tensor, scale: float) -> None:
        """One update of `master` in place; `scale` multiplies both rates."""
        self.steps += 1
        begin = self.layout.adam_begin
        self._muon(master, stored_grad[:begin].float(), scale)
        self._adam(master[begin:], torch.cat([stored_grad[begin:].float(), wide_grad]), scale)

    def _muon(self, master: Tensor, grad: Tensor, scale: float) -> None:
        c = self.config
        self.momentum.mul_(c.muon_momentum).add_(grad)
        update = grad.add_(self.momentum, alpha=c.muon_momentum)
        rate = c.muon_rate * scale
        for group in self.layout.groups:
            weights = group.of(master)
            direction = newton_schulz(group.of(update))
            weights.mul_(1 - rate * c.muon_decay)
            weights.add_(direction, alpha=-rate * 0.2 * max(group.matrix) ** 0.5)

    def _adam(self, master: Tensor, grad: Tensor, scale: float) -> None:
        c = self.config
        first, second = c.adam_betas
        self.mean.lerp_(grad, 1 - first)
        self.square.mul_(second).addcmul_(grad, grad, value=1 - second)
        corrected = (self.square / (1 - second**self.steps)).sqrt_().add_(c.adam_eps)
        rate = c.adam_rate * scale / (1 - first**self.steps)
        master.addcdiv_(self.mean, corrected, value=-rate)
