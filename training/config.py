"""The tiny model's shapes: its config.json and the table of its tensors with the official names.

The architecture is DeepSeek-V4's; every K and N of a quantised linear is a multiple of 128.
"""
from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Config:
    """The keys of config.json that differ from one model to the next, under their names there."""

    vocab_size: int = 1792
    hidden_size: int = 256
    num_hidden_layers: int = 6
    compress_ratios: tuple[int, ...] = (0, 4, 128, 4, 128, 4, 0)  # the last one: the MTP block
    num_hash_layers: int = 1
    num_attention_heads: int = 8
    head_dim: int = 128
    qk_rope_head_dim: int = 64
    q_lora_rank: int = 128
    o_groups: int = 4
    o_lora_rank: int = 128
    index_n_heads: int = 4
    index_head_dim: int = 128
    index_topk: int = 64
    sliding_window: int = 128
    max_position_embeddings: int = 16384
    n_routed_experts: int = 8
    num_experts_per_tok: int = 2
    moe_intermediate_size: int = 128
    routed_scaling_factor: float = 1.5
    swiglu_limit: float = 10.0
    hc_mult: int = 4
    hc_sinkhorn_iters: int = 20
    hc_eps: float = 1e-6
    rms_norm_eps: float = 1e-6
    rope_theta: int = 10000
    compress_rope_theta: int = 160000

    def ratio(self, layer: int) -> int:
        return self.compress_ratios[layer]

    def to_json(self) -> dict:
        """config.json, complete as the real models' one."""
        own = {k: list(v) if isinstance(v, tuple) else v for k, v in self.__dict__.items()}
        fixed = {
            "architectures": ["DeepseekV4ForCausalLM"],
            "attention_bias": False,
            "attention_dropout": 0.0,
            "bos_token_id": 0,
            "eos_token_id": 1,
            "expert_dtype": "fp4",
            "hidden_act": "silu",
            "initializer_range": 0.02,
            "model_type": "deepseek_v4",
            "n_shared_experts": 1,
            "norm_topk_prob": True,
            "num_key_value_heads": 1,
            "num_nextn_predict_layers": 1,
            "quantization_config": {
                "activation_scheme": "dynamic",
                "fmt": "e4m3",
                "quant_method": "fp8",
                "scale_fmt": "ue8m0",
                "weight_block_size": [128, 128],
            },
            "rope_scaling": {
                "beta_fast": 32,
                "beta_slow": 1,
                "factor": 16,
                "original_max_position_embeddings": 65536,
                "type": "yarn",
            },
            "scoring_func": "sqrtsoftplus",
            "tie_word_embeddings": False,
            "topk_method": "noaux_tc",
            "torch_dtype": "bfloat16",
        }
        return dict(sorted((own | fixed).items()))


CONFIGS = {
    "tiny": Config(),
    # Every kind of block once, for runs of seconds on a CPU.
    "smoke": Config(
        vocab_size=512,
        hidden_size=128,
        num_hidden_layers=3,
        compress_ratios=(0, 4, 128, 0),
        num_attention_heads=2,
        o_groups=2,
        index_n_heads=1,
        index_topk=16,
        n_routed_experts=4,
    ),
}


@dataclass(frozen=True)
class TensorSpec:
    """A tensor of the official checkpoint. form: fp8 | fp4 | bf16 | f32 | i64 (fp8 and fp4 have a
    `.scale` beside them)."""

    name: str
    shape: tuple[int, ...]
    form: str


def block_prefix(cfg: Config, layer: int) -> str:
    return "mtp.0." if layer == cfg.num_hidden_layers else f"layers.{layer}."


def _compressor(cfg: Config, prefix: str, ratio: int, width: int) -> list[TensorSpec]:
    channels = width * (2 if ratio == 4 else 1)
    return [
        TensorSpec(prefix + "wkv.weight", (channels, cfg.hidden_size), "bf16"),
        TensorSpec(prefix + "wgate.weight", (channels, cfg.hidden_size), "bf16"),
        TensorSpec(prefix + "ape", (ratio, channels), "f32"),
        TensorSpec(prefix + "norm.weight", (width,), "bf16"),
    ]


