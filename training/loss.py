"""Losses of a batch: next token, the MTP block's token after next, and the indexer's."""
from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from training import model
from training.config import Config

MTP_WEIGHT = 0.2
Dict = dict[str, Tensor]


def token_loss(cfg: Config, w: Dict, matrix: Tensor, streams: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    """Cross entropy [B, T] and whether the target is the most likely token [B, T]."""
    logits = model.head(cfg, w, matrix, streams)
    # A mask instead of a gather: its gradient is part of one pass over the logits.
    here = torch.arange(logits.shape[-1], device=logits.device) == targets.unsqueeze(-1)
    loss = torch.logsumexp(logits, -1) - torch.where(here, logits, 0.0).sum(-1)
    return loss, logits.detach().argmax(-1) == targets


@dataclass
class Functions(model.Functions):
    token_loss: object = token_loss


def compiled() -> Functions:
    """Each function compiled once for each kind of block; one shape only."""
    torch._dynamo.config.recompile_limit = 64
    compile = lambda f: torch.compile(f, dynamic=False)  # noqa: E731
    return Functions(
        block=compile(model.block),
        mtp_input=compile(model.mtp_input),
        token_loss=compile(token_loss),
    )


@dataclass
class Batch:
    """tokens I64, start I32 and weights F32, all [rows, tokens] on the model's device. weights[t] is
    that of predicting token t."""

    tokens: Tensor
    start: Tensor
    weights: Tensor


def ahead(batch: Batch, by: int) -> tuple[Tensor, Tensor]:
    """The token `by` positions on and its weight, 0 where it belongs to another session."""
    shift = lambda t: F.pad(t[:, by:], (0, by))  # noqa: E731
    same = F.pad(batch.start[:, by:] == batch.start[:, :-by], (0, by))
    return shift(batch.tokens), shift(batch.weights) * same


@dataclass
class Losses:
    """total: what is minimised. The others, detached: answers (weight 1) alone, its share of right
    tokens, the same of the MTP block, the indexer's distance. hits, mtp_hits: [B, T] bool, whether
    position t predicts token t + 1 (t + 2)."""

    total: Tensor
    answer: Tensor
    answer_hits: Tensor
    mtp: Tensor
    mtp_hits: Tensor
    index: Tensor
    hits_at: Tensor
    mtp_hits_at: Tensor
    loads: dict[str, Tensor]


def losses(cfg: Config, w: Dict, batch: Batch, ropes: Dict, controls: model.Controls | None,
           functions: Functions) -> Losses:
    hidden = model.forward(cfg, w, batch.tokens, batch.start, ropes, controls, functions)
    matrix = w["head.weight"]
    next_token, weight = ahead(batch, 1)
    loss, hit = functions.token_loss(cfg, model.top_section(w), matrix, hidden.streams, next_token)
    later, mtp_weight = ahead(batch, 2)
    mtp_head = model.top_section(model.section(w, "mtp.0."))
    mtp_loss, mtp_hit = functions.token_loss(cfg, mtp_head, matrix, hidden.mtp, later)

    mean = lambda value, by: (value * by).sum() / by.sum().clamp(min=1e-9)  # noqa: E731
    main, mtp = mean(loss, weight), mean(mtp_loss, mtp_weight)
    with torch.no_grad():
        answers, mtp_answers = (weight >= 1).float(), (mtp_weight >= 1).float()
        index = torch.as_tensor(hidden.index_loss).detach()
        return_values = (
            mean(loss, answers),
            mean(hit.float(), answers),
            mtp.detach(),
            mean(mtp_hit.float(), mtp_answers),
            index,
        )
    total = main + MTP_WEIGHT * mtp + hidden.index_loss
    return Losses(total, *return_values, hit, mtp_hit, hidden.loads)
