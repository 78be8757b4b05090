"""The number formats of training: all codes by definition, the golden vectors, and what nibble reads of an export."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

from support import GOLDEN, read_safetensors
import torch
from training import codecs
from training.config import CONFIGS
from training.export import export
from training.weights import new_weights


def e4m3_values():
    """The 127 finite magnitudes in order of their codes, by definition."""
    values = [m * 2.0**-9 if e == 0 else (1 + m / 8) * 2.0**(e - 7) for e in range(16) for m in range(8)]
    return torch.tensor(values[:127])


E2M1_VALUES = torch.tensor([0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0])


def neighbours(x):
    bits = x.view(torch.int32)
    return (bits - 1).view(torch.float32), (bits + 1).view(torch.float32)


class Rounding(unittest.TestCase):
    def check_format(self, values, rounded, code_of):
        """Every value stays, every midpoint goes to the even code and its F32 neighbours to the nearer value."""
        codes = torch.arange(len(values))
        self.assertTrue(torch.equal(rounded(values), values))
        self.assertTrue(torch.equal(rounded(-values), -values))
        self.assertTrue(torch.equal(code_of(values).long(), codes))
        middle = (values[1:] + values[:-1]) / 2
        even = torch.where(codes[:-1] % 2 == 0, values[:-1], values[1:])
        below, above = neighbours(middle)
        for sign in (1.0, -1.0):
            self.assertTrue(torch.equal(rounded(sign * middle), sign * even))
            self.assertTrue(torch.equal(rounded(sign * below), sign * values[:-1]))
            self.assertTrue(torch.equal(rounded(sign * above), sign * values[1:]))
        large = torch.tensor([float(values[-1]) * 1.001, 1e30])
        self.assertTrue(torch.equal(rounded(large), values[-1].expand(2)))

    def test_e4m3(self):
        self.check_format(e4m3_values(), codecs.round_e4m3, codecs._e4m3_byte)
        negative = codecs._e4m3_byte(-e4m3_values()[1:])
        self.assertEqual(negative.tolist(), list(range(129, 255)))

    def test_e2m1(self):
        self.check_format(E2M1_VALUES, codecs.round_e2m1, codecs._e2m1_code)
        self.assertEqual(codecs._e2m1_code(-E2M1_VALUES).tolist(), [0, 9, 10, 11, 12, 13, 14, 15])

    def test_powers_of_two(self):
        for exponent in range(-126, 127):
            power = torch.tensor([2.0**exponent])
            below, above = neighbours(power)
            self.assertEqual(codecs._power_of_two_above(power), power)
            self.assertEqual(codecs._power_of_two_above(above), 2 * power)
            self.assertEqual(codecs._power_of_two_below(power), power)
            self.assertEqual(codecs._power_of_two_below(below), power / 2 if exponent > -126 else 0)
            self.assertEqual(codecs._e8m0(power).item(), exponent + 127)


def all_fp8_codes():
    """[128, 256]: each finite E4M3 value in both tiles, under different scales."""
    values = e4m3_values()
    values = torch.cat([values, -values[1:]])
    tile = values.repeat(65)[:128 * 128].reshape(128, 128)
    return torch.cat([tile * 2.0**-12, tile * 2.0**3], 1)


def all_fp4_codes():
    """[128, 128]: all 15 values in each block of 32, 512 blocks of different scales."""
    values = torch.cat([E2M1_VALUES, -E2M1_VALUES]).repeat(2)
    scale = 2.0**(torch.arange(512) % 40 - 20)
    return (scale.unsqueeze(1) * values[torch.stack([torch.randperm(32) for _ in range(512)])]).reshape(128, 128)


class Packing(unittest.TestCase):
    def test_unpack_gives_what_was_packed(self):
        for weight, pack, unpack in ((all_fp8_codes(), codecs.pack_fp8, codecs.unpack_fp8),
                                     (all_fp4_codes(), codecs.pack_fp4, codecs.unpack_fp4)):
            self.assertTrue(torch.equal(unpack(*pack(weight)), weight))

    def test_training_sees_what_is_packed(self):
        torch.manual_seed(1)
        noise = torch.randn(256, 384) * torch.exp(torch.randn(256, 384))
        for fake, pack, unpack in ((codecs.fake_fp8_weight, codecs.pack_fp8, codecs.unpack_fp8),
                                   (codecs.fake_fp4_weight, codecs.pack_fp4, codecs.unpack_fp4)):
            self.assertTrue(torch.equal(unpack(*pack(noise)), fake(noise)))
            self.assertTrue(torch.equal(fake(fake(noise)), fake(noise)))

    def test_gradient_goes_straight_through(self):
        x = torch.randn(4, 256, requires_grad=True)
        codecs.straight_through(x, codecs.fake_fp8_activation(x.detach())).sum().backward()
        self.assertTrue(torch.equal(x.grad, torch.ones(4, 256)))

    def test_hadamard(self):
        h = codecs.hadamard(128)
        self.assertTrue(torch.allclose(h @ h, torch.eye(128), atol=1e-6))
        self.assertEqual(h.abs().unique().numel(), 1)


class Golden(unittest.TestCase):
    def setUp(self):
        if not GOLDEN.is_dir():
            print(f"SKIPPED: {GOLDEN} is not there", file=sys.stderr)
            self.skipTest("no golden vectors")

    def test_scalars(self):
        golden = read_safetensors(GOLDEN / "formats" / "scalar_formats.safetensors")
        x, code = golden["e4m3_encode_input"], golden["e4m3_encode_code"]
        finite = torch.isfinite(x)
        self.assertTrue(torch.equal(codecs._e4m3_byte(codecs.round_e4m3(x[finite])), code[finite]))
        x, code = golden["e2m1_encode_input"], golden["e2m1_encode_code"]
        mine = codecs._e2m1_code(codecs.round_e2m1(x))
        same = (mine == code) | ((mine == 0) & (code == 8))  # ours has no negative zero
        self.assertTrue(same[torch.isfinite(x)].all())

    def test_fp8_weights(self):
        golden = read_safetensors(GOLDEN / "formats" / "fp8_blocks.safetensors")
        for case in ("normal_bf16", "tiny_bf16", "edges_f32"):
            codes, scale = codecs.pack_fp8(golden[f"quantize.{case}.input"])
            self.assertTrue(torch.equal(scale, golden[f"quantize.{case}.scale"]), case)
            self.assertTrue(torch.equal(codes, golden[f"quantize.{case}.weight"]), case)

    def test_activations(self):
        golden = read_safetensors(GOLDEN / "formats" / "activations.safetensors")
        cases = {"fp8_128.bf16": codecs.fake_fp8_activation, "fp8_128.f32": codecs.fake_fp8_activation,
                 "fp8_64.bf16": lambda x: codecs.fake_fp8_activation(x, 64),
                 "mxfp4_32.bf16": codecs.fake_fp4_activation}
        for case, fake in cases.items():
            x = golden[case + ".input"].float()
            self.assertTrue(torch.equal(fake(x), golden[case + ".fake_quantized"]), case)

    def test_nvfp4_activations_where_no_scale_leaves_e4m3(self):
        golden = read_safetensors(GOLDEN / "formats" / "activations.safetensors")
        checked = 0
        for case in ("bf16_calibrated", "f32_calibrated"):
            x, golden_values, block_scale, tensor_scale = (
                golden[f"nvfp4.{case}.{name}"] for name in ("input", "fake_quantized", "block_scale", "input_scale"))
            mine = codecs.fake_nvfp4_activation(x.float() / tensor_scale) * tensor_scale
            normal = ((block_scale >= 8) & (block_scale < 0x7E)).repeat_interleave(16, 1)
            close = torch.isclose(mine, golden_values, rtol=1e-5, atol=0)
            self.assertTrue(close[normal].float().mean() > 0.999, case)
            checked += int(normal.sum())
        self.assertGreater(checked, 1000)


class Nibble(unittest.TestCase):
    def test_inspect_decodes_the_same_values(self):
        cfg = CONFIGS["smoke"]
        weights = new_weights(cfg, 1)
        official = weights.layout.official(weights.master)
        small, large = all_fp8_codes().chunk(2, 1)
        names = {"layers.1.attn.wkv.weight": small, "layers.0.attn.wq_b.weight": torch.cat([large, small]),
                 "layers.2.ffn.experts.3.w2.weight": all_fp4_codes()}
        for name, value in names.items():
            official[name][0].copy_(value)
        with tempfile.TemporaryDirectory() as folder:
            export(weights, pathlib.Path(folder), None)
            for name, value in names.items():
                run = subprocess.run([os.environ["NIBBLE_BINARY"], "inspect", folder, "--tensor", name, "--json"],
                                     capture_output=True, text=True)
                self.assertEqual(run.returncode, 0, run.stderr)
                self.check(json.loads(run.stdout)["values"], value.double(), name)

    def check(self, report, value, name):
        self.assertEqual((report["count"], report["nans"], report["infinities"]), (value.numel(), 0, 0), name)
        self.assertEqual((report["min"], report["max"]), (value.min().item(), value.max().item()), name)
        self.assertEqual(report["zeros"], int((value == 0).sum()), name)
        self.assertAlmostEqual(report["rms"] / value.square().mean().sqrt().item(), 1, places=9)
        _, exponent = torch.frexp(value)
        for row in report["histogram"]:
            if not row["and_below"]:
                here = (exponent - 1 == row["exponent"]) & (value != 0)
                signs = int((here & (value > 0)).sum()), int((here & (value < 0)).sum())
                self.assertEqual((row["positive"], row["negative"]), signs, name)


if __name__ == "__main__":
    unittest.main(verbosity=2)
