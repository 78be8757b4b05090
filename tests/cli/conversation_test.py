"""nibble chat and generate at the edges of what a model takes, with the bundled model."""

import json
import os
import pty
import re
import subprocess
import sys
import unittest

from harness import BINARY, SOURCE, run

MODEL = SOURCE / "models" / "tiny"
CONTEXT = json.loads((MODEL / "config.json").read_text())["max_position_embeddings"]


def chat(*lines, flags=()):
    """Standard output's lines, standard error's that are errors, and the exit code."""
    typed = b"".join(line if isinstance(line, bytes) else line.encode() for line in lines)
    result = subprocess.run([BINARY, "chat", MODEL, *flags], input=typed, capture_output=True, timeout=300)
    errors = [line for line in result.stderr.decode().replace("> ", "").splitlines() if line.startswith("nibble: ")]
    return result.stdout.decode().splitlines(), errors, result.returncode


class Conversation(unittest.TestCase):
    def test_a_line_that_is_no_text_does_not_end_it(self):
        said, errors, code = chat("My name is Hiroshi.\n", b"\xff\xfe\n", "What is my name?\n")
        self.assertEqual(errors, ["nibble: what was typed is not UTF-8 at byte 0"])
        self.assertEqual((len(said), code), (2, 1))
        self.assertIn("Hiroshi", said[1])  # what went before is remembered

    def test_a_line_that_is_too_long_does_not_end_it(self):
        said, errors, code = chat("word " * (CONTEXT + 1), "\n", "Hi\n")
        self.assertEqual(len(errors), 1)
        self.assertRegex(errors[0], rf"^nibble: \d+ tokens leave no room in the model's context of {CONTEXT} ")
        self.assertEqual((said, code), (chat("Hi\n")[0], 1))

    def test_reasoning_that_was_cut_was_not_said(self):
        # Were it taken for the answer, the model would read it in the next turn, where reasoning is dropped.
        questions = ["What is 12+30?\n", "What is 5+6?\n"]
        flags = ["--thinking", "--max-tokens"]
        lengths = []
        for max_tokens in ("3", "9"):
            result = subprocess.run([BINARY, "chat", MODEL, *flags, max_tokens], input="".join(questions), capture_output=True, text=True, timeout=300)
            lengths.append([int(n) for n in re.findall(r"prefill: (\d+) tokens", result.stderr)])
        self.assertEqual(lengths[0], lengths[1])

    def test_what_is_generated_arrives_but_does_not_command_a_terminal(self):
        # So hot that every token is about as likely as any: control characters come, sooner or later.
        for seed in range(200):
            arguments = ["generate", MODEL, "--prompt", "x", "--temperature", "100", "--seed", str(seed), "--ignore-eos", "--max-tokens", "1000"]
            text = json.loads(run(*arguments, "--json").stdout)["text"]
            if {"\0", "\x1b"} <= set(text):
                break
        else:
            self.fail("no NUL and ESC in 200,000 tokens")
        piped = subprocess.run([BINARY, *arguments], capture_output=True, timeout=300).stdout
        self.assertEqual(piped.decode(), text + "\n")
        main, side = pty.openpty()
        process = subprocess.Popen([BINARY, *arguments], stdout=side, stderr=subprocess.DEVNULL)
        os.close(side)
        shown = b""
        try:
            while piece := os.read(main, 65536):
                shown += piece
        except OSError:  # the other side is closed
            pass
        os.close(main)
        self.assertEqual(process.wait(), 0)
        shown = shown.decode().replace("\r\n", "\n")
        self.assertEqual({c for c in shown if ord(c) < 32 or 127 <= ord(c) < 160} - {"\n", "\t"}, set())
        self.assertEqual(shown.count("\\x1b"), text.count("\x1b"))

    def generate(self, ids, *flags):
        result = run("generate", MODEL, "--ids", "-", "--json", *flags, stdin=json.dumps(ids))
        return result, json.loads(result.stdout) if result.stdout else None

    def test_an_answer_ends_with_the_context(self):
        ids = [5 + i % 1000 for i in range(CONTEXT - 3)]
        result, answer = self.generate(ids, "--max-tokens", 100, "--ignore-eos")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual((len(answer["tokens"]), answer["finish_reason"]), (3, "length"))

    def test_a_prompt_beyond_the_context_is_not_read(self):
        result, _ = self.generate([5] * CONTEXT, "--max-tokens", 1)
        self.assertEqual(result.returncode, 1)
        self.assertIn(f"nibble: {CONTEXT} tokens leave no room in the model's context of {CONTEXT} ", result.stderr)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v"])
