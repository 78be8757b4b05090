"""Runs that end before their time, checkpoints that are not whole, and commands that do not fit them."""

import contextlib
import io
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

from support import ROOT
import torch
from training import checkpoint, export, restore, tokenizer, train
from training.checkpoint import CheckpointError, Origin, Progress
from training.config import CONFIGS
from training.optim import Optimiser
from training.sessions import sample_texts
from training.weights import new_weights

CFG = CONFIGS["smoke"]
ORIGIN = Origin(1, 1, 128, 0)


class Folder(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))


class Checkpoint(Folder):
    def setUp(self):
        super().setUp()
        self.enterContext(mock.patch.object(checkpoint, "PART_BYTES", 4 << 20))
        self.enterContext(mock.patch.object(os, "fsync"))  # tests need no disk
        self.weights = new_weights(CFG, 1)
        self.path = self.folder / "last"

    def save(self, optimiser=None):
        checkpoint.save(self.path, self.weights, optimiser, Progress(7, 1.5), "tok", ORIGIN)

    def expect_error(self, *words, call=None):
        with self.assertRaises(CheckpointError) as caught:
            (call or (lambda: checkpoint.load(self.path, "cpu")))()
        for word in words:
            self.assertIn(word, str(caught.exception))
        self.assertNotIn("\n", str(caught.exception))

    def test_round_trip(self):
        optimiser = Optimiser(self.weights.layout, "cpu")
        optimiser.steps = 7
        for tensor in (*optimiser.state().values(), self.weights.bias):
            tensor.copy_(torch.randn(tensor.shape))
        self.save(optimiser)
        self.save(optimiser)  # replaces the first
        loaded = checkpoint.load(self.path, "cpu")
        self.assertEqual((loaded.progress, loaded.full, loaded.optimiser.steps), (Progress(7, 1.5), True, 7))
        pairs = [(loaded.weights.master, self.weights.master), (loaded.weights.bias, self.weights.bias)]
        pairs += zip(loaded.optimiser.state().values(), optimiser.state().values())
        pairs += zip(loaded.weights.tables.values(), self.weights.tables.values())
        for mine, kept in pairs:
            self.assertTrue(torch.equal(mine, kept))
        self.assertEqual([p.name for p in self.folder.iterdir()], ["last"])

    def test_parts_that_are_not_whole_are_named(self):
        self.save()
        part = self.path / "part-1.bin"
        data = part.read_bytes()
        part.write_bytes(data[:-1])
        self.expect_error("part-1.bin", f"{len(data) - 1} of {len(data)} bytes")
        part.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
        self.expect_error("part-1.bin", "other bytes")
        part.unlink()
        self.expect_error("part-1.bin", "missing")

    def test_state_that_is_not_whole(self):
        self.save()
        state = self.path / "state.json"
        state.write_text(state.read_text()[:100])
        self.expect_error("state.json is damaged")
        state.unlink()
        self.expect_error(str(self.path), "no checkpoint there")

    def test_an_interrupted_replacement_leaves_the_old_one(self):
        self.save()
        self.path.rename(self.folder / "last.old")
        self.assertEqual(checkpoint.load(self.path, "cpu").progress.step, 7)

    def test_weights_that_are_not_finite_are_not_written(self):
        self.save()
        self.weights.master[5] = float("nan")
        self.expect_error("not finite", call=self.save)
        self.assertEqual(checkpoint.load(self.path, "cpu").progress.step, 7)

    def test_a_run_that_does_not_fit_is_told_what(self):
        self.save()
        loaded = checkpoint.load(self.path, "cpu")
        loaded.check(self.path, CFG, ORIGIN, True)
        loaded.check(self.path, CFG, Origin(2, 4, 256, 0), False)
        cases = ((CONFIGS["tiny"], ORIGIN, "vocab_size 512"), (CFG, Origin(2, 1, 128, 0), "--seed 1"),
                 (CFG, Origin(1, 2, 128, 0), "--rows 1"), (CFG, Origin(1, 1, 128, 9), "tokenizer.json"))
        for config, origin, word in cases:
            self.expect_error(word, call=lambda: loaded.check(self.path, config, origin, True))


