"""DeepSeek-V4's forward pass as functions over a flat dictionary with the official tensor names.

A row of a batch holds sessions one after another, each beginning at a multiple of 128. Rotations
depend on differences of positions only and all blocks lie as in a fresh prompt, so a packed session
is exactly a fresh one when three things are masked at its start: earlier window keys, compressed
entries of other sessions, and the previous block of the ratio-4 pooling. `start` [B, T] gives the
first position of each token's session.

Attention works on blocks of 128 queries with materialised scores; the experts are computed densely,
the routing weight being zero for those not chosen. In BF16 the sums and normalisations are F32; with
F64 weights everything is F64. Shapes: B rows, T tokens, H heads, D head width, E entries, m streams.
"""
from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from training import codecs
from training.config import Config, block_prefix
from training.selection import select
from training.sinkhorn import sinkhorn

Dict = dict[str, Tensor]
_HIDDEN = -1e30  # a score that no softmax sees


@dataclass(frozen=True)
class Kind:
    """What makes one block different from another: each kind is compiled once."""

    ratio: int
    hashed: bool


@dataclass(frozen=True)
class Controls:
    """What changes during training without a change of the compiled graph: tensors.

    topk: 0-dim bool, the indexer selects (False: attention over all entries).
    kv: 0-dim bool, stored rows are fake-quantised (FP8; the indexer's through Hadamard and FP4).
    activations: [B] int32, what enters the quantised linears: 0 as it is, 1 FP8, 2 NVFP4.
    hadamard: the indexer's matrix.
    """

    topk: Tensor
    kv: Tensor
    activations: Tensor
    hadamard: Tensor


def wide(x: Tensor) -> Tensor:
    """F32 of BF16; F32 and F64 stay."""
    return x.float() if x.dtype == torch.bfloat16 else x


def linear(x: Tensor, weight: Tensor) -> Tensor:
    return F.linear(x, weight)


def rms_norm(x: Tensor, weight: Tensor, eps: float) -> Tensor:
    v = wide(x)
    v = v * torch.rsqrt(v.square().mean(-1, keepdim=True) + eps)
    return (wide(weight) * v).to(weight.dtype)


def rope_tables(cfg: Config, tokens: int, device: torch.device | str,
                dtype: torch.dtype = torch.float32) -> dict[str, Tensor]:
    """cos and sin as [2, T, r/2] by kind of layer. F32: angles are F32 products as in the reference, so a
    rotation at a later position is rounded more. F64: F32 frequencies, exact angles; only then do
    rotations depend on nothing but differences of positions."""
    half = cfg.qk_rope_head_dim // 2
    exponent = torch.arange(half, dtype=torch.float64) * 2 / cfg.qk_rope_head_dim
    plain = 1 / (cfg.rope_theta**exponent).float()
    base = 1 / (cfg.compress_rope_theta**exponent).float()
    scaling = cfg.to_json()["rope_scaling"]

    def correction(rotations: float) -> float:
        turns = scaling["original_max_position_embeddings"] / (2 * math.pi * rotations)
        return cfg.qk_rope_head_dim * math.log(turns) / (2 * math.log(cfg.compress_rope_theta))

    low = max(math.floor(correction(scaling["beta_fast"])), 0)
    high = min(math.ceil(correction(scaling["beta_slow"])), cfg.qk_rope_head_dim - 1)
    ramp = ((torch.arange(half).float() - low) / max(high - low, 0.001)).clamp(0, 1)
    smooth = 1 - ramp
    compressed = (base / scaling["factor"]) * (1 - smooth) + base * smooth
    positions = torch.arange(tokens).to(dtype)
    angles = {k: torch.outer(positions, f.to(dtype)) for k, f in (("plain", plain), ("compressed", compressed))}
    return {k: torch.stack([a.cos(), a.sin()]).to(device) for k, a in angles.items()}


def rotate(x: Tensor, table: Tensor, inverse: bool = False) -> Tensor:
    """RoPE on adjacent pairs of the last dims. x [B, T, ..., width], table [2, T, r/2]."""
    half = table.shape[-1]
    shape = (1, x.shape[1]) + (1,) * (x.dim() - 3) + (half,)
    cos, sin = table[0].view(shape), table[1].view(shape)
    if inverse:
        sin = -sin
    plain, turned = x[..., : -2 * half], wide(x[..., -2 * half :])
    a, b = turned.unflatten(-1, (half, 2)).unbind(-1)
    turned = torch.stack([a * cos - b * sin, a * sin + b * cos], -1).flatten(-2)
    return torch.cat([plain, turned.to(x.dtype)], -1)


