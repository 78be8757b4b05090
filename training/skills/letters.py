"""Word material for tasks about letters, and how a word looks inside a question.

A tokenizer hides letters: the model must learn the letters of every piece in every neighbourhood. So the material mixes all words of the
generator itself (hence every frequent piece), real words of every kind, pieces of words, made-up words, names and plain random letters, in small
letters, capitalised, in capitals, bare and in quotes.
"""

from __future__ import annotations

import functools
import pathlib
import random
import re

from .base import made_up_name, made_up_word
from .data import spelling_words

_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
_QUOTES = ('"{}"', '"{}"', '"{}"', "'{}'", "'{}'", "`{}`", "“{}”", "*{}*", "({})", "<{}>")


@functools.lru_cache(maxsize=1)
def world_words() -> tuple[str, ...]:
    """All words of 2 to 12 letters in the sources of the skills and their lists, in small letters."""
    folder = pathlib.Path(__file__).parent
    found: set[str] = set()
    for path in sorted(folder.rglob("*.py")):
        found.update(word.lower() for word in re.findall(r"[A-Za-z]{2,12}", path.read_text(encoding="utf-8")))
    return tuple(sorted(found))


@functools.lru_cache(maxsize=1)
def _listed() -> frozenset[str]:
    return frozenset(world_words()) | frozenset(spelling_words.COMMON) | frozenset(spelling_words.RARE)


def is_listed(word: str) -> bool:
    """Whether a word comes from a list (and must be trained under other wordings) or was made up (and may be held out as such)."""
    return word.lower() in _listed()


def plain_word(rng: random.Random, low: int, high: int) -> str:
    """A word, a piece of one, or a made-up one of `low`..`high` small letters."""
    while True:
        kind = rng.random()
        if kind < 0.34:
            word = rng.choice(world_words())
        elif kind < 0.52:
            word = rng.choice(spelling_words.COMMON)
        elif kind < 0.62:
            word = rng.choice(spelling_words.RARE)
        elif kind < 0.86:
            word = made_up_word(rng, low, high)
        elif kind < 0.88:
            word = "".join(rng.choice(_ALPHABET) for _ in range(rng.randint(low, max(low, min(high, 6)))))
        else:  # two pieces of words side by side
            first, second = rng.choice(world_words()), rng.choice(spelling_words.COMMON)
            word = first[:rng.randint(1, len(first))] + second[rng.randint(0, len(second) - 1):]
        if low <= len(word) <= high:
            return word


def sentence_word(rng: random.Random) -> str:
    """A word for a place among others: mostly a common one, in small letters."""
    return rng.choice(spelling_words.COMMON) if rng.random() < 0.75 else plain_word(rng, 2, 8)


def cased(rng: random.Random, word: str) -> str:
    """`word` as it is, capitalised, in capitals or (rarely) mixed."""
    kind = rng.random()
    if kind < 0.7:
        return word
    if kind < 0.9:
        return word.capitalize()
    if kind < 0.97:
        return word.upper()
    return "".join(letter.upper() if rng.random() < 0.5 else letter for letter in word)


def draw(rng: random.Random, low: int = 2, high: int = 12) -> str:
    """A word for a question, with its case."""
    if rng.random() < 0.08:
        while True:
            name = made_up_name(rng)
            if low <= len(name) <= high:
                return name
    return cased(rng, plain_word(rng, low, high))


def quoted(rng: random.Random, word: str) -> str:
    """The word bare or in one of many kinds of quotes."""
    return word if rng.random() < 0.55 else rng.choice(_QUOTES).format(word)


def dashes(word: str) -> str:
    """`g-a-r-d-e-n`; words of a phrase stay apart."""
    return " ".join("-".join(part) for part in word.split(" "))


def numbered(word: str, count: int | None = None) -> str:
    """`g1-a2-r3`, up to letter `count`."""
    return "-".join(f"{letter}{place}" for place, letter in enumerate(word[:count], 1))


def content(task: str, word: str, *more: object) -> str | None:
    """The key of a task about a made-up word; None for words of the lists."""
    return None if is_listed(word) else " ".join([task, word.lower(), *map(str, more)])
