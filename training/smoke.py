"""The whole chain once, on a CPU, in well under a minute: does every stage work and fit the next?

    python3 -m training.smoke [--nibble build/release/nibble] [--keep DIR]

Tokenizer, two steps of training (one plain, one with selection and fake quantisation), the same in two
pieces (equal bit for bit), a start from weights alone, evaluation, export and back, `nibble inspect`,
`quantize` and `verify`, nibble's logits against the F64 forward pass of training, the suite in `nibble eval`,
the card. The exit code is 77 where PyTorch is missing.
"""
from __future__ import annotations

import argparse
import contextlib
import dataclasses
import importlib.util
import io
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

SKIPPED = 77
TOKENS = 256
COMMON = ["--device", "cpu", "--config", "smoke", "--rows", "1", "--row-tokens", str(TOKENS), "--workers", "0",
          "--log-steps", "1", "--muon-rate", "0.02", "--adam-rate", "0.02",
          "--steps", "2", "--topk-from", "0.5", "--quantise-from", "0.5"]
LIMIT = 1e-4  # between logits in F64 here and in nibble's ideal numerics, which writes F32


class Failed(Exception):
    pass


def expect(condition: bool, sentence: str) -> None:
    if not condition:
        raise Failed(sentence)


def read_floats(path: Path):
    """The F32 tensors of a safetensors file, as numpy arrays by name."""
    import numpy

    from training import safetensors

    return {name: numpy.frombuffer(data, "<f4").reshape(shape) for name, (_, shape, data) in safetensors.read(path).items()}


def forward_f64(weights, ids: list[int], index_topk: int) -> dict:
    """Logits [T, V] and MTP logits [T - 1, V] of one session, on the quantised weights."""
    import torch

    from training import model

    cfg, count = dataclasses.replace(weights.layout.cfg, index_topk=index_topk), len(ids)
    size = (count + 127) // 128 * 128
    tokens = torch.zeros(1, size, dtype=torch.int64)
    tokens[0, :count] = torch.tensor(ids)
    w = weights.values(quantise=True, dtype=torch.float64)
    with torch.no_grad():
        start = torch.zeros(1, size, dtype=torch.int32)
        hidden = model.forward(cfg, w, tokens, start, model.rope_tables(cfg, size, "cpu"))
        logits = model.head(cfg, model.top_section(w), w["head.weight"], hidden.streams)[0, :count]
        # The MTP block's last position would see the token after the prompt.
        own = model.top_section(model.section(w, "mtp.0."))
        mtp = model.head(cfg, own, w["head.weight"], hidden.mtp)[0, : count - 1]
    return {"logits": logits.numpy(), "mtp": mtp.numpy()}


def nibble_logits(nibble: Path, folder: Path, ids: list[int], scratch: Path) -> dict:
    """The same of an exported checkpoint, by nibble."""
    (scratch / "ids.json").write_text(json.dumps(ids))
    call(nibble, "generate", folder, "--ids", scratch / "ids.json", "--max-tokens", 0, "--numerics", "ideal",
         "--mtp", "--logits", scratch / "logits.safetensors")
    return read_floats(scratch / "logits.safetensors")


def difference(a: dict, b: dict) -> float:
    return max(float(abs(a[name] - b[name]).max()) for name in ("logits", "mtp"))


def call(*command: object) -> str:
    result = subprocess.run([str(c) for c in command], capture_output=True, text=True)
    if result.returncode:
        raise Failed(f"{' '.join(map(str, command))} ended with {result.returncode}: {result.stderr.strip()}")
    return result.stdout