# Fake quantisation, straight through. Controls None: none of it is computed.


def _where(on: Tensor, quantised: Tensor, x: Tensor) -> Tensor:
    return x + torch.where(on, quantised - x, 0.0).to(x.dtype).detach()


def quantised_activation(x: Tensor, controls: Controls | None) -> Tensor:
    """[B, T, K], by row as Controls.activations says."""
    if controls is None:
        return x
    level = controls.activations.view(-1, 1, 1)
    value = x.detach()
    fp8, fp4 = codecs.fake_fp8_activation(value), codecs.fake_nvfp4_activation(value)
    return _where(level > 0, torch.where(level == 1, fp8, fp4), x)


def quantised_row(x: Tensor, rope_dim: int, controls: Controls | None) -> Tensor:
    """A stored K/V row: FP8 in blocks of 64 on all dims but the rotated ones."""
    if controls is None:
        return x
    plain = x[..., :-rope_dim]
    fp8 = codecs.fake_fp8_activation(plain.detach(), 64)
    return torch.cat([_where(controls.kv, fp8, plain), x[..., -rope_dim:]], -1)


def quantised_index(x: Tensor, controls: Controls | None) -> Tensor:
    """Indexer queries and keys: Hadamard, which leaves products alone, then FP4."""
    if controls is None:
        return x
    turned = x @ controls.hadamard.to(x.dtype)
    return _where(controls.kv, codecs.fake_fp4_activation(turned.detach()), turned)


# Hyper-connections.


def _mix(x: Tensor, fn: Tensor, eps: float) -> Tensor:
    """(fn x) / rms(x) of the flattened streams: [B, T, rows of fn], wide. In BF16 training fn is
    rounded for the product, which moves the mix by less than its own rounding and saves a copy of
    the streams in F32."""
    flat = x.flatten(2)
    mixed = wide(linear(flat, fn.to(x.dtype)))
    return mixed * torch.rsqrt(wide(flat).square().mean(-1, keepdim=True) + eps)


