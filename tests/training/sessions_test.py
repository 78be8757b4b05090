"""What is inside a batch of training data: packing, weights, the held-out rule, determinism; and that the evaluation set is what it says."""

import importlib.util
import json
import pathlib
import random
import sys
import tempfile
import unittest
from unittest import mock

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from training import chat, sessions, suite  # noqa: E402
from training.skills.base import STYLE_WORDS, Session, Turn, held_out, normalise, perturb, styled  # noqa: E402
from training.tokenizer import train  # noqa: E402

ROWS = 32
TOKENS = 2048


class Rules(unittest.TestCase):
    def test_politeness_holds_nothing_out(self):
        rng = random.Random(1)
        for text in ("What is the capital of France?", "Hey", "my name is Anna.", "please help", "What is 3 + 4?", "Thanks!", "Spell tea."):
            for _ in range(500):
                self.assertEqual(normalise(perturb(rng, text)), normalise(text))
            for words in STYLE_WORDS["brief"] + STYLE_WORDS["json"] if " " in text else ():
                self.assertEqual(normalise(f"{text} {words}"), normalise(text))

    def test_held_out_by_wording_and_by_content(self):
        turns = [Turn("x", f"text {number}") for number in range(4000)]
        self.assertAlmostEqual(sum(map(held_out, turns)) / len(turns), 1 / 40, delta=0.01)
        chosen = next(turn for turn in turns if held_out(turn))
        plain = next(turn for turn in turns if not held_out(turn))
        self.assertTrue(held_out(Turn("x", chosen.user.upper() + " !!")))
        self.assertTrue(held_out(Turn("x", plain.user, key=chosen.user)))

    def test_styles(self):
        self.assertEqual(styled(Session("full"), "é", "It is é."), "It is é.")
        self.assertEqual(styled(Session("brief"), "é", "It is é."), "é")
        self.assertEqual(styled(Session("json"), "é", "It is é."), '{"answer": "é"}')


