"""Skills with a computable answer: every answer and every step of every chain is recomputed from the user's text, by other code than the generator's."""

import os
import random
import sys
import unittest

from word_checks import WordChecks

from training.skills import modules
from training.skills.base import Session, held_out, perturb
from training.skills.calculation import NEEDS_THINKING

TURNS = int(os.environ.get("NIBBLE_TRAINING_TURNS", "20000"))  # for each skill
MODULES = ("arithmetic", "compare", "sequence", "spelling", "counting", "sorting", "lists", "copying")


def skills():
    found = modules()
    return {name: skill for module in MODULES for name, skill in found[module].items()}


def turns(skill, session, count, seed=7):
    rng = random.Random(seed)
    for _ in range(count):
        yield from skill.fn(rng, session)


class AlgorithmicSkillsTest(WordChecks):
    def test_answers(self):
        for name, skill in skills().items():
            with self.subTest(skill=name):
                for turn in turns(skill, Session(), TURNS):
                    self.assertNotIn("{", turn.user)
                    getattr(self, turn.skill)(turn)

    def test_chains(self):
        for name, skill in skills().items():
            with self.subTest(skill=name):
                for turn in turns(skill, Session(thinking=True), TURNS // 4):
                    if turn.thinking:
                        self.check_chain(turn)
                    self.assertNotEqual(turn.answer, NEEDS_THINKING, turn)

    def test_styles_agree(self):
        """The same draw in both short styles: the same question, and the fact of the brief style is what JSON holds."""
        for name, skill in skills().items():
            for brief, as_json in zip(*(turns(skill, Session(style=style), 300) for style in ("brief", "json"))):
                self.assertEqual(as_json.user, brief.user)
                self.assertEqual(as_json.answer, '{"answer": "' + brief.answer.replace('"', '\\"') + '"}')

    def test_short_answers(self):
        """A brief answer is the fact that ends (or, for a verdict or a copy, that is in) the sentence of the full style, and that sentence is right."""
        told = []

        def record(session, fact, sentence):
            told.append((fact, sentence))
            return fact

        for name, skill in skills().items():
            module = sys.modules[f"training.skills.{skill.fn.__module__.rpartition('.')[2]}"]
            homes = [module, *(sys.modules[f"training.skills.{home}"] for home in ("calculation", "mixed", "problems"))]
            kept = [home.styled for home in homes]
            try:
                for home in homes:
                    home.styled = record
                with self.subTest(skill=name):
                    for turn in turns(skill, Session(style="brief"), TURNS // 4):
                        fact, turn.answer = told[-1]
                        getattr(self, turn.skill)(turn)
                        self.assertIn(fact.lower() if fact in ("yes", "no", "equal") else fact, turn.answer.lower() if fact in ("yes", "no", "equal") else turn.answer, turn)
            finally:
                for home, old in zip(homes, kept):
                    home.styled = old

    def test_no_text_has_two_answers(self):
        for thinking in (False, True):
            seen = {}
            for name, skill in skills().items():
                rng = random.Random(3)
                for turn in turns(skill, Session(thinking=thinking), TURNS // 4):
                    if turn.think_only and not thinking:
                        continue
                    text = perturb(rng, turn.user, turn.vary)
                    self.assertEqual(seen.setdefault(text, (turn.answer, turn.thinking)), (turn.answer, turn.thinking), (text, name))

    def test_room_for_evaluation(self):
        """At least 8,000 texts and 200 held-out ones in every skill."""
        for name, skill in skills().items():
            texts, held = set(), set()
            for turn in turns(skill, Session(thinking=True), 20000):
                texts.add(turn.user)
                if held_out(turn):
                    held.add(turn.user)
            with self.subTest(skill=name):
                self.assertGreaterEqual(len(texts), 8000)
                self.assertGreaterEqual(len(held), 200)


del WordChecks  # only its subclass is a test

if __name__ == "__main__":
    unittest.main()