class Smoke:
    def __init__(self, nibble: Path, scratch: Path):
        self.nibble, self.scratch = nibble, scratch
        self.tokenizer = scratch / "tokenizer"

    def _quiet(self, main: Callable, *arguments: object) -> str:
        """Runs a stage of training in this process; what it printed."""
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            code = main([str(a) for a in arguments])
        expect(not code, f"{main.__module__} {' '.join(map(str, arguments))} ended with {code}: {out.getvalue()}")
        return out.getvalue()

    def _train(self, name: str, *arguments: object) -> str:
        from training import train

        return self._quiet(train.main, "--out", self.scratch / name, "--tokenizer", self.tokenizer, *COMMON, *arguments)

    def make_tokenizer(self) -> str:
        from training import tokenizer

        return self._quiet(tokenizer.main, "--out", self.tokenizer, "--characters", 150_000, "--vocab-size", 512)

    def train(self) -> str:
        text = self._train("whole", "--eval-batches", 1)
        losses = [float(value) for value in re.findall(r" loss ([\d.]+) answer", text)]
        expect(len(losses) == 2, f"not two lines of the log: {text}")
        result = json.loads((self.scratch / "whole" / "eval.json").read_text())
        expect(result["all"] > 0, "no held-out answer was scored")
        return f"loss {losses}"

    def resume(self) -> str:
        self._train("pieces", "--piece-steps", 1)
        self._train("pieces", "--resume", "--eval-batches", 0)
        states = []
        for name in ("whole", "pieces"):
            state = json.loads((self.scratch / name / "last" / "state.json").read_text())
            del state["progress"]["seconds"]
            states.append(state)
        expect(states[0] == states[1], "a run in two pieces ends with other weights than the same run in one")
        return f"CRC-32 of the weights {states[0]['parts'][0]['crc32']:08x} twice"

    def init_from(self) -> str:
        text = self._train("later", "--init-from", self.scratch / "whole" / "weights", "--fresh-schedule",
                           "--piece-steps", 1)
        fresh, later = (float(re.search(r"loss ([\d.]+)", t)[1])
                        for t in ((self.scratch / "whole" / "log.txt").read_text(), text))
        expect(later < fresh - 0.5, f"two steps took the loss of the first batch from {fresh} to {later} only")
        return f"loss of the first batch {fresh}, after two steps {later}"

    def evaluate(self) -> str:
        from training import evaluate

        again = self.scratch / "again.json"
        self._quiet(evaluate.main, "--from", self.scratch / "whole" / "weights", "--batches", 1, "--json", again,
                    "--device", "cpu", "--rows", 1, "--row-tokens", TOKENS, "--workers", 0)
        expect(json.loads(again.read_text()) == json.loads((self.scratch / "whole" / "eval.json").read_text()),
               "the saved weights are scored otherwise than at the end of training")
        return "as at the end of training"

    def export(self) -> str:
        from training import export

        for name in ("model", "again"):
            self._quiet(export.main, "--from", self.scratch / "whole" / "weights", "--out", self.scratch / name)
        for file in sorted((self.scratch / "model").iterdir()):
            same = file.read_bytes() == (self.scratch / "again" / file.name).read_bytes()
            expect(same, f"{file.name} differs from one export to the next")
        files = sorted(file.name for file in (self.scratch / "model").iterdir())
        return ", ".join(files)

    def restore(self) -> str:
        import torch
        from training import restore
        from training.checkpoint import load_weights

        self._quiet(restore.main, "--from", self.scratch / "model", "--out", self.scratch / "restored")
        trained, restored = (load_weights(self.scratch / name)[0].values(quantise=True, dtype=torch.float64)
                             for name in ("whole/weights", "restored"))
        for name, value in trained.items():
            expect(torch.equal(value, restored[name]), f"{name} has other values than those exported")
        return f"{len(trained)} tensors as exported"

    def inspect(self) -> str:
        report = json.loads(call(self.nibble, "inspect", self.scratch / "model", "--json"))
        return f"{len(json.dumps(report))} characters of report"

    def quantise(self) -> str:
        call(self.nibble, "quantize", self.scratch / "model", self.scratch / "nvfp4")
        return call(self.nibble, "verify", self.scratch / "nvfp4", "--source", self.scratch / "model").splitlines()[-1]

    def logits(self) -> str:
        from training import sessions
        from training.checkpoint import load_weights
        from training.tokenizer import Tokenizer

        weights, _ = load_weights(self.scratch / "whole" / "weights")
        batch = sessions.make_batch(sessions.Writer(True), Tokenizer.load(self.tokenizer), 1, TOKENS, 3, 0)
        ids, top_k = batch["tokens"][0], weights.layout.cfg.index_topk
        mine = forward_f64(weights, ids, top_k)
        apart = difference(mine, nibble_logits(self.nibble, self.scratch / "model", ids, self.scratch))
        expect(apart < LIMIT, f"nibble's logits differ by {apart:.3g}")
        dropped = difference(mine, forward_f64(weights, ids, TOKENS))
        expect(dropped > 10 * LIMIT, f"the indexer's selection is not seen in the logits: {dropped:.3g}")
        return f"largest difference {apart:.1e}; {dropped:.1e} if the indexer dropped nothing"

    def suite(self) -> str:
        from training import suite

        folder = self.scratch / "model" / "eval"
        with contextlib.redirect_stderr(io.StringIO()):  # a shortage of cases is no news at one a skill
            self._quiet(suite.main, "--out", folder, "--cases", 1)
        skill = json.loads((folder / "suite.jsonl").read_text().splitlines()[0])["skill"]
        printed = call(self.nibble, "eval", self.scratch / "model", "--skills", skill, "--json")
        (self.scratch / "scores.json").write_text(printed)
        report = json.loads(printed)
        perplexity, vocabulary = report["perplexity"]["per_token"], 512
        expect(report["total"]["cases"] == 1 and perplexity < vocabulary, f"unlikely result of nibble eval: {report}")
        return f"perplexity {perplexity:.0f} of {vocabulary}"

    def card(self) -> str:
        from training import card

        text = self._quiet(card.main, "--scores", self.scratch / "scores.json", "--model", self.scratch / "model",
                           "--trained", "2 steps")
        expect("2 steps" in (self.scratch / "model" / "README.md").read_text(), "the card says nothing of the training")
        return text.splitlines()[-1].removeprefix(str(self.scratch))

    STAGES = (make_tokenizer, train, resume, init_from, evaluate, export, restore, inspect, quantise, logits, suite, card)

    def run(self) -> int:
        begin = time.monotonic()
        for stage in self.STAGES:
            try:
                text = stage(self)
            except (Failed, SystemExit) as error:
                print(f"[{time.monotonic() - begin:5.1f} s] FAILED {stage.__name__}: {error}", flush=True)
                return 1
            print(f"[{time.monotonic() - begin:5.1f} s] ok {stage.__name__}: {text.strip()}", flush=True)
        return 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="training.smoke", description=__doc__.splitlines()[0])
    parser.add_argument("--nibble", type=Path, default=Path("build/release/nibble"), help="the binary")
    parser.add_argument("--keep", type=Path, help="write there and leave it (default: a folder that is removed)")
    options = parser.parse_args()
    for package in ("torch", "numpy"):
        if importlib.util.find_spec(package) is None:
            print(f"SKIPPED: {sys.executable} has no package {package}; "
                  "make setup-training installs it for /usr/bin/python3")
            return SKIPPED
    if not options.nibble.is_file():
        print(f"{options.nibble} is missing: build it, or name it with --nibble", file=sys.stderr)
        return 1
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
        return Smoke(options.nibble, options.keep).run()
    with tempfile.TemporaryDirectory() as scratch:
        return Smoke(options.nibble, Path(scratch)).run()


if __name__ == "__main__":
    sys.exit(main())
