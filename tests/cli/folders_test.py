"""Folders as users have them: a model cache made of links, outputs that cannot be written."""

import os
import pathlib
import sys
import tempfile
import unittest

from harness import run, synthesize


class Folders(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.shared = pathlib.Path(folder.name)
        cls.model = synthesize(cls.shared / "model")
        cls.ids = cls.shared / "ids.json"
        cls.ids.write_text("[1, 2, 3]")
        # As huggingface_hub lays it out: snapshots/<revision>/<name> is a link to ../../blobs/<hash>.
        cls.cache = cls.shared / "hub" / "snapshots" / "0123abcd"
        blobs = cls.shared / "hub" / "blobs"
        blobs.mkdir(parents=True)
        cls.cache.mkdir(parents=True)
        (cls.model / "LICENSE").write_text("none\n")
        for number, path in enumerate(sorted(cls.model.iterdir())):
            (blobs / str(number)).write_bytes(path.read_bytes())
            (cls.cache / path.name).symlink_to(pathlib.Path("..", "..", "blobs", str(number)))

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.scratch = pathlib.Path(folder.name)

    def fails(self, sentence, *arguments):
        result = run(*arguments)
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertIn(sentence, result.stderr)
        self.assertEqual(result.stderr.count("\n"), 1, result.stderr)

    def test_every_command_reads_a_model_cache_when_told_to(self):
        nvfp4 = self.scratch / "nvfp4"
        for arguments in (
            ["inspect", self.cache],
            ["quantize", self.cache, nvfp4],
            ["verify", nvfp4, "--source", self.cache],
            ["compare", self.cache, nvfp4, "--ids", self.ids],
            ["generate", self.cache, "--ids", self.ids, "--max-tokens", 1],
            ["trace", self.cache, "--ids", self.ids, "--out", self.scratch / "trace.safetensors"],
        ):
            self.fails("--follow-symlinks allows it", *arguments)
            result = run(*arguments, "--follow-symlinks")
            self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual((nvfp4 / "LICENSE").read_text(), "none\n")
        self.assertFalse((nvfp4 / "LICENSE").is_symlink())

    def test_serve_reads_a_model_cache_only_when_told_to(self):
        serve = ["serve", self.cache, "--skip-tokenizer-init", "--port", 0]
        self.fails("--follow-symlinks allows it", *serve)
        result = run(*serve, "--follow-symlinks", "--max-model-len", 1 << 40)  # fails behind the opening
        self.assertIn("--max-model-len", result.stderr)

    def test_quantize_copies_no_file_from_elsewhere(self):
        secret = self.scratch / "secret"
        secret.write_text("secret")
        model = self.scratch / "model"
        model.mkdir()
        for path in self.model.iterdir():
            os.link(path, model / path.name)
        (model / "notes.txt").symlink_to(secret)
        self.fails("notes.txt: escapes the model folder by a symbolic link", "quantize", model, self.scratch / "out")
        self.assertFalse((self.scratch / "out").exists())

    def test_outputs_are_checked_before_the_work(self):
        there = self.scratch / "there.safetensors"
        there.write_text("mine")
        generate = ["generate", self.model, "--ids", self.ids, "--max-tokens", 1, "--logits"]
        trace = ["trace", self.model, "--ids", self.ids, "--out"]
        for command in (generate, trace):
            self.fails("exists; --overwrite replaces it", *command, there)
            self.fails("exists and is not a regular file", *command, self.scratch)
            self.fails("there is no folder", *command, self.scratch / "none" / "x.safetensors")
            if os.geteuid() != 0:  # root may write anywhere
                locked = self.scratch / "locked"
                locked.mkdir(mode=0o555, exist_ok=True)
                self.fails("Permission denied", *command, locked / "x.safetensors")
            self.assertEqual(there.read_text(), "mine")
            self.assertEqual(run(*command, there, "--overwrite").returncode, 0)
            there.write_text("mine")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v"])
