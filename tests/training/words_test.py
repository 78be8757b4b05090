"""The language half of the training data: one answer for each prompt, enough prompts, clean text, and true to its own tables."""

import os
import pathlib
import random
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from training.collisions import collisions  # noqa: E402
from training.samples import count  # noqa: E402
from training.skills import collect, modules  # noqa: E402
from training.skills.base import UNKNOWN, Session, unknown  # noqa: E402
from training.skills.chat import INTENTS  # noqa: E402
from training.skills.data.countries import COUNTRIES, OTHER_COUNTRIES  # noqa: E402
from training.skills.data.nature import ANIMALS, ELEMENTS, OTHER_ELEMENTS  # noqa: E402
from training.skills.data.topics import PEOPLE, SUBJECTS  # noqa: E402
from training.skills.facts import EVERYDAY, WORLD  # noqa: E402
from training.skills.general import in_words, past_of, plural_of  # noqa: E402
from training.skills.wording import ABOUT, ASK, wordings  # noqa: E402

TURNS = int(os.environ.get("NIBBLE_TRAINING_TURNS", "8000"))
MODULES = ("chat", "facts", "followup", "general", "nibble", "story", "translate", "unclear", "unknown", "yesno")


def turns(module, count, style="full", seed=5):
    rng = random.Random(seed)
    for name, skill in modules()[module].items():
        for _ in range(count):
            for turn in skill.fn(rng, Session(style=style)):
                yield name, turn


class Words(unittest.TestCase):
    def test_one_answer_for_each_prompt(self):
        for style in ("full", "brief", "json"):
            self.assertEqual(collisions(10 * TURNS, style), {})

    def test_every_skill_has_prompts_enough(self):
        skills = collect()
        for module in MODULES:
            for name in modules()[module]:
                distinct, held, _ = count(name, skills[name], TURNS)
                self.assertGreater(distinct, TURNS // 3, name)
                self.assertGreater(held, TURNS // 200, name)

    def test_text_is_clean(self):
        """No field or choice is left over, no doubled blanks, articles fit."""
        bad = re.compile(r"[\[\]{}|]|  | [?.,]$| $|^ |\bthe the |\b[Aa] the |\b[Aa] [aeio]\w\w+|\b[Aa]n [bcdfgjklmnpqrstvwxyz]")
        for module in MODULES:
            for name, turn in turns(module, TURNS // 4):
                if name == "unclear":  # keys hit at random may look like anything
                    continue
                for text in (turn.user, turn.answer, turn.thinking or ""):
                    found = bad.search(text)
                    self.assertTrue(found is None or re.search(r"a eucalyptus|\ban (means|from|in|mean|an)\b|word \W?an\b|: a and", text), (name, text))

    def test_world(self):
        self.assertGreaterEqual(len(COUNTRIES), 84)
        self.assertGreaterEqual(len(ELEMENTS), 64)
        self.assertGreaterEqual(len(ANIMALS), 46)
        self.assertEqual(len({symbol.lower() for _, symbol, _ in ELEMENTS}), len(ELEMENTS))
        self.assertFalse({c.name for c in COUNTRIES} & set(OTHER_COUNTRIES))
        self.assertFalse({name for name, _, _ in ELEMENTS} & set(OTHER_ELEMENTS))
        for fact in WORLD + EVERYDAY:
            common = wordings(ABOUT) if fact.about else wordings(ASK) if fact.noun else 0
            self.assertGreaterEqual(wordings(list(fact.patterns)) + common, 10, fact.sentence)
            self.assertTrue(fact.sentence[0].isupper() or fact.sentence[0].isdigit(), fact.sentence)

    def test_topics_are_outside_the_world(self):
        known = {fact.about.lower() for fact in WORLD if fact.about} | {animal.name for animal in ANIMALS}
        self.assertGreaterEqual(len(SUBJECTS) + len(PEOPLE), 1400)
        self.assertFalse(known & {topic.lower() for topic in SUBJECTS + PEOPLE})

    def test_intents(self):
        self.assertGreaterEqual(len(INTENTS), 60)
        for name, patterns, _, _ in INTENTS:
            self.assertGreaterEqual(wordings(patterns), 60, name)

    def test_refusals_are_always_the_same(self):
        for style in ("full", "brief", "json"):
            answers = {turn.answer for _, turn in turns("unknown", 200, style)}
            self.assertEqual(answers, {unknown(Session(style=style))})
        self.assertIn(UNKNOWN, {turn.answer for _, turn in turns("unknown", 5)})

    def test_yes_and_no_are_balanced(self):
        answers = [turn.answer for _, turn in turns("yesno", 4000, "brief")]
        share = answers.count("yes") / (answers.count("yes") + answers.count("no"))
        self.assertTrue(0.42 < share < 0.58, share)

    def test_rules_of_words(self):
        self.assertEqual([plural_of(w) for w in ("box", "church", "pony", "key", "blorf")], ["boxes", "churches", "ponies", "keys", "blorfs"])
        self.assertEqual([past_of(w) for w in ("walk", "use", "study", "play")], ["walked", "used", "studied", "played"])
        self.assertEqual(in_words(345), "three hundred and forty-five")
        self.assertEqual(in_words(7009), "seven thousand and nine")
        self.assertEqual(in_words(2300), "two thousand three hundred")


if __name__ == "__main__":
    unittest.main()
