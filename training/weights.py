"""All weights in one flat F32 buffer, laid out so that optimiser and quantiser see few big tensors.

Matrices of one shape lie together (Muon treats each such group as one stack), then the other
BF16 tensors, then the F32 ones. The model sees a dictionary of views under the official names; the
experts of a layer, the shared one last, are fused: `ffn.w13` [2*(E+1), I, d] (all w1, then all w3)
and `ffn.w2` [E+1, d, I].
"""
from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from training import codecs
from training.config import Config, TensorSpec, block_prefix, tensor_table

FORMS = ("bf16", "fp8", "fp4", "f32")


@dataclass(frozen=True)
class Piece:
    """One view of the flat buffer: one tensor, or the fused tensors of equal shape."""

    key: str
    names: tuple[str, ...]  # official names, in order of the leading dimension
    forms: tuple[str, ...]  # the form of each
    shape: tuple[int, ...]  # of the view
    matrix: tuple[int, int] | None  # the shape that Muon works on, None for AdamW

    @property
    def size(self) -> int:
        return math.prod(self.shape)

    @property
    def segment(self) -> tuple:
        if self.matrix:
            return (0, *self.matrix)
        return (2,) if self.forms[0] == "f32" else (1,)


@dataclass(frozen=True)
class Group:
    """Stacked matrices of one shape: [count, *matrix] at `offset`; forms[i] indexes FORMS."""

    offset: int
    count: int
    matrix: tuple[int, int]
    forms: tuple[int, ...]

    def of(self, flat: Tensor) -> Tensor:
        size = self.count * self.matrix[0] * self.matrix[1]
        return flat[self.offset : self.offset + size].view(self.count, *self.matrix)


def _muon_matrix(cfg: Config, spec: TensorSpec) -> tuple[int, int] | None:
    small = ("gate.weight", "weights_proj.weight")
    ends = ("embed.weight", "head.weight")
    if len(spec.shape) != 2 or spec.form == "f32" or spec.name in ends or spec.name.endswith(small):
        return None
    groups = cfg.o_groups if spec.name.endswith("wo_a.weight") else 1
    return spec.shape[0] // groups, spec.shape[1]


def _fused(cfg: Config, specs: dict[str, TensorSpec], layer: int) -> list[Piece]:
    prefix = block_prefix(cfg, layer) + "ffn."
    owners = [f"experts.{e}." for e in range(cfg.n_routed_experts)] + ["shared_experts."]
    pieces = []
    for key, parts in (("w13", ("w1", "w3")), ("w2", ("w2",))):
        names = tuple(f"{prefix}{owner}{part}.weight" for part in parts for owner in owners)
        shape = specs[names[0]].shape
        forms = tuple(specs[n].form for n in names)
        pieces.append(Piece(prefix + key, names, forms, (len(names), *shape), shape))
    return pieces


class Layout:
    """Where each weight lies in the flat buffer."""

    def __init__(self, cfg: Config):
        self.cfg = cfg
        table = tensor_table(cfg)
        specs = {s.name: s for s in table}
        pieces = [p for n in range(cfg.num_hidden_layers + 1) for p in _fused(cfg, specs, n)]
        fused = {name for p in pieces for name in p.names}
        self.bias_names = [s.name for s in table if s.name.endswith("gate.bias")]
        self.table_names = [s.name for s in table if s.form == "i64"]
        apart = fused | set(self.bias_names) | set(self.table_names)
        for s in table:
            if s.name not in apart:
                matrix = _muon_matrix(cfg, s)
                pieces.append(Piece(s.name, (s.name,), (s.form,), s.shape, matrix))
        # Odd sizes last, so that the others stay aligned.
        self.pieces = sorted(pieces, key=lambda p: (p.segment, p.size % 8 != 0))
        self.size = sum(p.size for p in self.pieces)
        self.f32_begin = sum(p.size for p in self.pieces if p.segment != (2,))
        self.adam_begin = sum(p.size for p in self.pieces if p.matrix)
        self.groups = self._groups()
        self._forms: dict[torch.device, list[Tensor]] = {}

    def _groups(self) -> list[Group]:
        groups, offset = [], 0
        for matrix in dict.fromkeys(p.matrix for p in self.pieces if p.matrix):
            forms: list[int] = []
            for p in (p for p in self.pieces if p.matrix == matrix):
                copies = p.size // (matrix[0] * matrix[1] * len(p.forms))
                forms += [FORMS.index(f) for f in p.forms for _ in range(copies)]
            groups.append(Group(offset, len(forms), matrix, tuple(forms)))
            offset += len(forms) * matrix[0] * matrix[1]
        return groups

    def views(self, stored: Tensor, wide: Tensor) -> dict[str, Tensor]:
        """Views by name of [0, f32_begin) in `stored` and the rest in `wide`. One split each, so
        that the gradient is one concatenation."""
        low = [p for p in self.pieces if p.segment != (2,)]
        high = [p for p in self.pieces if p.segment == (2,)]
        parts = stored.split([p.size for p in low]) + wide.split([p.size for p in high])
        return {p.key: part.view(p.shape) for p, part in zip(low + high, parts)}

    def official(self, flat: Tensor) -> dict[str, tuple[Tensor, str]]:
        """Official name -> (its values, its form), experts apart; biases and tables aside."""
        out, offset = {}, 0
        for p in self.pieces:
            values = flat[offset : offset + p.size].view(p.shape)
            offset += p.size
            if len(p.names) == 1:
                out[p.key] = (values, p.forms[0])
            else:
                out |= {n: (v, f) for n, v, f in zip(p.names, values, p.forms)}
        return out

    def quantised(self, master: Tensor) -> Tensor:
        """The values of the official layout: FP8 linears and MXFP4 experts rounded, F32 out."""
        out, device = master.clone(), master.device
        if device not in self._forms:
            self._forms[device] = [torch.tensor(g.forms, device=device).view(-1, 1, 1) for g in self.groups]
        for group, forms in zip(self.groups, self._forms[device]):
            stack = group.of(master)
            fp8, fp4 = FORMS.index("fp8"), FORMS.index("fp4")
            values = torch.where(forms == fp8, codecs.fake_fp8_weight(stack), stack)
            values = torch.where(forms == fp4, codecs.fake_fp4_weight(stack), values)
            group.of(out).copy_(values)
        return out


