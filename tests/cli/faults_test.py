"""What the caller or the system gets wrong: senseless arguments, streams that are closed or full, limits."""

import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import unittest

from harness import BINARY, SOURCE, run, synthesize

CONFIG = SOURCE / "tests" / "data" / "v4_tiny" / "config.json"
SANITIZED = bool(os.environ.get("NIBBLE_SANITIZE"))


def limited(kind, value, *arguments):
    return subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=300,
                          preexec_fn=lambda: resource.setrlimit(kind, (value, value)))


class Faults(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.model = synthesize(pathlib.Path(folder.name) / "model")

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.scratch = pathlib.Path(folder.name)
        self.out = self.scratch / "out"

    def fails(self, code, *arguments, **options):
        result = run(*arguments, **options)
        self.assertEqual(result.returncode, code, (arguments, result.stderr))
        self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
        self.assertFalse(self.out.exists(), arguments)
        return result.stderr

    def test_senseless_arguments_are_usage_errors(self):
        synth = ["synth", self.out, "--config", CONFIG, "--seed"]
        generate = ["generate", self.model, "--ids", "-", "--max-tokens", 1]
        for arguments in (
            *([*synth, seed] for seed in ("-1", "18446744073709551616", "", "0x10", "1 ", "1e3")),
            [*generate, "--seed", "-1"],
            *([*generate, option, "nan"] for option in ("--temperature", "--top-p")),
            ["eval", self.model, "--require", "nan"],
            ["quantize", self.model, self.out, "--json=3"],
            ["quantize", self.model, self.out, "--overwrite=false"],
            ["quantize", self.model, ""], ["quantize", "", self.out], ["inspect", ""], ["verify", "", "--source", ""],
            ["synth", "", "--config", CONFIG, "--seed", 1], ["serve", ""], ["compare", "", "", "--ids", "-"],
            ["quantize", self.model, self.out, "--input-scales", ""],
        ):
            self.assertIn("; see nibble ", self.fails(2, *arguments, stdin="[1]"))
        self.assertEqual(run(*synth, 2**64 - 1).returncode, 0)

    def test_paths_that_cannot_be_looked_at(self):
        loop = self.scratch / "loop"
        loop.symlink_to("loop")
        for path in (loop, loop / "x", "a" * 5000):
            for arguments in (["serve", path], ["serve", path, "--stub-engine"], ["eval", path], ["inspect", path],
                              ["eval", "--goldens", path], ["generate", path, "--prompt", "x"], ["quantize", path, self.out],
                              ["quantize", self.model, path], ["verify", path, "--source", path],
                              ["synth", path, "--config", path, "--seed", 1]):
                self.assertTrue(self.fails(1, *arguments).startswith("nibble: "))

    def test_a_report_that_does_not_arrive_is_a_failure(self):
        ids = self.scratch / "ids.json"
        ids.write_text("[1, 2]")
        for arguments in (["inspect", self.model], ["inspect", self.model, "--json"], ["quantize", self.model, self.out],
                          ["verify", self.out, "--source", self.model], ["compare", self.model, self.out, "--ids", ids]):
            command = [BINARY, *map(str, arguments)]
            with open("/dev/full", "w") as full:
                result = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=300)
            self.assertEqual(result.returncode, 1, (arguments, result.stderr))
            self.assertIn("nibble: standard output cannot be written", result.stderr)
            reader, writer = os.pipe()
            os.close(reader)  # what `| head` leaves behind
            again = [*command, "--overwrite"] if arguments[0] == "quantize" else command
            result = subprocess.run(again, stdout=writer, stderr=subprocess.PIPE, text=True, timeout=300)
            os.close(writer)
            self.assertEqual(result.returncode, 0, (arguments, result.stderr))

    def test_closed_streams(self):
        for closed in ((0,), (1,), (2,), (0, 1, 2)):
            def close(streams=closed):
                for stream in streams:
                    os.close(stream)

            out = self.scratch / f"out{len(closed)}{closed[0]}"
            for arguments in (["quantize", self.model, out], ["verify", out, "--source", self.model]):
                result = subprocess.run([BINARY, *arguments], preexec_fn=close, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, timeout=300)
                self.assertEqual(result.returncode, 0, (closed, arguments, result.stderr))
            self.assertEqual(sorted(p.name for p in out.iterdir()), sorted(
                [p.name for p in self.model.iterdir()] + ["hf_quant_config.json"]))

    def test_prompts(self):
        generate = ["generate", self.model, "--max-tokens", 1, "--ids", "-"]
        trace = ["trace", self.model, "--out", self.out, "--ids", "-"]
        for command in (generate, trace, ["compare", self.model, self.model, "--ids", "-"]):
            self.assertIn("standard input: element 1 is token 512, outside the vocabulary of 512",
                          self.fails(1, *command, stdin="[511, 512]"))
            with open("/dev/zero") as endless:
                result = subprocess.run([BINARY, *map(str, command)], stdin=endless, capture_output=True, text=True,
                                        timeout=300)
            self.assertEqual(result.returncode, 1)
            self.assertIn("standard input: more than 67108864 bytes of token ids", result.stderr)
        result = run("generate", SOURCE / "models" / "tiny", "--chat", "", "--max-tokens", 0, "--json")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertGreater(len(json.loads(result.stdout)["prompt_tokens"]), 1)  # a turn, not the begin token alone

    def test_synth_takes_back_what_it_could_not_finish(self):
        sizes = [p.stat().st_size for p in sorted(self.model.glob("*.safetensors"))]
        largest = sizes.index(max(sizes))
        self.assertGreater(largest, 0)  # a shard is complete when the next one fails
        result = limited(resource.RLIMIT_FSIZE, max(sizes) - 1, "synth", self.out, "--config", CONFIG, "--seed", 1,
                         "--shards", 3)
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertIn("File too large", result.stderr)
        self.assertFalse(self.out.exists())
        self.out.mkdir()
        limited(resource.RLIMIT_FSIZE, max(sizes) - 1, "synth", self.out, "--config", CONFIG, "--seed", 1, "--shards", 3)
        self.assertEqual(list(self.out.iterdir()), [])

    @unittest.skipIf(SANITIZED, "a sanitizer reserves terabytes of addresses")
    def test_little_memory(self):
        # Fewer threads than asked for do the work, or one sentence says that there is no memory: never a signal.
        for mebibytes, threads in ((300, 256), (150, 64), *((limit, 2) for limit in range(16, 40, 4))):
            result = limited(resource.RLIMIT_AS, mebibytes << 20, "quantize", self.model, self.out, "--overwrite",
                             "--threads", threads)
            self.assertIn(result.returncode, (0, 1, 127), result.stderr)  # 127: not even the libraries fit
            self.assertEqual(result.stderr.count("\n"), 1, result.stderr)

    def test_a_source_that_changes_meanwhile(self):
        model = synthesize(self.scratch / "model")
        shard = model / "model-00003-of-00003.safetensors"
        with subprocess.Popen([BINARY, "quantize", model, self.out], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True) as process:
            second = 1
            while process.poll() is None:
                os.utime(shard, (second, second))
                second += 1
            error = process.stderr.read()
        self.assertEqual(process.returncode, 1, error)
        self.assertIn("model-00003-of-00003.safetensors: changed while it was read", error)
        self.assertFalse(self.out.exists())

    def test_peak_rss_is_of_the_program_alone(self):
        ballast = b"x" * (400 << 20)  # this process is larger than the one it starts
        result = run("quantize", self.model, self.out, "--json")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertLess(json.loads(result.stdout)["peak_rss_bytes"], len(ballast) // 2)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v"])
