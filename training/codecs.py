"""Number formats by hand (torch 1.13 has no float8): E4M3, E2M1, E8M0 scales, blocks.

`fake_*` return the values that remain after quantisation, in F32 and differentiable through
`straight_through`; `pack_*` return the bytes of the official layout. Both use the same scale and
the same rounding (to nearest, ties to even), so packing a fake-quantised weight loses nothing.
Everything works on powers of two taken from the bits of an F32, in eager mode and in a compiled one.
"""
from __future__ import annotations

import torch
from torch import Tensor

E4M3_MAX = 448.0
E2M1_MAX = 6.0
_EXPONENT = 0x7F800000


def _power_of_two_below(x: Tensor) -> Tensor:
    """2^floor(log2 x) of positive normal F32 values."""
    return (x.view(torch.int32) & _EXPONENT).view(torch.float32)


def _power_of_two_above(x: Tensor) -> Tensor:
    """2^ceil(log2 x) of positive normal F32 values."""
    return ((x.view(torch.int32) + 0x7FFFFF) & _EXPONENT).view(torch.float32)


def _round_to_grid(x: Tensor, mantissa_bits: int, min_exponent: int, largest: float) -> Tensor:
    """Nearest value of a small float format (ties to even), saturating; F32 in and out."""
    magnitude = x.abs().clamp(max=largest)
    binade = _power_of_two_below(magnitude.clamp(min=2.0**min_exponent))
    step = binade * 2.0**-mantissa_bits
    return torch.copysign(torch.round(magnitude / step) * step, x)


def round_e4m3(x: Tensor) -> Tensor:
    return _round_to_grid(x, 3, -6, E4M3_MAX)


def round_e2m1(x: Tensor) -> Tensor:
    return _round_to_grid(x, 1, 0, E2M1_MAX)


def straight_through(x: Tensor, quantised: Tensor) -> Tensor:
    """The quantised value with the gradient of x."""
    return x + (quantised - x).detach()


# Scales: powers of two, so that the largest value of a block never saturates.


def _fp8_scale(amax: Tensor) -> Tensor:
    # The reference multiplies by the rounded reciprocal; deepseek_v4 numerics, section 5.4.
    return _power_of_two_above(amax.clamp(min=1e-4) * (1 / E4M3_MAX))


def _fp4_scale(amax: Tensor) -> Tensor:
    return _power_of_two_above(amax.clamp(min=E2M1_MAX * 2.0**-120) / E2M1_MAX)