class Batches(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tokenizer = train(sessions.sample_texts(150_000, 3))
        cls.drawn = []
        draw = sessions.Writer.draw

        def recording(writer, *arguments):
            turns = draw(writer, *arguments)
            cls.drawn += turns
            return turns

        with mock.patch.object(sessions.Writer, "draw", recording):
            cls.batch = sessions.make_batch(sessions.Writer(), cls.tokenizer, ROWS, TOKENS, 1, 0)
        cls.evaluation = sessions.make_batch(sessions.Writer(evaluation=True), cls.tokenizer, 4, TOKENS, 1, 0)

    def rows(self):
        for batch in (self.batch, self.evaluation):
            yield from zip(batch["tokens"], batch["weights"], batch["start"])

    def test_rows_are_full(self):
        for tokens, weights, start in self.rows():
            self.assertEqual([len(tokens), len(weights), len(start)], [TOKENS] * 3)

    def test_sessions_start_at_blocks(self):
        sizes = {16: 128, 8: 256, 4: 512, 2: 1024, 1: 2048}
        seen = set()
        for tokens, _, start in self.rows():
            starts = sorted(set(start))
            seen.add(len(starts))
            self.assertEqual(starts, list(range(0, TOKENS, sizes[len(starts)])))
            self.assertTrue(all(at % 128 == 0 and at <= position < at + sizes[len(starts)] for position, at in enumerate(start)))
            self.assertEqual([position for position, token in enumerate(tokens) if token == 0], starts)
        self.assertEqual(seen, {1, 2, 4, 8, 16})

    def test_weights(self):
        ids = self.tokenizer.control_ids
        roles = {ids[text] for text in (chat.BEGIN, chat.USER, chat.ASSISTANT)}
        for tokens, weights, _ in self.rows():
            self.assertEqual(set(weights) - {chat.ANSWER_WEIGHT, chat.CONTEXT_WEIGHT, chat.ROLE_WEIGHT}, set())
            for token, weight in zip(tokens, weights):
                if token in roles:
                    self.assertEqual(weight, chat.ROLE_WEIGHT)
                elif token == ids[chat.END]:
                    self.assertEqual(weight, chat.ANSWER_WEIGHT)

    def test_spans_are_whole_answers(self):
        ends, opens = self.tokenizer.control_ids[chat.END], {self.tokenizer.control_ids[text] for text in (chat.THINK, chat.THINK_END)}
        for batch in (self.batch, self.evaluation):
            self.assertTrue(batch["turns"])
            for row, begin, end, skill in batch["turns"]:
                tokens, weights = batch["tokens"][row], batch["weights"][row]
                self.assertEqual(tokens[end - 1], ends)
                self.assertIn(tokens[begin - 1], opens)
                self.assertEqual(set(weights[begin:end]), {chat.ANSWER_WEIGHT})
                self.assertEqual(tokens[begin:end].count(ends), 1)
                self.assertTrue(skill)

    def test_no_held_out_turn_is_trained_on(self):
        self.assertGreater(len(self.drawn), 1000)
        self.assertEqual([turn.user for turn in self.drawn if held_out(turn)], [])

    def test_all_skills_appear(self):
        names = {skill for *_, skill in self.batch["turns"]}
        self.assertGreater(len(names), 30)

    def test_seed_decides(self):
        again = sessions.make_batch(sessions.Writer(), self.tokenizer, ROWS, TOKENS, 1, 0)
        self.assertEqual(again, self.batch)
        self.assertNotEqual(sessions.make_batch(sessions.Writer(), self.tokenizer, 1, TOKENS, 2, 0)["tokens"][0], self.batch["tokens"][0])
        self.assertNotEqual(sessions.make_batch(sessions.Writer(), self.tokenizer, 1, TOKENS, 1, 32)["tokens"][0], self.batch["tokens"][0])

    def test_short_rows(self):
        batch = sessions.make_batch(sessions.Writer(), self.tokenizer, 5, 256, 1, 0)
        self.assertEqual({len(row) for row in batch["tokens"]}, {256})
        with self.assertRaises(ValueError):
            sessions.make_batch(sessions.Writer(), self.tokenizer, 1, 200, 1, 0)


@unittest.skipUnless(importlib.util.find_spec("numpy"), "NumPy is not installed")
class Workers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tokenizer = train(sessions.sample_texts(150_000, 3))

    def stream(self, **options):
        stream = sessions.BatchStream(self.tokenizer, rows=2, row_tokens=256, seed=5, **options)
        self.addCleanup(stream.close)
        return stream

    def test_the_number_of_workers_changes_nothing(self):
        alone, pair = self.stream(workers=0), self.stream(workers=2)
        for _ in range(3):
            expected, batch = next(alone), next(pair)
            for name, kind in (("tokens", "int32"), ("weights", "float32"), ("start", "int32")):
                self.assertEqual((batch[name].shape, str(batch[name].dtype)), ((2, 256), kind))
                self.assertTrue((batch[name] == expected[name]).all())
            self.assertEqual(batch["turns"], expected["turns"])
        self.assertTrue((next(self.stream(workers=1, start_step=2))["tokens"] == batch["tokens"]).all())

    def test_a_failing_worker_is_reported(self):
        stream = sessions.BatchStream(self.tokenizer, rows=1, row_tokens=200, workers=1)
        self.addCleanup(stream.close)
        with self.assertRaisesRegex(RuntimeError, "multiple of 128"):
            next(stream)

    def test_held_out_batches(self):
        batches = list(sessions.heldout_batches(self.tokenizer, 2, 256, 2, seed=3, workers=1))
        self.assertEqual(len(batches), 2)
        for row, begin, end, skill in batches[0]["turns"]:
            self.assertTrue(0 <= row < 2 and 0 <= begin < end <= 256 and skill)


class Evaluation(unittest.TestCase):
    def test_cases(self):
        made = suite.Suite(quota=3, seed=1)
        made.fill()
        cases = [case for row in made.cases.values() for case in row]
        self.assertGreater(len(made.cases), 30)
        self.assertEqual(len({case["id"] for case in cases}), len(cases))
        self.assertEqual(len({json.dumps([case["messages"], case.get("tools"), case.get("thinking")]) for case in cases}), len(cases))
        for case in cases:
            with self.subTest(case["id"]):
                self.assertEqual(len(case["expect"]), 1)
                self.assertIn(case["messages"][-1]["role"], ("user", "tool"))
                longest = len(self.expected(case).encode())
                self.assertGreater(case.get("max_tokens", 256), longest)
        self.assertEqual({case["skill"] for case in cases}, set(made.cases))

    @staticmethod
    def expected(case):
        (kind, value), = case["expect"].items()
        return value if kind == "text" else json.dumps(value)

    def test_long_texts(self):
        for case in suite.long_cases(1, 1):
            tokens = int(case["skill"].removeprefix("retrieval_"))
            self.assertGreater(len(case["messages"][0]["content"]), 2.5 * tokens)

    def test_files(self):
        with tempfile.TemporaryDirectory() as folder, mock.patch.object(sys, "argv", ["suite", "--out", folder, "--cases", "1"]), mock.patch("builtins.print"):
            suite.main()
            lines = (pathlib.Path(folder) / "text.jsonl").read_text(encoding="utf-8").splitlines()
        for line in lines:
            text = json.loads(line)
            self.assertEqual(text["messages"][-1]["role"], "assistant")


if __name__ == "__main__":
    unittest.main()
