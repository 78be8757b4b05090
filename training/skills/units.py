"""Units of time, length, weight and volume: a whole number of one of them in a smaller or a larger one."""

from __future__ import annotations

import random

from .base import Session, Turn, styled, terse
from .calculation import solve, worked

# (one of the large unit, many of it, many of the small unit, how many)
_UNITS = (
    ("hour", "hours", "minutes", 60), ("minute", "minutes", "seconds", 60), ("day", "days", "hours", 24), ("week", "weeks", "days", 7), ("year", "years", "months", 12),
    ("decade", "decades", "years", 10), ("century", "centuries", "years", 100), ("metre", "metres", "centimetres", 100), ("kilometre", "kilometres", "metres", 1000),
    ("centimetre", "centimetres", "millimetres", 10), ("kilo", "kilos", "grams", 1000), ("kilogram", "kilograms", "grams", 1000), ("litre", "litres", "millilitres", 1000),
    ("m", "m", "cm", 100), ("km", "km", "m", 1000), ("cm", "cm", "mm", 10), ("kg", "kg", "g", 1000), ("meter", "meters", "centimeters", 100),
    ("kilometer", "kilometers", "meters", 1000), ("tonne", "tonnes", "kilos", 1000),
)
_ASK = ("How many {t} are in {n} {f}?", "how many {t} are in {n} {f}", "How many {t} are there in {n} {f}?", "How many {t} in {n} {f}?", "how many {t} in {n} {f}", "How many {t} is {n} {f}?",
        "Convert {n} {f} to {t}.", "Convert {n} {f} into {t}.", "convert {n} {f} to {t}", "{n} {f} in {t}", "{n} {f} in {t}?", "{n} {f} to {t}", "What is {n} {f} in {t}?",
        "What are {n} {f} in {t}?", "How many {t} are {n} {f}?", "How many {t} do {n} {f} have?", "How much is {n} {f} in {t}?", "Can you convert {n} {f} to {t}?",
        "Turn {n} {f} into {t}.", "Change {n} {f} to {t}.", "Tell me how many {t} are in {n} {f}.", "Do you know how many {t} are in {n} {f}?")


def units(rng: random.Random, session: Session) -> list[Turn]:
    """`3 hours are 180 minutes.`, and back."""
    one, many, small, factor = rng.choice(_UNITS)
    easy = factor in (10, 100, 1000)
    forward = rng.random() < 0.7
    long = session.thinking and forward and not easy and rng.random() < 0.2  # beyond what the head does
    count = rng.randint(2, (20 if easy else 4) if terse(session) else 99 if easy or long else 12)
    total = count * factor
    if forward:
        user = rng.choice(_ASK).format(n=count, f=many, t=small)
        work = f"{count} * {factor} = {total}" if easy else worked("*", count, factor)
        chain = f"1 {one} is {factor} {small}. " + (str(solve("*", count, factor).chain) if long and count > 12 else f"{count}*{factor}={total}.")
        fact, sentence = str(total), f"{count} {many} are {total} {small}."
    else:
        user = rng.choice(_ASK).format(n=total, f=small, t=many)
        work = f"{total} / {factor} = {count}"
        chain = f"1 {one} is {factor} {small}. {total}/{factor}={count}."
        fact, sentence = str(count), f"{total} {small} are {count} {many}."
    return [Turn("units", user, styled(session, fact, sentence if session.thinking else f"{work}. {sentence}"), thinking=chain if session.thinking else None,
                 key=f"units {one} {count}" if count > 20 else None)]