def _attention(cfg: Config, prefix: str, ratio: int) -> list[TensorSpec]:
    d, q, rank = cfg.hidden_size, cfg.q_lora_rank, cfg.o_groups * cfg.o_lora_rank
    heads = cfg.num_attention_heads * cfg.head_dim
    specs = [
        TensorSpec(prefix + "wq_a.weight", (q, d), "fp8"),
        TensorSpec(prefix + "q_norm.weight", (q,), "bf16"),
        TensorSpec(prefix + "wq_b.weight", (heads, q), "fp8"),
        TensorSpec(prefix + "wkv.weight", (cfg.head_dim, d), "fp8"),
        TensorSpec(prefix + "kv_norm.weight", (cfg.head_dim,), "bf16"),
        TensorSpec(prefix + "wo_a.weight", (rank, heads // cfg.o_groups), "fp8"),
        TensorSpec(prefix + "wo_b.weight", (d, rank), "fp8"),
        TensorSpec(prefix + "attn_sink", (cfg.num_attention_heads,), "f32"),
    ]
    if ratio:
        specs += _compressor(cfg, prefix + "compressor.", ratio, cfg.head_dim)
    if ratio == 4:
        indexer = prefix + "indexer."
        queries = cfg.index_n_heads * cfg.index_head_dim
        specs += [
            TensorSpec(indexer + "wq_b.weight", (queries, q), "fp8"),
            TensorSpec(indexer + "weights_proj.weight", (cfg.index_n_heads, d), "bf16"),
        ]
        specs += _compressor(cfg, indexer + "compressor.", ratio, cfg.index_head_dim)
    return specs


def _feed_forward(cfg: Config, prefix: str, hashed: bool) -> list[TensorSpec]:
    d, width, experts = cfg.hidden_size, cfg.moe_intermediate_size, cfg.n_routed_experts
    specs = [TensorSpec(prefix + "gate.weight", (experts, d), "bf16")]
    if hashed:
        table = (cfg.vocab_size, cfg.num_experts_per_tok)
        specs.append(TensorSpec(prefix + "gate.tid2eid", table, "i64"))
    else:
        specs.append(TensorSpec(prefix + "gate.bias", (experts,), "f32"))
    names = [(f"experts.{e}.", "fp4") for e in range(experts)] + [("shared_experts.", "fp8")]
    for name, form in names:
        specs += [
            TensorSpec(f"{prefix}{name}w1.weight", (width, d), form),
            TensorSpec(f"{prefix}{name}w2.weight", (d, width), form),
            TensorSpec(f"{prefix}{name}w3.weight", (width, d), form),
        ]
    return specs


def _head(cfg: Config, prefix: str) -> list[TensorSpec]:
    m, d = cfg.hc_mult, cfg.hidden_size
    return [
        TensorSpec(prefix + "norm.weight", (d,), "bf16"),
        TensorSpec(prefix + "hc_head_fn", (m, m * d), "f32"),
        TensorSpec(prefix + "hc_head_base", (m,), "f32"),
        TensorSpec(prefix + "hc_head_scale", (1,), "f32"),
    ]


def block_tensors(cfg: Config, layer: int) -> list[TensorSpec]:
    """The tensors of a trunk layer, or of the MTP block for layer = num_hidden_layers."""
    m, d = cfg.hc_mult, cfg.hidden_size
    prefix = block_prefix(cfg, layer)
    specs = [
        TensorSpec(prefix + "attn_norm.weight", (d,), "bf16"),
        TensorSpec(prefix + "ffn_norm.weight", (d,), "bf16"),
    ]
    for part in ("attn", "ffn"):
        specs += [
            TensorSpec(f"{prefix}hc_{part}_fn", ((2 + m) * m, m * d), "f32"),
            TensorSpec(f"{prefix}hc_{part}_base", ((2 + m) * m,), "f32"),
            TensorSpec(f"{prefix}hc_{part}_scale", (3,), "f32"),
        ]
    specs += _attention(cfg, prefix + "attn.", cfg.ratio(layer))
    specs += _feed_forward(cfg, prefix + "ffn.", layer < cfg.num_hash_layers)
    if layer == cfg.num_hidden_layers:
        specs += [
            TensorSpec(prefix + "e_proj.weight", (d, d), "fp8"),
            TensorSpec(prefix + "h_proj.weight", (d, d), "fp8"),
            TensorSpec(prefix + "enorm.weight", (d,), "bf16"),
            TensorSpec(prefix + "hnorm.weight", (d,), "bf16"),
        ]
        specs += _head(cfg, prefix)
    return specs


def tensor_table(cfg: Config) -> list[TensorSpec]:
    """Every tensor of the checkpoint, scales aside, in a fixed order."""
    shape = (cfg.vocab_size, cfg.hidden_size)
    specs = [TensorSpec("embed.weight", shape, "bf16"), TensorSpec("head.weight", shape, "bf16")]
    specs += _head(cfg, "")
    for layer in range(cfg.num_hidden_layers + 1):
        specs += block_tensors(cfg, layer)
    return specs
