"""Lists inside a question: what is in them, and how they look."""

from __future__ import annotations

import random

from .base import made_up_name, made_up_word
from .data import spelling_words
from .letters import plain_word

_NAMES = ("Anna Ben Clara David Emma Finn Grace Hugo Ida Jonas Kate Leo Mia Noah Olga Paul Rosa Sam Tina Uwe Vera Will Yuki Zoe Adam Bella Carlos Diana Erik "
          "Fatima Greta Henry Ivan Julia Karim Lena Marco Nina Omar Petra").split()
_THINGS = ("apple banana cherry pear plum lemon orange grape peach melon bread milk butter cheese egg rice salt sugar tea coffee cat dog horse cow sheep pig "
           "mouse bird fish frog red blue green yellow black white pink brown table chair lamp door window book pen paper cup plate spoon fork knife car bus "
           "train bike boat plane house tree flower river sea sun moon star rain snow wind").split()


def numbers(rng: random.Random, low: int = 3, high: int = 7, distinct: bool = True) -> list[int]:
    """`low`..`high` numbers of one to three digits; a few lists hold numbers close to each other."""
    size = rng.randint(low, high)
    kind = rng.random()
    if kind < 0.15:
        start = rng.randint(0, 900)
        pool = range(start, start + 20)
    else:
        pool = range(rng.choice((0, 1)), rng.choice((20, 100, 100, 100, 1000)))
    return rng.sample(pool, size) if distinct else [rng.choice(pool) for _ in range(size)]


def words(rng: random.Random, low: int = 3, high: int = 6) -> list[str]:
    """Distinct words of one kind: things, names, any words, made-up words; sometimes all with the same first letter."""
    size, kind = rng.randint(low, high), rng.random()
    found: dict[str, None] = {}
    first = rng.choice("abcdeghlmprst") if kind > 0.88 else ""
    while len(found) < size:
        if kind < 0.04:
            word = rng.choice("abcdefghijklmnopqrstuvwxyz")
        elif kind < 0.3:
            word = rng.choice(_THINGS)
        elif kind < 0.42:
            word = rng.choice(_NAMES) if rng.random() < 0.8 else made_up_name(rng)
        elif kind < 0.54:
            word = plain_word(rng, 3, 8)
        elif kind < 0.58:
            word = made_up_word(rng, 3, 7)
        else:
            word = rng.choice(spelling_words.COMMON)
        if word.startswith(first) or (first and rng.random() < 0.01):
            found[word] = None
    return list(found)


def either(rng: random.Random, low: int = 3, high: int = 7) -> tuple[list[str], str]:
    """Numbers or words as text, and which of both."""
    if rng.random() < 0.5:
        return [str(number) for number in numbers(rng, low, high)], "numbers"
    return words(rng, low, min(high, 6)), "words"


def shown(rng: random.Random, items: list[str], choice: bool = False) -> str:
    """The list as it stands in the question. `choice`: one of them is asked for."""
    kind = rng.random()
    if kind < 0.7:
        return ", ".join(items)
    if kind < 0.8:
        return ", ".join(items[:-1]) + (" or " if choice else " and ") + items[-1]
    if kind < 0.88:
        return "[" + ", ".join(items) + "]"
    if kind < 0.95:
        return " ".join(items)
    return "; ".join(items)


def key(task: str, items: list[str]) -> str:
    """Held out by the set of items, whatever their order."""
    return f"{task} {' '.join(sorted(items))}"
