"""Who is the taller one: an order of two or three people told in sentences, and a question about it."""

from __future__ import annotations

import random

from .base import Session, Turn, made_up_name, styled, terse
from .data import household

# (more, most) of one direction and of the other
_SCALES = (
    (("taller", "tallest"), ("shorter", "shortest")), (("older", "oldest"), ("younger", "youngest")), (("faster", "fastest"), ("slower", "slowest")),
    (("stronger", "strongest"), ("weaker", "weakest")), (("heavier", "heaviest"), ("lighter", "lightest")), (("richer", "richest"), ("poorer", "poorest")),
    (("bigger", "biggest"), ("smaller", "smallest")),
)
_WHO_OF_TWO = ("{t} Who is {w}?", "{t} Who is {w}, {a} or {b}?", "{t} Which of them is {w}?", "{t} Which one is {w}?", "If {u}, who is {w}?", "{t} So who is {w}?", "{t} Tell me who is {w}.")
_WHO_OF_THREE = ("{t} Who is the {w}?", "{t} Who is {w}?", "{t} Which of them is the {w}?", "{t} So who is the {w}?", "{t} Tell me who is the {w}.", "If {u}, who is the {w}?",
                 "{t} Who of the three is the {w}?")


def _person(rng: random.Random) -> str:
    return rng.choice(household.NAMES) if rng.random() < 0.85 else made_up_name(rng)


def order(rng: random.Random, session: Session) -> list[Turn]:
    """`Tom is taller than Ben. Who is taller?`; of three people, who comes first or last.

    What was told the other way round is turned before the answer: `Ben is shorter than Tom, so Tom is taller than Ben.` Where an answer has no room
    for that, it is told as it is asked.
    """
    (more, most), (less, _) = rng.sample(rng.choice(_SCALES), 2)  # question and answer go in the direction of the first
    size = 2 if terse(session) or rng.random() < 0.5 else 3
    people: list[str] = []  # from most to least
    while len(people) < size:
        if (name := _person(rng)) not in people:
            people.append(name)
    told, turned = [], []
    for a, b in rng.sample(list(zip(people, people[1:])), size - 1):
        wanted, other = f"{a} is {more} than {b}", f"{b} is {less} than {a}"
        as_asked = terse(session) or rng.random() < 0.6
        told.append(wanted if as_asked else other)
        turned.append(wanted if as_asked else f"{other}, so {wanted}")
    known = ". ".join(turned)
    fill = {"t": ". ".join(told) + ".", "u": " and ".join(told), "a": people[0], "b": people[-1]}
    if size == 2:
        if rng.random() < 0.5:
            fill["a"], fill["b"] = fill["b"], fill["a"]
        user = rng.choice(_WHO_OF_TWO).format(w=more, **fill)
        sentence = f"{people[0]} is {more} than {people[1]}." if session.thinking else f"{known}."
    else:
        user = rng.choice(_WHO_OF_THREE).format(w=most, **fill)
        sentence = f"{people[0]} is the {most}."
        sentence = sentence if session.thinking else f"{known}. {sentence}"
    return [Turn("order", user, styled(session, people[0], sentence), thinking=f"{known}." if session.thinking else None, key="order " + " ".join(people), vary="edge")]