class Command(Folder):
    """The command itself, on a CPU."""

    @classmethod
    def setUpClass(cls):
        cls.tokenizer = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        tokenizer.train(sample_texts(60_000, 1), 512).save(cls.tokenizer)

    def arguments(self, *more):
        common = ["--out", self.folder / "run", "--tokenizer", self.tokenizer, "--device", "cpu", "--config", "smoke",
                  "--rows", "1", "--row-tokens", "128", "--workers", "1", "--steps", "100", "--log-steps", "1"]
        return [str(argument) for argument in (*common, *more)]

    def here(self, *more):
        """What the command prints, run in this process."""
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            self.assertEqual(train.main(self.arguments(*more)), 0, out.getvalue())
        return out.getvalue()

    def expect_refused(self, words, *more):
        """In one sentence, before anything is printed."""
        out = io.StringIO()
        with contextlib.redirect_stdout(out), self.assertRaises(SystemExit) as caught:
            train.main(self.arguments(*more))
        self.assertIn(words, str(caught.exception.code))
        self.assertNotIn("\n", str(caught.exception.code))
        self.assertEqual(out.getvalue(), "")

    def start(self, *arguments):
        """A run that has made its first step."""
        command = [sys.executable, "-m", "training.train", *self.arguments(*arguments)]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                   start_new_session=True)
        self.addCleanup(process.kill)
        for line in process.stdout:
            if " loss " in line:
                return process
        self.fail(f"no step was made, status {process.wait()}")

    def finish(self, process):
        text = process.stdout.read()
        process.stdout.close()
        return process.wait(), text

    def saved_step(self):
        return checkpoint.load(self.folder / "run" / "last", "cpu").progress.step

    def test_signal_then_resume(self):
        process = self.start()
        os.killpg(process.pid, signal.SIGINT)  # as Ctrl-C in a terminal does
        status, text = self.finish(process)
        self.assertEqual(status, 1, text)
        self.assertIn("ended by SIGINT", text)
        self.assertNotIn("worker", text)
        self.assertIn(f"--resume goes on from {self.folder}/run/last", text)
        step = self.saved_step()
        self.assertGreaterEqual(step, 1)

        self.expect_refused("--resume goes on from it")
        self.expect_refused("was trained with --seed 1, not 2", "--resume", "--seed", 2)
        self.expect_refused("of a model with hidden_size 128, not 256", "--resume", "--config", "tiny")
        text = self.here("--resume", "--piece-steps", 1)
        self.assertIn(f"from {self.folder}/run/last: step {step}", text)
        self.assertEqual(self.saved_step(), step + 1)

    def test_a_worker_that_fails(self):
        class Failing(train.BatchStream):
            def __next__(self):
                if self._step == 2:
                    raise RuntimeError("a data worker ended with status -9")
                return super().__next__()

        out = io.StringIO()
        with mock.patch.object(train, "BatchStream", Failing), contextlib.redirect_stdout(out):
            self.assertEqual(train.main(self.arguments()), 1)
        self.assertIn("step 2, ", out.getvalue())
        self.assertIn("; a data worker ended with status -9\nthe same command with --resume", out.getvalue())
        self.assertEqual(self.saved_step(), 2)

    def test_the_second_signal_ends_at_once(self):
        process = self.start()
        process.send_signal(signal.SIGTERM)
        for line in process.stdout:
            if "once more ends at once" in line:
                break
        process.send_signal(signal.SIGTERM)
        status, text = self.finish(process)
        self.assertIn(status, (-signal.SIGTERM, 1), text)  # 1: the step was over first

    def test_what_is_missing_is_said_before_the_start(self):
        self.expect_refused("tokenizer.json is missing", "--tokenizer", self.folder / "none")
        self.expect_refused("multiple of 128", "--row-tokens", 100)
        self.expect_refused("--decay-from 1.0 is not in", "--decay-from", 1)
        self.expect_refused("no checkpoint there", "--init-from", self.folder / "none")
        self.expect_refused("/proc/run cannot be made", "--out", "/proc/run")
        if not torch.cuda.is_available():
            self.expect_refused("no CUDA device", "--device", "cuda")
        with mock.patch.object(train, "FREE_BYTES", 1 << 60):
            self.expect_refused("MiB are needed")


class Restore(Folder):
    """A folder in the official layout that is not whole, or not ours."""

    def setUp(self):
        super().setUp()
        for name in export.TOKENIZER_FILES:
            (self.folder / name).write_text("{}")
        export.export(new_weights(CFG, 1), self.folder, None)

    def expect_refused(self, *words):
        with self.assertRaises(SystemExit) as caught:
            restore.main(["--from", str(self.folder), "--out", str(self.folder / "out")])
        for word in words:
            self.assertIn(word, str(caught.exception.code))
        self.assertNotIn("\n", str(caught.exception.code))
        self.assertIsNone(checkpoint.find(self.folder / "out"))

    def test_a_shard_that_is_cut_off(self):
        shard = self.folder / export.SHARDS[1]
        shard.write_bytes(shard.read_bytes()[:-1])
        self.expect_refused(export.SHARDS[1], "is cut off at")
        shard.write_bytes(shard.read_bytes()[:100])
        self.expect_refused(export.SHARDS[1], "damaged header")
        shard.unlink()
        self.expect_refused(export.SHARDS[1], "cannot be read")

    def test_config_and_index(self):
        index, config = self.folder / export.INDEX, self.folder / "config.json"
        whole = index.read_text()
        index.write_text(whole.replace('"embed.weight"', '"other.weight"'))
        self.expect_refused("has no tensor embed.weight")
        index.write_text(whole)
        kept = config.read_text()
        config.write_text(kept.replace('"vocab_size": 512', '"vocab_size": 256'))
        self.expect_refused("embed.weight is BF16 [512, 128], not BF16 [256, 128]")
        config.write_text(kept.replace('"vocab_size"', '"words"'))
        self.expect_refused("config.json has no vocab_size")
        index.unlink()
        self.expect_refused(export.INDEX, "cannot be read")

    def test_a_checkpoint_is_not_replaced(self):
        restore.main(["--from", str(self.folder), "--out", str(self.folder / "out")])
        with self.assertRaises(SystemExit) as caught:
            restore.main(["--from", str(self.folder), "--out", str(self.folder / "out")])
        self.assertIn("holds a checkpoint already", str(caught.exception.code))


if __name__ == "__main__":
    unittest.main(verbosity=2)
