"""Questions that lean on the one before ("And Germany?"), and two questions in one."""

from __future__ import annotations

import random
from collections import defaultdict

from training.skills.base import Session, Skill, Turn, styled, unknown
from training.skills.facts import EVERYDAY, WORLD, Fact, stranger
from training.skills.wording import ask, say

_NEXT = ["And {x}?", "And of {x}?", "And what about {x}?", "What about {x}?", "How about {x}?", "And for {x}?", "The same for {x}[?|, please.|.]", "Now {x}[.|, please.|]", "And now {x}[?|.]",
         "[Ok|Good|Thanks|Thank you|Great|I see], and {x}?", "What is it for {x}?", "And with {x}?", "Then {x}?", "Also {x}?", "And the one of {x}?", "Next: {x}[.|]", "Can you [do|tell me] the same for {x}?", "I also need {x}."]


def _families() -> list[tuple[str, list[Fact]]]:
    """(name of the field that changes, facts that are asked for by the same noun)."""
    found: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for fact in WORLD + EVERYDAY:
        for field in "casxpw":
            if f"{{{field}}}" in fact.noun and sum(f"{{{key}}}" in fact.noun for key in fact.fields) == 1:
                found[(field, fact.noun)].append(fact)
    return [(field, facts) for (field, _), facts in found.items() if len(facts) >= 8]


_FAMILIES = _families()
_SIZES = [len(facts) ** 0.5 for _, facts in _FAMILIES]


def _subject(field: str, fact: Fact) -> str:
    return fact.fields[field]


def followup(rng: random.Random, session: Session) -> list[Turn]:
    field, facts = rng.choices(_FAMILIES, _SIZES)[0]
    first, *others = rng.sample(facts, rng.choice([2, 2, 3]))
    turns = [first.turn(rng, session, "followup")]
    for fact in others:
        if rng.random() < 0.08 and field == "c":
            turns.append(Turn("followup", say(rng, _NEXT, x=stranger(rng).capitalize()), unknown(session), thinking="That is not in my small world."))
        else:
            turns.append(Turn("followup", say(rng, _NEXT, x=_subject(field, fact)), styled(session, fact.fact, fact.sentence), thinking=fact.chain))
    return turns


def two_in_one(rng: random.Random, session: Session) -> list[Turn]:
    field, facts = rng.choices(_FAMILIES, _SIZES)[0]
    one, two = rng.sample(facts, 2)
    both = f"{_subject(field, one)} and {'of ' if 'of ' in one.noun and rng.random() < 0.4 else ''}{_subject(field, two)}"
    text = ask(rng, one.noun, **{field: both})
    return [Turn("two_in_one", text, styled(session, f"{one.fact}, {two.fact}", f"{one.sentence} {two.sentence}"),
                 thinking=f"The user asks about {_subject(field, one)} and {_subject(field, two)}.")]


SKILLS = {"followup": Skill(followup), "two_in_one": Skill(two_in_one, weight=0.5)}