def hc_pre(cfg: Config, w: Dict, part: str, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Streams [B, T, m, d] -> y [B, T, d], post [B, T, m], comb [B, T, m, m]."""
    m = cfg.hc_mult
    u = _mix(x, w[f"hc_{part}_fn"], cfg.rms_norm_eps)
    scale, base = w[f"hc_{part}_scale"], w[f"hc_{part}_base"]
    pre = torch.sigmoid(u[..., :m] * scale[0] + base[:m]) + cfg.hc_eps
    post = 2 * torch.sigmoid(u[..., m : 2 * m] * scale[1] + base[m : 2 * m])
    comb = u[..., 2 * m :] * scale[2] + base[2 * m :]
    comb = sinkhorn(comb.reshape(-1, m, m), cfg.hc_sinkhorn_iters, cfg.hc_eps)
    y = (pre.unsqueeze(-1) * wide(x)).sum(2).to(x.dtype)
    return y, post, comb.view(*x.shape[:2], m, m)


def hc_post(o: Tensor, x: Tensor, post: Tensor, comb: Tensor) -> Tensor:
    """X'_k = post_k o + sum_j comb_jk X_j."""
    v, out = wide(x), post.unsqueeze(-1) * wide(o).unsqueeze(2)
    for j in range(x.shape[2]):
        out = out + comb[:, :, j, :, None] * v[:, :, j, None, :]
    return out.to(x.dtype)


def hc_head(cfg: Config, w: Dict, x: Tensor) -> Tensor:
    u = _mix(x, w["hc_head_fn"], cfg.rms_norm_eps)
    pre = torch.sigmoid(u * w["hc_head_scale"] + w["hc_head_base"]) + cfg.hc_eps
    y = (pre.unsqueeze(-1) * wide(x)).sum(2).to(x.dtype)
    return rms_norm(y, w["norm.weight"], cfg.rms_norm_eps)


# Attention.


def compress(cfg: Config, w: Dict, prefix: str, ratio: int, x: Tensor, start: Tensor, table: Tensor) -> Tensor:
    """Entries [B, T/ratio, width] before their quantisation."""
    both = torch.cat([w[prefix + "wkv.weight"], w[prefix + "wgate.weight"]])
    norm, ape = w[prefix + "norm.weight"], w[prefix + "ape"]
    rows, tokens, width = x.shape[0], x.shape[1], norm.shape[0]
    values, scores = linear(wide(x), wide(both)).view(rows, tokens // ratio, ratio, -1).chunk(2, -1)
    scores = scores + ape
    first = torch.arange(0, tokens, ratio, device=x.device)
    if ratio == 4:
        # Eight rows: the previous block's first channels, this block's second ones.
        fresh = (start[:, ::ratio] == first).view(rows, -1, 1, 1)
        shift = lambda t: F.pad(t[:, :-1, :, :width], (0, 0, 0, 0, 1, 0))  # noqa: E731
        previous = shift(scores).masked_fill(fresh, _HIDDEN)
        scores = torch.cat([previous, scores[..., width:]], 2)
        values = torch.cat([shift(values), values[..., width:]], 2)
    entry = (torch.softmax(scores, 2) * values).sum(2).to(norm.dtype)
    return rotate(rms_norm(entry, norm, cfg.rms_norm_eps), table[:, ::ratio])


def index_scores(cfg: Config, w: Dict, x: Tensor, latent: Tensor, start: Tensor, table: Tensor,
                 controls: Controls | None) -> Tensor:
    """Indexer score of every entry for every query: [B, T, E], wide. Its inputs are detached: it
    learns from the attention's probabilities alone."""
    x, latent = x.detach(), latent.detach()
    heads, width = cfg.index_n_heads, cfg.index_head_dim
    q = linear(latent, w["attn.indexer.wq_b.weight"]).unflatten(-1, (heads, width))
    q = quantised_index(rotate(q, table), controls)
    k = compress(cfg, w, "attn.indexer.compressor.", 4, x, start, table)
    k = quantised_index(k, controls)
    weights = linear(x, w["attn.indexer.weights_proj.weight"]) * (heads * width) ** -0.5
    products = torch.relu(q.flatten(1, 2) @ k.transpose(1, 2))
    products = products.view(*x.shape[:2], heads, -1)
    return (wide(products) * wide(weights).unsqueeze(-1)).sum(2)


def _exponentials(logits: Tensor, scale: float, mask: Tensor) -> Tensor:
    """exp(logit) where mask. Queries and keys are normalised, so logits are small and no maximum
    need be subtracted; the clamp is for the impossible."""
    return torch.where(mask, torch.exp((wide(logits) * scale).clamp(max=60.0)), 0.0)


def _window(cfg: Config, q: Tensor, kv: Tensor, start: Tensor) -> tuple[Tensor, Tensor]:
    """Over the window, by blocks of 128 queries and 256 keys: unnormalised output [B, T, H, D] and
    denominator [B, T, H]."""
    rows, tokens, heads, width = q.shape
    block = cfg.sliding_window
    blocks = tokens // block
    own = kv.view(rows, blocks, block, width)
    keys = torch.cat([F.pad(own[:, :-1], (0, 0, 0, 0, 1, 0)), own], 2)
    logits = q.reshape(rows, blocks, block * heads, width) @ keys.transpose(-1, -2)
    logits = logits.view(rows, blocks, block, heads, 2 * block)
    query = torch.arange(block, device=q.device).view(block, 1)
    key = torch.arange(2 * block, device=q.device) - block
    first = start.view(rows, blocks, block, 1) - torch.arange(0, tokens, block, device=q.device).view(blocks, 1, 1)
    mask = (key <= query) & (key > query - block) & (key >= first)
    p = _exponentials(logits, width**-0.5, mask.unsqueeze(3))
    out = p.to(kv.dtype).view(rows, blocks, block * heads, 2 * block) @ keys
    return out.view(q.shape), p.sum(-1).view(rows, tokens, heads)


def _visible(ratio: int, start: Tensor, entries: int) -> Tensor:
    """[B, T, E]: entry j of the same session, complete at the query."""
    first = torch.arange(entries, device=start.device) * ratio
    position = torch.arange(start.shape[1], device=start.device).view(-1, 1)
    return (first + ratio <= position + 1) & (first >= start.unsqueeze(-1))


def _index_loss(target: Tensor, scores: Tensor, keep: Tensor) -> Tensor:
    """Kullback-Leibler distance of the scores' softmax from the probabilities that attention gives
    to entries ([B, T, E], summing to at most 1: who does not look back counts little)."""
    log_score = torch.log_softmax(scores.masked_fill(~keep, _HIDDEN), -1)
    share = target / target.sum(-1, keepdim=True).clamp(min=1e-20)
    return (target * (share.clamp(min=1e-20).log() - log_score)).sum(-1).mean()


def _entries(cfg: Config, w: Dict, kind: Kind, x: Tensor, q: Tensor, latent: Tensor, start: Tensor, table: Tensor,
             controls: Controls | None) -> tuple[Tensor, Tensor, Tensor | None, Tensor]:
    """Over compressed entries: (output, probabilities not yet divided [B, T, H, E], scores, keep)."""
    c = compress(cfg, w, "attn.compressor.", kind.ratio, x, start, table)
    c = quantised_row(c, cfg.qk_rope_head_dim, controls)
    keep, scores = _visible(kind.ratio, start, c.shape[1]), None
    if kind.ratio == 4:
        scores = index_scores(cfg, w, x, latent, start, table, controls)
        chosen = select(scores, keep, cfg.index_topk)
        keep = chosen if controls is None else chosen | (keep & ~controls.topk)
    logits = (q.flatten(1, 2) @ c.transpose(1, 2)).view(*q.shape[:3], -1)
    p = _exponentials(logits, cfg.head_dim**-0.5, keep.unsqueeze(2))
    out = p.to(c.dtype).flatten(1, 2) @ c
    return out.view(q.shape), p, scores, keep


def attention(cfg: Config, w: Dict, kind: Kind, x: Tensor, start: Tensor, table: Tensor,
              controls: Controls | None) -> tuple[Tensor, Tensor]:
    """[B, T, d] -> ([B, T, d], the indexer's loss)."""
    heads, width = cfg.num_attention_heads, cfg.head_dim
    xq = quantised_activation(x, controls)
    latent = rms_norm(linear(xq, w["attn.wq_a.weight"]), w["attn.q_norm.weight"], cfg.rms_norm_eps)
    latent = quantised_activation(latent, controls)
    q = wide(linear(latent, w["attn.wq_b.weight"]).unflatten(-1, (heads, width)))
    q = q * torch.rsqrt(q.square().mean(-1, keepdim=True) + cfg.rms_norm_eps)
    q = rotate(q.to(x.dtype), table)
    kv = rms_norm(linear(xq, w["attn.wkv.weight"]), w["attn.kv_norm.weight"], cfg.rms_norm_eps)
    kv = quantised_row(rotate(kv, table), cfg.qk_rope_head_dim, controls)

    out, denominator = _window(cfg, q, kv, start)
    denominator = denominator + torch.exp(w["attn.attn_sink"])
    out, loss = wide(out), x.new_zeros((), dtype=denominator.dtype)
    if kind.ratio:
        far, p, scores, keep = _entries(cfg, w, kind, x, q, latent, start, table, controls)
        out, denominator = out + wide(far), denominator + p.sum(-1)
        if scores is not None:
            target = (p.detach() / denominator.detach().unsqueeze(-1)).mean(2)
            loss = _index_loss(target, scores, keep)
    out = rotate((out / denominator.unsqueeze(-1)).to(x.dtype), table, inverse=True)
    groups = cfg.o_groups
    out = out.reshape(*x.shape[:2], groups, heads * width // groups)
    z = torch.einsum("btgk,grk->btgr", out, w["attn.wo_a.weight"].unflatten(0, (groups, -1)))
    return linear(quantised_activation(z.flatten(2), controls), w["attn.wo_b.weight"]), loss


# Experts.


def route(cfg: Config, w: Dict, kind: Kind, x: Tensor, tokens: Tensor) -> tuple[Tensor, Tensor]:
    """Routing weights [B, T, E], zero for experts not chosen, and the mask of the chosen."""
    scores = torch.sqrt(F.softplus(linear(wide(x), wide(w["ffn.gate.weight"]))))
    experts = torch.arange(cfg.n_routed_experts, device=x.device)
    if kind.hashed:
        chosen = (w["ffn.gate.tid2eid"][tokens.long()].unsqueeze(-1) == experts).any(2)
    else:
        biased = (scores + w["ffn.gate.bias"]).detach()
        mine, other = biased.unsqueeze(-1), biased.unsqueeze(-2)
        ahead = (other > mine) | ((other == mine) & (experts < experts.unsqueeze(-1)))
        chosen = ahead.sum(-1) < cfg.num_experts_per_tok
    weights = torch.where(chosen, scores, 0.0)
    return weights / weights.sum(-1, keepdim=True) * cfg.routed_scaling_factor, chosen


def experts(cfg: Config, w: Dict, x: Tensor, weights: Tensor, controls: Controls | None) -> Tensor:
    """All experts of width I and the shared one as two products; the weight multiplies before w2."""
    count = cfg.n_routed_experts + 1
    h = linear(quantised_activation(x, controls), w["ffn.w13"].flatten(0, 1))
    g, u = wide(h).view(*x.shape[:2], 2, count, -1).unbind(2)
    limit = cfg.swiglu_limit
    v = F.silu(g.clamp(max=limit)) * u.clamp(-limit, limit)
    v = (v * F.pad(weights, (0, 1), value=1.0).unsqueeze(-1)).to(x.dtype).flatten(2)
    return linear(quantised_activation(v, controls), w["ffn.w2"].transpose(0, 1).flatten(1))


def block(cfg: Config, kind: Kind, w: Dict, x: Tensor, tokens: Tensor, start: Tensor, table: Tensor,
          controls: Controls | None) -> tuple[Tensor, Tensor, Tensor]:
    """One layer. w: its tensors without the prefix. Returns the streams [B, T, m, d], the indexer's
    loss and each expert's share of the tokens [E]."""
    y, post, comb = hc_pre(cfg, w, "attn", x)
    y = rms_norm(y, w["attn_norm.weight"], cfg.rms_norm_eps)
    o, loss = attention(cfg, w, kind, y, start, table, controls)
    x = hc_post(o, x, post, comb)
    y, post, comb = hc_pre(cfg, w, "ffn", x)
    y = rms_norm(y, w["ffn_norm.weight"], cfg.rms_norm_eps)
    weights, chosen = route(cfg, w, kind, y, tokens)
    x = hc_post(experts(cfg, w, y, weights, controls), x, post, comb)
    return x, loss, wide(chosen.to(y.dtype)).mean((0, 1))


def head(cfg: Config, w: Dict, matrix: Tensor, x: Tensor) -> Tensor:
    """Streams -> logits [B, T, V], wide. w: norm and hc_head_*; matrix: head.weight."""
    return linear(wide(hc_head(cfg, w, x)), wide(matrix))


def mtp_input(cfg: Config, w: Dict, e: Tensor, x: Tensor, controls: Controls | None) -> Tensor:
    """Streams of position t and the embedding of token t + 1 -> the MTP block's streams."""
    e = rms_norm(e, w["enorm.weight"], cfg.rms_norm_eps)
    e = linear(quantised_activation(e, controls), w["e_proj.weight"])
    h = rms_norm(x, w["hnorm.weight"], cfg.rms_norm_eps)
    h = quantised_activation(h.flatten(1, 2), controls).view(x.shape)
    return (wide(e).unsqueeze(2) + wide(linear(h, w["h_proj.weight"]))).to(x.dtype)


@dataclass
class Functions:
    """The pieces of the model that training compiles; eager by default."""

    block: object = block
    mtp_input: object = mtp_input


@dataclass
class Hidden:
    """streams: of the trunk; mtp: of the MTP block, whose row t saw the token of t + 1 and predicts
    that of t + 2; index_loss: sum over layers; loads: {gate bias name: share of each expert}."""

    streams: Tensor
    mtp: Tensor
    index_loss: Tensor
    loads: dict[str, Tensor]


def section(w: Dict, prefix: str) -> Dict:
    return {k[len(prefix) :]: v for k, v in w.items() if k.startswith(prefix)}


def top_section(w: Dict) -> Dict:
    return {k: v for k, v in w.items() if k == "norm.weight" or k.startswith("hc_head_")}


def forward(cfg: Config, w: Dict, tokens: Tensor, start: Tensor, ropes: dict[str, Tensor],
            controls: Controls | None = None, functions: Functions = Functions()) -> Hidden:
    """tokens and start [B, T], T a multiple of 128."""
    embed = w["embed.weight"]
    x = F.embedding(tokens, embed).unsqueeze(2).expand(-1, -1, cfg.hc_mult, -1).contiguous()
    loss, loads = 0.0, {}
    trunk = x
    for layer in range(cfg.num_hidden_layers + 1):
        prefix = block_prefix(cfg, layer)
        own = section(w, prefix)
        ids = tokens
        if layer == cfg.num_hidden_layers:
            trunk, ids = x, F.pad(tokens[:, 1:], (0, 1))
            x = functions.mtp_input(cfg, own, F.embedding(ids, embed), x, controls)
        kind = Kind(cfg.ratio(layer), layer < cfg.num_hash_layers)
        table = ropes["compressed" if kind.ratio else "plain"]
        mine = {k: v for k, v in own.items() if k.startswith(("attn", "ffn", "hc_attn", "hc_ffn"))}
        x, index_loss, load = functions.block(cfg, kind, mine, x, ids, start, table, controls)
        loss = loss + index_loss
        if not kind.hashed:
            loads[prefix + "ffn.gate.bias"] = load
    return Hidden(trunk, x, loss, loads)