@dataclass
class Weights:
    """The trained state: master [layout.size] F32, gate biases [gates, E] F32, hash tables I64."""

    layout: Layout
    master: Tensor
    bias: Tensor
    tables: dict[str, Tensor]

    def extras(self) -> dict[str, Tensor]:
        """Biases and tables under their official names."""
        return dict(zip(self.layout.bias_names, self.bias.unbind())) | self.tables

    def to(self, device: str | torch.device) -> "Weights":
        tables = {k: v.to(device) for k, v in self.tables.items()}
        return Weights(self.layout, self.master.to(device), self.bias.to(device), tables)

    def values(self, quantise: bool, dtype: torch.dtype) -> dict[str, Tensor]:
        """Everything the forward pass needs, without gradients: BF16 storage (and quantised, if
        asked), then everything in `dtype` (BF16: the F32 tensors stay F32)."""
        flat = self.layout.quantised(self.master) if quantise else self.master
        begin = self.layout.f32_begin
        stored = flat[:begin].to(torch.bfloat16).to(dtype)
        wide = flat[begin:].to(torch.promote_types(dtype, torch.float32))
        return self.layout.views(stored, wide) | self.extras()


def _initial(piece: Piece, cfg: Config, index: int, generator: torch.Generator) -> Tensor:
    """Initial values of one piece; `index` is the block that it belongs to."""
    name, shape = piece.key, piece.shape
    m = cfg.hc_mult
    normal = lambda std: torch.randn(shape, generator=generator) * std  # noqa: E731
    if name.endswith("norm.weight"):
        return torch.ones(shape)
    if name.endswith("_fn"):
        return normal(0.02)
    if name.endswith("_scale"):
        return torch.full(shape, 0.1)
    if name.endswith("hc_head_base"):
        return torch.zeros(shape)
    if name.endswith("_base"):
        # Near a plain residual: one stream, rotating with depth, is read and written most.
        main = torch.arange(m) == (2 * index + name.endswith("hc_ffn_base")) % m
        pre, post = torch.where(main, 0.5, -2.0), torch.where(main, 0.8, -0.3)
        return torch.cat([pre, post, 5 * torch.eye(m).flatten()])
    if name.endswith(("attn_sink", "ape")):
        return torch.zeros(shape)
    if name == "embed.weight":
        return normal(0.1)
    if name.endswith(("wo_b.weight", "ffn.w2")):
        return normal(0.2 * shape[-1] ** -0.5)
    return normal(0.5 * shape[-1] ** -0.5)


def new_weights(cfg: Config, seed: int, frequencies: Tensor | None = None) -> Weights:
    """Fresh weights on the CPU. frequencies [V]: how often each token occurs (hash tables)."""
    layout = Layout(cfg)
    generator = torch.Generator().manual_seed(seed)
    parts = []
    for p in layout.pieces:
        words = p.key.split(".")
        index = int(words[1]) if words[0] == "layers" else cfg.num_hidden_layers
        parts.append(_initial(p, cfg, index, generator).flatten())
    if frequencies is None:
        frequencies = torch.ones(cfg.vocab_size)
    table = hash_table(frequencies, cfg.n_routed_experts, cfg.num_experts_per_tok)
    bias = torch.zeros(len(layout.bias_names), cfg.n_routed_experts)
    return Weights(layout, torch.cat(parts), bias, {n: table.clone() for n in layout.table_names})


def hash_table(frequencies: Tensor, experts: int, top_k: int) -> Tensor:
    """[V, top_k] I64: the most frequent token first, each to the least loaded experts."""
    load = [0.0] * experts
    table = torch.zeros(len(frequencies), top_k, dtype=torch.int64)
    values = (frequencies.double() + 1e-6 * frequencies.double().sum() / len(frequencies)).tolist()
    for token in sorted(range(len(values)), key=lambda t: (-values[t], t)):
        chosen = sorted(range(experts), key=lambda e: (load[e], e))[:top_k]
        table[token] = torch.tensor(chosen)
        for e in chosen:
            load[e] += values[token]
    return table


def randomise(weights: Weights, seed: int) -> Weights:
    """Weights without any special value: what a test of equality wants."""
    generator = torch.Generator().manual_seed(seed)
    layout, offset = weights.layout, 0
    for p in layout.pieces:
        part = weights.master[offset : offset + p.size]
        offset += p.size
        noise = torch.randn(p.size, generator=generator)
        if p.key.endswith("norm.weight"):
            part.copy_(1 + 0.2 * noise)
        elif p.matrix is None:
            part.add_(noise * (1.0 if p.key.endswith(("sink", "ape", "scale", "base")) else 0.05))
        else:
            part.mul_(2)
    weights.bias.copy_(torch.randn(weights.bias.shape, generator=generator) * 0.2)
    vocab, k = layout.cfg.vocab_size, layout.cfg.num_experts_per_tok
    for table in weights.tables.values():
        order = torch.rand(vocab, layout.cfg.n_routed_experts, generator=generator).argsort(-1)
        table.copy_(order[:, :k])
    return weights
