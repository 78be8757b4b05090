"""Sinkhorn of the hyper-connections: [tokens, 4, 4] logits to a nearly doubly stochastic matrix.

softmax over the last dimension, + eps; then columns and rows are divided by their sums (+ eps), 20
column and 19 row normalisations in turn. Plain PyTorch needs some 80 kernels for it, so CUDA has a
Triton kernel: a few registers per token, forward and backward. The backward recomputes the
forward and keeps only the sums; a step c -> y = c / (s + eps) has the gradient
(dy - sum(dy y)) / (s + eps), and c = y (s + eps) brings its input back.
"""
from __future__ import annotations

import torch
from torch import Tensor

from training import kernels
from training.kernels import tl, triton

BLOCK = 64  # tokens a program


def sinkhorn(logits: Tensor, iterations: int, eps: float) -> Tensor:
    """[tokens, m, m] -> the same, F32 (F64 stays)."""
    if kernels.used("sinkhorn") and logits.dtype == torch.float32:
        return _sinkhorn_op(logits, iterations, eps)
    return sinkhorn_eager(logits, iterations, eps)


def sinkhorn_eager(logits: Tensor, iterations: int, eps: float) -> Tensor:
    c = torch.softmax(logits, -1) + eps
    c = c / (c.sum(-2, keepdim=True) + eps)
    for _ in range(iterations - 1):
        c = c / (c.sum(-1, keepdim=True) + eps)
        c = c / (c.sum(-2, keepdim=True) + eps)
    return c


if triton is not None:

    @triton.jit
    def _load(ptr, tokens, block: tl.constexpr):
        t = tl.program_id(0) * block + tl.arange(0, block)
        at = t[:, None, None] * 16 + tl.arange(0, 4)[None, :, None] * 4 + tl.arange(0, 4)[None, None, :]
        mask = (t < tokens)[:, None, None] & (at >= 0)
        return at, mask, tl.load(ptr + at, mask=mask, other=0.0)

    @triton.jit
    def _softmax(x):
        e = tl.exp(x - tl.max(x, 2)[:, :, None])
        return e / tl.sum(e, 2)[:, :, None]

    @triton.jit
    def _forward_kernel(x_ptr, y_ptr, tokens, eps, iterations: tl.constexpr, block: tl.constexpr):
        at, mask, x = _load(x_ptr, tokens, block)
        c = _softmax(x) + eps
        c = c / (tl.sum(c, 1)[:, None, :] + eps)
        for _ in range(iterations - 1):
            c = c / (tl.sum(c, 2)[:, :, None] + eps)
            c = c / (tl.sum(c, 1)[:, None, :] + eps)
        tl.store(y_ptr + at, c, mask=mask)

    @triton.jit
    def _backward_kernel(x_ptr, dy_ptr, dx_ptr, sums_ptr, tokens, eps, iterations: tl.constexpr, block: tl.constexpr):
        at, mask, x = _load(x_ptr, tokens, block)
        # sums: [program][step][block, 4]; even steps are columns, odd ones rows.
        lane = tl.arange(0, block)[:, None] * 4 + tl.arange(0, 4)[None, :]
        size: tl.constexpr = block * 4
        sums = sums_ptr + tl.program_id(0).to(tl.int64) * (2 * iterations - 1) * size
        soft = _softmax(x)
        c = soft + eps
        s = tl.sum(c, 1) + eps
        tl.store(sums + lane, s)
        c = c / s[:, None, :]
        for i in range(1, iterations):
            s = tl.sum(c, 2) + eps
            tl.store(sums + (2 * i - 1) * size + lane, s)
            c = c / s[:, :, None]
            s = tl.sum(c, 1) + eps
            tl.store(sums + 2 * i * size + lane, s)
            c = c / s[:, None, :]
        tl.debug_barrier()  # the sums may come back to other threads
        d = tl.load(dy_ptr + at, mask=mask, other=0.0)
        for k in range(1, iterations):
            i = iterations - k
            column = tl.load(sums + 2 * i * size + lane)[:, None, :]
            d = (d - tl.sum(d * c, 1)[:, None, :]) / column
            c = c * column
            row = tl.load(sums + (2 * i - 1) * size + lane)[:, :, None]
            d = (d - tl.sum(d * c, 2)[:, :, None]) / row
            c = c * row
        first = tl.load(sums + lane)[:, None, :]
        d = (d - tl.sum(d * c, 1)[:, None, :]) / first
        d = soft * (d - tl.sum(d * soft, 2)[:, :, None])
        tl.store(dx_ptr + at, d, mask=mask)


def _check(x: Tensor) -> int:
    if x.shape[1:] != (4, 4) or x.dtype != torch.float32:
        raise ValueError(f"the Sinkhorn kernel takes F32 [tokens, 4, 4], got {x.dtype} {list(x.shape)}")
    return triton.cdiv(x.shape[0], BLOCK)


def forward_triton(x: Tensor, iterations: int, eps: float) -> Tensor:
    x = x.contiguous()
    y = torch.empty_like(x)
    _forward_kernel[(_check(x),)](x, y, x.shape[0], eps, iterations, block=BLOCK, num_warps=4)
    return y


def backward_triton(x: Tensor, dy: Tensor, iterations: int, eps: float) -> Tensor:
    x, dy = x.contiguous(), dy.contiguous()
    dx = torch.empty_like(x)
    programs = _check(x)
    sums = torch.empty(programs * (2 * iterations - 1) * BLOCK * 4, device=x.device)
    _backward_kernel[(programs,)](
        x, dy, dx, sums, x.shape[0], eps, iterations, block=BLOCK, num_warps=4
    )
    return dx


if triton is not None:
    # Opaque to torch.compile: it calls them as they are.
    @torch.library.custom_op("nibble::sinkhorn", mutates_args=())
    def _sinkhorn_op(x: Tensor, iterations: int, eps: float) -> Tensor:
        return forward_triton(x, iterations, eps)

    @_sinkhorn_op.register_fake
    def _(x, iterations, eps):
        return torch.empty(x.shape, dtype=x.dtype, device=x.device)

    @torch.library.custom_op("nibble::sinkhorn_backward", mutates_args=())
    def _sinkhorn_backward_op(x: Tensor, dy: Tensor, iterations: int, eps: float) -> Tensor:
        return backward_triton(x, dy, iterations, eps)

    @_sinkhorn_backward_op.register_fake
    def _(x, dy, iterations, eps):
        return torch.empty(x.shape, dtype=x.dtype, device=x.device)

    def _setup_context(ctx, inputs, output):
        x, ctx.iterations, ctx.eps = inputs
        ctx.save_for_backward(x)

    def _backward(ctx, dy):
        (x,) = ctx.saved_tensors
        return _sinkhorn_backward_op(x, dy, ctx.iterations, ctx.eps), None, None

    _sinkhorn_op.register_autograd(_backward, setup_context=_setup_context)