def _in_blocks(x: Tensor, block: int) -> Tensor:
    return x.float().reshape(*x.shape[:-1], x.shape[-1] // block, block)


def fake_fp8_activation(x: Tensor, block: int = 128) -> Tensor:
    """E4M3 with one scale per `block` values of the last dimension."""
    v = _in_blocks(x, block)
    scale = _fp8_scale(v.abs().amax(-1, keepdim=True))
    return (round_e4m3(v / scale) * scale).reshape(x.shape).to(x.dtype)


def fake_fp4_activation(x: Tensor, block: int = 32) -> Tensor:
    """E2M1 with a power-of-two scale per `block` values: what indexer queries and keys become."""
    v = _in_blocks(x, block)
    scale = _fp4_scale(v.abs().amax(-1, keepdim=True))
    return (round_e2m1(v / scale) * scale).reshape(x.shape).to(x.dtype)


def fake_nvfp4_activation(x: Tensor, block: int = 16) -> Tensor:
    """E2M1 with an E4M3-like scale per 16 values: W4A4 under an input_scale that fits."""
    v = _in_blocks(x, block)
    # Three mantissa bits, any exponent: the tensor scale puts real ones in E4M3's normal range.
    scale = _round_to_grid(v.abs().amax(-1, keepdim=True) / E2M1_MAX, 3, -60, 2.0**60)
    scale = scale.clamp(min=2.0**-60)
    return (round_e2m1(v / scale) * scale).reshape(x.shape).to(x.dtype)


def _fp8_tiles(w: Tensor) -> Tensor:
    *lead, n, k = w.shape
    return w.float().reshape(*lead, n // 128, 128, k // 128, 128)


def _fp8_weight_scale(tiles: Tensor) -> Tensor:
    return _fp8_scale(tiles.abs().amax(-1, keepdim=True).amax(-3, keepdim=True))


def fake_fp8_weight(w: Tensor) -> Tensor:
    """[..., N, K] as E4M3 with a power-of-two scale per 128x128 tile."""
    tiles = _fp8_tiles(w)
    scale = _fp8_weight_scale(tiles)
    return (round_e4m3(tiles / scale) * scale).reshape(w.shape)


def fake_fp4_weight(w: Tensor) -> Tensor:
    """[..., N, K] as MXFP4: E2M1 with a power-of-two scale per 32 values of K."""
    v = _in_blocks(w, 32)
    scale = _fp4_scale(v.abs().amax(-1, keepdim=True))
    return (round_e2m1(v / scale) * scale).reshape(w.shape)


# Bytes.


def _e8m0(scale: Tensor) -> Tensor:
    return (scale.contiguous().view(torch.int32) >> 23).to(torch.uint8)


def _e4m3_byte(x: Tensor) -> Tensor:
    """The byte of values that lie on the E4M3 grid."""
    magnitude = x.abs()
    binade = _power_of_two_below(magnitude.clamp(min=2.0**-6))
    normal = magnitude >= 2.0**-6
    exponent = torch.where(normal, (binade.view(torch.int32) >> 23) - 127 + 7, 0)
    mantissa = torch.where(normal, (magnitude / binade - 1) * 8, magnitude * 2.0**9)
    sign = torch.signbit(x).to(torch.int32) << 7
    return (sign | (exponent << 3) | mantissa.to(torch.int32)).to(torch.uint8)


def _e2m1_code(x: Tensor) -> Tensor:
    """The code of values that lie on the E2M1 grid; -0 becomes 0."""
    levels = torch.tensor([0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0])
    code = torch.searchsorted(levels, x.abs().contiguous()).to(torch.uint8)
    return torch.where(x < 0, code + 8, code)


def pack_fp8(w: Tensor) -> tuple[Tensor, Tensor]:
    """[N, K] -> E4M3 bytes [N, K] and E8M0 scales [N/128, K/128], both uint8."""
    tiles = _fp8_tiles(w)
    scale = _fp8_weight_scale(tiles)
    return _e4m3_byte(round_e4m3(tiles / scale)).reshape(w.shape), _e8m0(scale[:, 0, :, 0])


def pack_fp4(w: Tensor) -> tuple[Tensor, Tensor]:
    """[N, K] -> two E2M1 codes a byte [N, K/2] (the even element low) and E8M0 scales [N, K/32]."""
    v = _in_blocks(w, 32)
    scale = _fp4_scale(v.abs().amax(-1, keepdim=True))
    codes = _e2m1_code(round_e2m1(v / scale)).reshape(w.shape[0], -1, 2)
    return codes[..., 0] | (codes[..., 1] << 4), _e8m0(scale[..., 0])


def unpack_fp8(codes: Tensor, scales: Tensor) -> Tensor:
    """The F32 values of pack_fp8's bytes."""
    c = codes.to(torch.int32)
    exponent, mantissa = (c >> 3) & 15, (c & 7).float()
    value = torch.where(
        exponent > 0,
        (1 + mantissa / 8) * torch.exp2((exponent - 7).float()),
        mantissa * 2.0**-9,
    )
    value = torch.where(c >= 128, -value, value)
    scale = torch.exp2(scales.float() - 127)
    return value * scale.repeat_interleave(128, 0).repeat_interleave(128, 1)


def unpack_fp4(codes: Tensor, scales: Tensor) -> Tensor:
    """The F32 values of pack_fp4's bytes."""
    levels = torch.tensor([0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0])
    levels = torch.cat([levels, -levels])
    value = torch.stack([levels[(codes & 15).long()], levels[(codes >> 4).long()]], -1)
    value = value.reshape(codes.shape[0], -1)
    return value * torch.exp2(scales.float() - 127).repeat_interleave(32, 1)


def hadamard(size: int, device: torch.device | str = "cpu") -> Tensor:
    """The Sylvester matrix of `size` rows over sqrt(size), F32."""
    h = torch.ones(1, 1)
    while h.shape[0] < size:
        h = torch.cat([torch.cat([h, h], 1), torch.cat([h, -h], 1)], 0)
    return (h * size**-0.5).to(device)
