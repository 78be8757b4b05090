"""Runs the nibble binary for the tests of this folder. Python's standard library only."""

import os
import pathlib
import subprocess

BINARY = pathlib.Path(os.environ["NIBBLE_BINARY"])
SOURCE = pathlib.Path(__file__).resolve().parents[2]


def run(*arguments, stdin=None, binary=BINARY, cwd=None):
    return subprocess.run([binary, *map(str, arguments)], input=stdin, capture_output=True, text=True, timeout=300, cwd=cwd)


def synthesize(folder):
    """A tiny checkpoint of three shards (noise for weights, no tokenizer)."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    config = SOURCE / "tests" / "data" / "v4_tiny" / "config.json"
    result = run("synth", "--config", config, "--seed", 1, "--shards", 3, folder)
    assert result.returncode == 0, result.stderr
    return folder
