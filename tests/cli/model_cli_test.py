"""generate, trace and eval as a user runs them, on v4_tiny. Python's standard library only."""

import array
import json
import os
import pathlib
import shutil
import struct
import sys
import tempfile
import unittest

from harness import SOURCE, run

GOLDEN = pathlib.Path(os.environ["NIBBLE_SHARED"]) / "golden" / "v4_tiny"
EXPECTED = GOLDEN / "expected"


def read_safetensors(path):
    """{name: (dtype, shape, values)}; F32 and I64."""
    data = pathlib.Path(path).read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8 : 8 + size])
    header.pop("__metadata__", None)
    tensors = {}
    for name, info in header.items():
        begin, end = info["data_offsets"]
        kind = {"F32": "f", "I64": "q"}.get(info["dtype"])
        values = array.array(kind, data[8 + size + begin : 8 + size + end]) if kind else None
        tensors[name] = (info["dtype"], info["shape"], values)
    return tensors


def largest_difference(a, b):
    return max(abs(x - y) for x, y in zip(a, b, strict=True))


@unittest.skipUnless(GOLDEN.exists(), f"SKIPPED: {GOLDEN} is not there")
class ModelCommands(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.scratch = pathlib.Path(folder.name)
        self.cases = json.loads((EXPECTED / "cases.json").read_text())

    def ids(self, prompt):
        path = self.scratch / f"{prompt}.json"
        path.write_text(json.dumps(self.cases["prompts"][prompt]["ids"]))
        return path

    def test_generate_continues_ids(self):
        out = self.scratch / "logits.safetensors"
        result = run("generate", GOLDEN / "model", "--ids", self.ids("p5"), "--numerics", "ideal", "--max-tokens", 40,
                     "--prefill-chunk", 2, "--json", "--logits", out, "--mtp")
        self.assertEqual(result.returncode, 0, result.stderr)
        answer = json.loads(result.stdout)
        self.assertEqual(answer["prompt_tokens"], self.cases["prompts"]["p5"]["ids"])
        self.assertEqual(answer["tokens"], self.cases["greedy"]["ideal"]["p5"]["tokens"])
        self.assertIsNone(answer["text"])
        self.assertEqual(answer["finish_reason"], "length")
        self.assertEqual(answer["timings"]["decode"]["tokens"], 39)
        self.assertIn("tokens/s", result.stderr)
        logits = read_safetensors(out)
        self.assertEqual(logits["logits"][1], [44, 512])
        self.assertEqual(logits["mtp"][1], [43, 512])
        golden = read_safetensors(EXPECTED / "logits_ideal.safetensors")
        self.assertLess(largest_difference(logits["logits"][2][: 5 * 512], golden["p5"][2]), 1e-3)
        self.assertLess(largest_difference(logits["mtp"][2][: 4 * 512], golden["p5.mtp"][2]), 1e-3)

    def test_generate_prefill_only_from_standard_input(self):
        out = self.scratch / "logits.safetensors"
        result = run("generate", GOLDEN / "model", "--ids", "-", "--max-tokens", 0, "--json", "--logits", out,
                     stdin=json.dumps([1, 2, 3]))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(json.loads(result.stdout)["tokens"], [])
        self.assertEqual(read_safetensors(out)["logits"][1], [3, 512])

    def test_a_prompt_as_text_begins_with_the_begin_token(self):
        model = self.scratch / "model"
        shutil.copytree(GOLDEN / "model", model, copy_function=shutil.copyfile)
        shutil.copyfile(SOURCE / "tests" / "data" / "text" / "tokenizer.json", model / "tokenizer.json")
        for prompt, plain in (("", 0), ("a", 1), ("<", 1)):
            result = run("generate", model, "--prompt", prompt, "--max-tokens", 0, "--json")
            self.assertEqual(result.returncode, 0, result.stderr)
            ids = json.loads(result.stdout)["prompt_tokens"]
            self.assertEqual((ids[0], len(ids)), (0, 1 + plain), ids)

    def test_generate_stops_behind_the_end_token(self):
        model = self.scratch / "model"
        shutil.copytree(GOLDEN / "model", model, copy_function=shutil.copyfile)
        tokens = self.cases["greedy"]["ideal"]["p5"]["tokens"]
        config = json.loads((model / "config.json").read_text())
        config["eos_token_id"] = tokens[2]
        (model / "config.json").write_text(json.dumps(config))
        common = ["generate", model, "--ids", self.ids("p5"), "--numerics", "ideal", "--max-tokens", 6, "--json"]
        answer = json.loads(run(*common).stdout)
        self.assertEqual((answer["tokens"], answer["finish_reason"]), (tokens[:3], "stop"))
        answer = json.loads(run(*common, "--ignore-eos").stdout)
        self.assertEqual((answer["tokens"], answer["finish_reason"]), (tokens[:6], "length"))

    def test_sampling_follows_its_seed(self):
        common = ["generate", GOLDEN / "model", "--ids", self.ids("p5"), "--max-tokens", 8, "--json", "--ignore-eos",
                  "--temperature", 1, "--top-p", 0.9]
        first, again, other = (json.loads(run(*common, "--seed", seed).stdout)["tokens"] for seed in (7, 7, 8))
        self.assertEqual(first, again)
        self.assertNotEqual(first, other)

    def test_trace_has_every_golden_intermediate(self):
        out = self.scratch / "trace.safetensors"
        result = run("trace", GOLDEN / "model", "--ids", self.ids("p300"), "--positions", "0,31,127,299", "--mtp",
                     "--out", out)
        self.assertEqual(result.returncode, 0, result.stderr)
        mine = read_safetensors(out)
        golden = read_safetensors(EXPECTED / "layers_p300_ideal.safetensors")
        for name, (dtype, shape, values) in golden.items():
            self.assertEqual(mine[name][:2], (dtype, shape), name)
            if dtype == "I64":
                self.assertEqual(mine[name][2], values, name)
                continue
            pairs = [(x, y) for x, y in zip(mine[name][2], values) if x != y]  # -inf equals -inf
            rms = (sum(v * v for v in values if abs(v) < 1e30) / len(values)) ** 0.5
            self.assertLess(max((abs(x - y) for x, y in pairs), default=0), 1e-4 * rms, name)

    def test_trace_runs_layers_from_streams(self):
        streams = EXPECTED / "streams_p129_official.safetensors"
        common = ["trace", GOLDEN / "model", "--ids", self.ids("p129"), "--numerics", "official", "--streams", streams]
        out = self.scratch / "part.safetensors"
        self.assertEqual(run(*common, "--layers", "1:3", "--out", out).returncode, 0)
        part = read_safetensors(out)
        self.assertEqual({name: value[:2] for name, value in part.items()}, {"layers.2.x_out": ("F32", [129, 4, 256])})
        # What one run wrote is another one's input: layers 3 and 4, then head and MTP.
        again = common[:-1] + [out]
        rest = self.scratch / "rest.safetensors"
        self.assertEqual(run(*again, "--layers", "3:5", "--out", rest).returncode, 0)
        head = self.scratch / "head.safetensors"
        result = run(*common[:-1], rest, "--layers", "5:5", "--mtp", "--out", head)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual({name: value[:2] for name, value in read_safetensors(head).items()},
                         {"logits": ("F32", [129, 512]), "mtp": ("F32", [128, 512])})

    def test_head_alone_from_golden_streams(self):
        out = self.scratch / "head.safetensors"
        result = run("trace", GOLDEN / "model", "--ids", self.ids("p129"), "--numerics", "official", "--layers", "5:5",
                     "--streams", EXPECTED / "streams_p129_official.safetensors", "--out", out)
        self.assertEqual(result.returncode, 0, result.stderr)
        golden = read_safetensors(EXPECTED / "logits_official.safetensors")["p129"][2]
        self.assertLess(largest_difference(read_safetensors(out)["logits"][2], golden), 0.02)

    def test_eval_tells_right_from_wrong(self):
        result = run("eval", "--goldens", GOLDEN, "--numerics", "ideal", "--json")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertTrue(json.loads(result.stdout)["within_bounds"])
        # One changed value of one golden must be seen.
        wrong = self.scratch / "wrong"
        shutil.copytree(EXPECTED, wrong, copy_function=shutil.copyfile)
        path = wrong / "logits_ideal.safetensors"
        data = bytearray(path.read_bytes())
        data[-4:] = struct.pack("<f", 3.0 + struct.unpack("<f", data[-4:])[0])
        path.write_bytes(data)
        result = run("eval", "--goldens", wrong, "--model", GOLDEN / "model", "--numerics", "ideal")
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stdout.count("OUTSIDE"), 2, result.stdout)  # its row and "all"

    def test_eval_counts_short_goldens_together(self):
        result = run("eval", "--goldens", GOLDEN, "--numerics", "serving", "--json")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        rows = json.loads(result.stdout)["rows"]
        total, parts = rows[-1], rows[:-1]
        self.assertEqual(total["golden"], "all")
        self.assertTrue(total["judged"] and total["within_bounds"])
        for key in ("rows", "top1_changes"):
            self.assertEqual(total[key], sum(row[key] for row in parts))
        mean = sum(row["rows"] * row["kl_mean"] for row in parts) / total["rows"]
        self.assertAlmostEqual(total["kl_mean"], mean)
        self.assertFalse(any(row["judged"] for row in parts if row["rows"] < 50))

    def suite(self):
        """The golden greedy answers of ideal numerics, in two skills."""
        path = self.scratch / "suite.jsonl"
        cases = []
        for name, answer in self.cases["greedy"]["ideal"].items():
            cases.append({"id": name, "skill": "short" if name == "p5" else "long", "max_tokens": 40,
                          "ids": self.cases["prompts"][name]["ids"], "expect": {"ids": answer["tokens"]}})
        path.write_text("".join(json.dumps(case) + "\n" for case in cases))
        return path

    def test_eval_scores_a_suite(self):
        suite = self.suite()
        page = self.scratch / "page.html"
        result = run("eval", GOLDEN / "model", "--suite", suite, "--numerics", "ideal", "--require", 100,
                     "--require-skill", 100, "--html", page)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertRegex(result.stdout, r"long +2 +2 +100\.00 %")
        self.assertIn("100.00 %  (2 of 2)", page.read_text())
        result = run("eval", GOLDEN / "model", "--suite", suite, "--skills", "short", "--numerics", "official",
                     "--reference-numerics", "ideal", "--json", "--require", 50, "--require-margin", 0.5)
        self.assertEqual(result.returncode, 1)
        self.assertIn("all: 0.00 % right, 50.00 % required", result.stderr)
        self.assertIn("an answer parts where the reference's margin is ", result.stderr)
        answer = json.loads(result.stdout)
        self.assertEqual(answer["total"], {"skill": "all", "cases": 1, "right": 0, "percent": 0})
        # The margin is that of the golden run at the first token that differs.
        (different,) = answer["reference"]["different_answers"]
        golden = self.cases["greedy"]["ideal"]["p5"]
        self.assertAlmostEqual(different["margin"], golden["margins"][different["token"]], places=3)
        (wrong,) = answer["wrong"]
        self.assertNotEqual(wrong["got"]["ids"][different["token"]], golden["tokens"][different["token"]])
        self.assertEqual(wrong["expected"], {"ids": golden["tokens"]})
        # Two results on one page.
        first = self.scratch / "first.json"
        first.write_text(result.stdout)
        page.unlink()
        result = run("eval", "--html", page, "--from", first, first)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(page.read_text().count("0.00 %  (0 of 1)"), 2)

    def test_eval_names_a_missing_tensor(self):
        model = self.scratch / "model"
        shutil.copytree(GOLDEN / "model", model, copy_function=shutil.copyfile)
        shard = next(path for path in model.glob("*.safetensors") if b"layers.3.ffn.experts.5.w2.scale" in path.read_bytes())
        shard.write_bytes(shard.read_bytes().replace(b"layers.3.ffn.experts.5.w2.scale", b"layers.3.ffn.experts.5.w9.scale"))
        index = model / "model.safetensors.index.json"
        index.write_text(index.read_text().replace("layers.3.ffn.experts.5.w2.scale", "layers.3.ffn.experts.5.w9.scale"))
        result = run("eval", model, "--suite", self.suite())
        self.assertEqual(result.returncode, 1)
        self.assertIn("layers.3.ffn.experts.5.w2", result.stderr)

    def test_bad_input_is_one_sentence(self):
        bad = self.scratch / "bad.json"
        bad.write_text("[1, 2, 600]")
        out = self.scratch / "out.safetensors"
        streams = EXPECTED / "streams_p129_official.safetensors"
        model = GOLDEN / "model"
        for arguments in (
            ["generate", self.scratch / "nothing", "--ids", bad],
            ["generate", model, "--ids", bad],
            ["generate", model, "--ids", self.scratch / "none.json"],
            ["generate", model, "--prompt", "hello"],
            ["trace", model, "--ids", bad, "--out", out],
            ["trace", model, "--ids", self.ids("p5"), "--positions", "7", "--out", out],
            ["trace", model, "--ids", self.ids("p5"), "--layers", "1:2", "--streams", streams, "--out", out],
            ["trace", model, "--ids", self.ids("p129"), "--layers", "0:9", "--out", out],
            ["eval", "--goldens", self.scratch],
            ["eval", model],
            ["eval", model, "--suite", self.scratch / "none.jsonl"],
            ["eval", model, "--suite", bad],
            ["eval", "--html", out, "--from", bad],
        ):
            result = run(*arguments)
            self.assertEqual(result.returncode, 1, arguments)
            self.assertEqual(result.stderr.strip().count("\n"), result.stderr.count(" of weights in "), result.stderr)
            self.assertIn("nibble: ", result.stderr)
            self.assertFalse(out.exists(), arguments)

    def test_impossible_combinations_are_usage_errors(self):
        model = GOLDEN / "model"
        ids = self.ids("p5")
        for arguments in (
            ["generate", model],
            ["generate", model, "--ids", ids, "--prompt", "x"],
            ["generate", model, "--ids", ids, "--thinking"],
            ["generate", model, "--ids", ids, "--numerics", "ideal", "--activations", "fp8"],
            ["generate", model, "--ids", ids, "--max-tokens", "-1"],
            ["generate", model, "--ids", ids, "--nonsense"],
            ["trace", model, "--ids", ids, "--out", "x", "--layers", "3:1"],
            ["trace", model, "--ids", ids, "--out", "x", "--layers", "1:2"],
            ["trace", model, "--ids", ids, "--out", "x", "--positions", "one"],
            ["eval", model, "--from", ids],
            ["eval", model, "--require-same", 99],
            ["eval", model, "--numerics", "ideal", "--activations", "fp8"],
            ["eval", model, "--reference-numerics", "ideal", "--reference-activations", "nvfp4"],
            ["eval", "--goldens", GOLDEN, "--suite", ids],
            ["eval", model, "--require", 101],
        ):
            self.assertEqual(run(*arguments).returncode, 2, arguments)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v"])
