"""Commands without a model find the bundled one from the binary's own place, wherever they are started from."""

import os
import pathlib
import shutil
import sys
import tempfile
import unittest

from harness import BINARY, run, synthesize


class BundledModel(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.scratch = pathlib.Path(folder.name).resolve()

    def copy_binary(self, path):
        path.parent.mkdir(parents=True)
        shutil.copy(BINARY, path)
        return path

    def expect_found(self, binary, model):
        for arguments in (["inspect"], ["generate", "--ids", "-", "--max-tokens", 1]):
            result = run(*arguments, stdin="[1, 2]", binary=binary, cwd="/")
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertIn(f"the bundled model: {model}\n", result.stderr)

    def test_installed(self):
        binary = self.copy_binary(self.scratch / "prefix" / "bin" / "nibble")
        model = synthesize(self.scratch / "prefix" / "share" / "nibble" / "models" / "tiny")
        self.expect_found(binary, model)
        link = self.scratch / "nibble"
        link.symlink_to(binary)
        self.expect_found(link, model)

    def test_in_the_source_tree(self):
        binary = self.copy_binary(self.scratch / "tree" / "build" / "release" / "nibble")
        self.expect_found(binary, synthesize(self.scratch / "tree" / "models" / "tiny"))

    def test_not_there(self):
        binary = self.copy_binary(self.scratch / "prefix" / "bin" / "nibble")
        for arguments in (["inspect"], ["chat"], ["serve"], ["generate", "--chat", "Hello"],
                          ["trace", "--ids", "-", "--out", os.devnull]):
            result = run(*arguments, stdin="", binary=binary, cwd=self.scratch)
            self.assertEqual(result.returncode, 1, arguments)
            self.assertIn(f"the bundled model is neither in {self.scratch}/prefix/share/nibble/models/tiny nor in",
                          result.stderr)
            self.assertEqual(result.stderr.count("\n"), 1, result.stderr)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v"])
