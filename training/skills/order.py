"""Who is the taller one: an order of two or three people told in sentences, and a question about it."""

from __future__ import annotations

import random

from .base import Session, Turn, made_up_name, styled, terse
from .data import household

# (more, less, most, least)
_SCALES = (
    ("taller", "shorter", "tallest", "shortest"), ("older", "younger", "oldest", "youngest"), ("faster", "slower", "fastest", "slowest"),
    ("stronger", "weaker", "strongest", "weakest"), ("heavier", "lighter", "heaviest", "lightest"), ("richer", "poorer", "richest", "poorest"),
    ("bigger", "smaller", "biggest", "smallest"),
)
_WHO_OF_TWO = ("{t} Who is {w}?", "{t} Who is {w}, {a} or {b}?", "{t} Which of them is {w}?", "{t} Which one is {w}?", "If {u}, who is {w}?", "{t} So who is {w}?", "{t} Tell me who is {w}.")
_WHO_OF_THREE = ("{t} Who is the {w}?", "{t} Who is {w}?", "{t} Which of them is the {w}?", "{t} So who is the {w}?", "{t} Tell me who is the {w}.", "If {u}, who is the {w}?",
                 "{t} Who of the three is the {w}?")


def _person(rng: random.Random) -> str:
    return rng.choice(household.NAMES) if rng.random() < 0.85 else made_up_name(rng)


def order(rng: random.Random, session: Session) -> list[Turn]:
    """`Tom is taller than Ben. Who is taller?`; of three people, who comes first or last."""
    more, less, most, least = rng.choice(_SCALES)
    if rng.random() < 0.5:
        more, less, most, least = less, more, least, most
    size = 2 if terse(session) or rng.random() < 0.5 else 3
    people: list[str] = []  # from most to least
    while len(people) < size:
        if (name := _person(rng)) not in people:
            people.append(name)
    top = rng.random() < 0.5
    told = [f"{a} is {more} than {b}" if rng.random() < 0.7 else f"{b} is {less} than {a}" for a, b in zip(people, people[1:])]
    known = " and ".join(f"{a} is {more} than {b}" for a, b in zip(people, people[1:]))
    rng.shuffle(told)
    fact = people[0] if top else people[-1]
    fill = {"t": ". ".join(told) + ".", "u": " and ".join(told), "a": people[0], "b": people[-1]}
    if size == 2:
        if rng.random() < 0.5:
            fill["a"], fill["b"] = fill["b"], fill["a"]
        user = rng.choice(_WHO_OF_TWO).format(w=more if top else less, **fill)
        sentence = f"{people[0]} is {more} than {people[1]}." if top else f"{people[1]} is {less} than {people[0]}."
    else:
        user = rng.choice(_WHO_OF_THREE).format(w=most if top else least, **fill)
        sentence = f"{fact} is the {most if top else least}."
        sentence = sentence if session.thinking else f"{known}, so {sentence}"
    return [Turn("order", user, styled(session, fact, sentence), thinking=f"{known}." if session.thinking else None, key="order " + " ".join(people), vary="edge")]
