"""Questions that lean on the one before ("And Germany?"), two questions in one, and one question with two answers to choose from."""

from __future__ import annotations

import random
from collections import defaultdict

from training.skills.base import Session, Skill, Turn, styled, unknown
from training.skills.data.countries import OTHER_CITIES
from training.skills.facts import EVERYDAY, WORLD, Fact, no_country, stranger
from training.skills.wording import ask, say

_NEXT = ["And {x}?", "And of {x}?", "And what about {x}?", "What about {x}?", "How about {x}?", "And for {x}?", "The same for {x}[?|, please.|.]",
         "Now {x}[.|, please.|]", "And now {x}[?|.]",
         "[Ok|Good|Thanks|Thank you|Great|I see], and {x}?", "What is it for {x}?", "And with {x}?", "Then {x}?", "Also {x}?", "And the one of {x}?",
         "Next: {x}[.|]", "Can you [do|tell me] the same for {x}?", "I also need {x}."]


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
            turns.append(Turn("followup", say(rng, _NEXT, x=no_country(rng)), unknown(session), thinking="That is not in my small world."))
        else:
            turns.append(Turn("followup", say(rng, _NEXT, x=_subject(field, fact)), styled(session, fact.fact, fact.sentence), thinking=fact.chain))
    return turns


def several_in_one(rng: random.Random, session: Session) -> list[Turn]:
    """The same question about two or three things at once."""
    field, facts = rng.choices(_FAMILIES, _SIZES)[0]
    chosen = rng.sample(facts, rng.choice([2, 2, 3]))
    subjects = [_subject(field, fact) for fact in chosen]
    of = "of " if "of " in chosen[0].noun and rng.random() < 0.4 else ""
    text = ask(rng, chosen[0].noun, **{field: f"{', '.join(subjects[:-1])} and {of}{subjects[-1]}"})
    return [Turn("followup", text, styled(session, ", ".join(fact.fact for fact in chosen), " ".join(fact.sentence for fact in chosen)),
                 thinking=f"The user asks about {' and '.join(subjects)}.")]


_PARTS = {"capital": "{k}", "currency": "{m}", "language": "{l}"}
_BOTH = ["[What is|What's|What are|Tell me|Give me|Name|Do you know|I need] the {x} and the {y} of {c}[?|]", "[What is|What's|Tell me|Give me] the {x} and {y} of {c}[?|]",
         "[What is|What's|Tell me|Give me|Do you know] the {x} of {c} and its {y}[?|]", "[What is|What's|Tell me|Give me] {c}'s {x} and {y}[?|]", "{x} and {y} of {c}[?|]",
         "[What is|What's] the {x} of {c}, and [what is|what's] its {y}?", "[Can|Could|Would] you tell me the {x} and the {y} of {c}?"]


def two_of_one(rng: random.Random, session: Session) -> list[Turn]:
    """Two things about one country."""
    facts = {name: [fact for fact in WORLD if name in fact.noun and fact.noun.endswith("{c}")] for name in _PARTS}
    first, second = rng.sample(list(_PARTS), 2)
    fact = rng.choice(facts[first])
    other = next(one for one in facts[second] if one.fields["c"] == fact.fields["c"])
    return [Turn("followup", say(rng, _BOTH, x=first, y=second, c=fact.fields["c"]), styled(session, f"{fact.fact}, {other.fact}", f"{fact.sentence} {other.sentence}"),
                 thinking=f"The user asks for two things about {fact.fields['c']}.")]


_EITHER = {
    "the continent of {c}": ["Is {c} in {x} or in {y}?", "Is {c} in {x} or {y}?", "{x} or {y}: where is {c}?",
                             "Which continent is {c} in, {x} or {y}?"],
    "the symbol": ["Is {x} or {y} the symbol of {s}?", "Is the symbol of {s} {x} or {y}?", "Which is the symbol of {s}, {x} or {y}?",
                   "{s}: {x} or {y}?"],
    "capital": ["Is {x} or {y} the capital of {c}?", "Is the capital of {c} {x} or {y}?", "Which [city |]is the capital of {c}, {x} or {y}?",
                "{x} or {y}: which is the capital of {c}?", "What is the capital of {c}: {x} or {y}?"],
    "currency": ["Is the {x} or the {y} the currency of {c}?", "Do they use the {x} or the {y} in {c}?",
                 "Do [people|you] pay with the {x} or the {y} in {c}?", "Which is the currency of {c}, the {x} or the {y}?"],
    "language": ["Do they speak {x} or {y} in {c}?", "Do people speak {x} or {y} in {c}?", "Is {x} or {y} the [main |]language of {c}?",
                 "Which is the main language of {c}, {x} or {y}?"],
    "opposite": ["Is {x} or {y} the opposite of {s}?", "Which is the opposite of {s}, {x} or {y}?", "What is the opposite of {s}: {x} or {y}?"],
    "atomic number": ["Is {x} or {y} the atomic number of {s}?", "Does {s} have the atomic number {x} or {y}?",
                      "Which is the atomic number of {s}, {x} or {y}?"],
    "plural": ["Is {x} or {y} the plural of {s}?", "Is the plural of {s} {x} or {y}?"],
}


def _either_families() -> list[tuple[str, list[Fact], list[str]]]:
    found = []
    for field, facts in _FAMILIES:
        key = next((key for key in _EITHER if key in facts[0].noun), None)
        if key:
            found.append((field, facts, _EITHER[key]))
    return found


_EITHER_FAMILIES = _either_families()


def either_or(rng: random.Random, session: Session) -> list[Turn]:
    """One of two: the answer is the same as without the choice."""
    field, facts, patterns = rng.choice(_EITHER_FAMILIES)
    fact = rng.choice(facts)
    other = rng.choice([f.fact for f in facts if f.fact != fact.fact])
    if "capital" in fact.noun and rng.random() < 0.5:
        other = rng.choice(OTHER_CITIES).split("|")[0] if rng.random() < 0.7 else stranger(rng).capitalize()
    x, y = (fact.fact, other) if rng.random() < 0.5 else (other, fact.fact)
    subject = _subject(field, fact)
    return [Turn("followup", say(rng, patterns, x=x, y=y, c=subject, s=subject), styled(session, fact.fact, fact.sentence), thinking=fact.chain)]


def any_of(rng: random.Random, session: Session) -> list[Turn]:
    return rng.choices([followup, several_in_one, two_of_one, either_or], [0.5, 0.2, 0.12, 0.18])[0](rng, session)


SKILLS = {"followup": Skill(any_of)}
