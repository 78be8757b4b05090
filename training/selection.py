"""Which compressed entries a query sees: the top k of the indexer's scores, of equal ones the earlier.

PyTorch's topk sorts in memory; the Triton kernel keeps a row of scores in registers and finds the k-th
largest bit after bit.
"""
from __future__ import annotations

import torch
from torch import Tensor

from training import kernels
from training.kernels import tl, triton

_HIDDEN = -1e30


def select(scores: Tensor, visible: Tensor, top_k: int) -> Tensor:
    """The mask of the top_k visible entries of the last dimension by score; of equal ones the earlier."""
    if scores.shape[-1] <= top_k:
        return visible
    if kernels.used("selection") and scores.dtype == torch.float32:
        return _select_op(scores.detach(), visible, top_k)
    return select_eager(scores, visible, top_k)


def select_eager(scores: Tensor, visible: Tensor, top_k: int) -> Tensor:
    scores = scores.detach().masked_fill(~visible, _HIDDEN)
    least = scores.topk(top_k, sorted=False).values.amin(-1, keepdim=True)
    above, equal = scores > least, scores == least
    room = top_k - above.sum(-1, keepdim=True)
    return (above | (equal & (equal.cumsum(-1, dtype=torch.int32) <= room))) & visible


if triton is not None:

    @triton.jit
    def _kernel(scores_ptr, visible_ptr, chosen_ptr, entries, k, block: tl.constexpr):
        lane = tl.arange(0, block)
        at = tl.program_id(0).to(tl.int64) * entries + lane
        inside = lane < entries
        visible = tl.load(visible_ptr + at, mask=inside, other=0) != 0
        x = tl.load(scores_ptr + at, mask=inside, other=0.0)
        # Integers in the order of the scores; -0 is 0.
        bits = tl.where(x == 0.0, 0.0, x).to(tl.int32, bitcast=True)
        keys = tl.where(visible, tl.where(bits < 0, bits ^ 0x7FFFFFFF, bits), -2147483648)
        # The largest value that at least k of them reach.
        least = tl.where(tl.sum((keys >= 0).to(tl.int32), 0) >= k, 0, -2147483648)
        for i in range(31):
            higher = least + (1 << (30 - i))
            least = tl.where(tl.sum((keys >= higher).to(tl.int32), 0) >= k, higher, least)
        above, equal = keys > least, keys == least
        room = k - tl.sum(above.to(tl.int32), 0)
        chosen = above | (equal & (tl.cumsum(equal.to(tl.int32), 0) <= room))
        tl.store(chosen_ptr + at, (chosen & visible).to(tl.uint8), mask=inside)


def select_triton(scores: Tensor, visible: Tensor, top_k: int) -> Tensor:
    entries = scores.shape[-1]
    chosen = torch.empty(scores.shape, dtype=torch.bool, device=scores.device)
    _kernel[(scores.numel() // entries,)](
        scores.contiguous(), visible.contiguous().view(torch.uint8), chosen.view(torch.uint8), entries, top_k,
        block=triton.next_power_of_2(entries), num_warps=1,
    )
    return chosen


if triton is not None:
    # Opaque to torch.compile: it calls it as it is.
    @torch.library.custom_op("nibble::select", mutates_args=())
    def _select_op(scores: Tensor, visible: Tensor, top_k: int) -> Tensor:
        return select_triton(scores, visible, top_k)

    @_select_op.register_fake
    def _(scores, visible, top_k):
        return torch.empty(scores.shape, dtype=torch.bool, device=scores.device)
