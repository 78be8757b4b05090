"""Sorting numbers up and down and words by the alphabet."""

from __future__ import annotations

import random

from . import items
from .base import Session, Skill, Turn, styled, terse

_UP = ("Sort these numbers: {}.", "Sort these numbers: {}", "Sort the numbers {}.", "sort {}", "Sort {}.", "Sort: {}", "Put these numbers in order: {}.", "Order these numbers: {}",
       "Sort these numbers from small to large: {}", "Sort from smallest to largest: {}", "Arrange in ascending order: {}", "Sort {} in ascending order.", "Put {} in order.",
       "Can you sort {}?", "Please sort these numbers: {}", "Sort the list {}.", "Arrange these numbers from smallest to largest: {}", "Order {} from small to large.",
       "Sort this list: {}", "Put these in ascending order: {}", "What is {} in ascending order?", "Sort upwards: {}", "List {} from smallest to largest.",
       "sort {} ascending", "Sort the numbers {} ascending.", "{} in ascending order", "Sort {} from lowest to highest.", "{}: sort them", "{} from small to large", "Which order from small to large: {}?")
_DOWN = ("Sort these numbers from large to small: {}", "Sort from largest to smallest: {}", "Sort these numbers in descending order: {}.", "Sort {} in descending order.",
         "Arrange in descending order: {}", "Put these numbers in descending order: {}", "Order these numbers from largest to smallest: {}", "sort {} from large to small",
         "Sort downwards: {}", "Sort the numbers {} from biggest to smallest.", "Put the largest first: {}", "Sort in reverse order: {}", "List {} from largest to smallest.",
         "Can you sort {} in descending order?", "sort {} descending", "Sort the numbers {} descending.", "{} in descending order", "Sort {} from highest to lowest.", "{} from large to small",
         "Sort these in descending order: {}", "Sort {} from high to low.", "Largest first, please: {}")
_WORDS = ("Sort these words: {}.", "Sort {}.", "sort {}", "Sort: {}", "Put {} in order.", "Sort this list: {}",
          "Sort these words: {}", "Sort these words alphabetically: {}", "Sort alphabetically: {}", "Put these words in alphabetical order: {}.",
          "Sort {} alphabetically.", "sort the words {}", "Sort the words {}.", "Order these words from A to Z: {}", "Arrange these words in alphabetical order: {}",
          "Can you sort these words? {}", "Put {} in alphabetical order.", "Sort from A to Z: {}", "Alphabetical order, please: {}", "Please sort these words by the alphabet: {}",
          "List {} in alphabetical order.", "Alphabetize {}.", "Sort this list of words: {}", "What is {} in alphabetical order?", "Bring these words into alphabetical order: {}",
          "alphabetize {}", "{} in alphabetical order", "{} from A to Z", "Alphabetical order of {}", "Order these alphabetically: {}", "Arrange {} alphabetically.", "{}: sort these words")
_WORDS_DOWN = ("Sort these words from Z to A: {}", "Sort {} from Z to A.", "Sort these words in reverse alphabetical order: {}", "Order these words from Z to A: {}",
               "Put these words in reverse alphabetical order: {}.")


def _picks(values: list[int], down: bool) -> str:
    """`54, 64, 51: 51. 54, 64: 54. 64.`: what is left and the one to take."""
    left, steps = values[:], []
    while len(left) > 1:
        pick = max(left) if down else min(left)
        steps.append(f"{', '.join(map(str, left))}: {pick}.")
        left.remove(pick)
    return " ".join([*steps, f"{left[0]}."])


def sort_numbers(rng: random.Random, session: Session) -> list[Turn]:
    """Three to five numbers, up or down."""
    values = items.numbers(rng, 3, 5, rng.random() < 0.96)
    down = rng.random() < 0.4
    texts = [str(value) for value in values]
    answer = ", ".join(str(value) for value in sorted(values, reverse=down))
    return [Turn("sort_numbers", rng.choice(_DOWN if down else _UP).format(items.shown(rng, texts)), styled(session, answer, answer),
                 thinking=_picks(values, down) if session.thinking else None, key=items.key("sort", texts))]


def _words(rng: random.Random, session: Session) -> list[str]:
    """Words that differ in their first three letters; without reasoning in the first one, but for two of them at most."""
    share = rng.choice((1, 2, 2, 3)) if session.thinking else 2 if rng.random() < 0.12 else 1
    while True:
        values = items.words(rng, 3, (4 if share == 3 else 6) if session.thinking else 4 if terse(session) else 5)
        firsts, starts = ({value.lower()[:letters] for value in values} for letters in (1, share))
        if len(starts) == len(values) and (session.thinking or len(firsts) >= len(values) - 1):
            return values


_FIRST = ("Which comes first in the alphabet, {a} or {b}?", "Which word comes first in the alphabet, {a} or {b}?", "What comes first in the alphabet, {a} or {b}?",
          "which comes first in the alphabet: {a} or {b}", "Which comes first alphabetically, {a} or {b}?", "Alphabetically, which comes first: {a} or {b}?",
          "Which of {a} and {b} comes first in the dictionary?", "Does {a} or {b} come first in the alphabet?")


def _first(rng: random.Random, session: Session) -> Turn:
    """Which of two words comes first."""
    a, b = (_words(rng, session))[:2]
    first, second = sorted((a, b), key=str.lower)
    chain = ", ".join(f"{'-'.join(word.lower()[:3])} {word}" for word in (a, b))
    return Turn("sort_words", rng.choice(_FIRST).format(a=a, b=b), styled(session, first, f"{first} comes before {second}."),
                thinking=f"{chain}." if session.thinking else None, key=items.key("first", [a, b]), vary="edge")


def sort_words(rng: random.Random, session: Session) -> list[Turn]:
    """Three to six words by the alphabet, small and capital letters alike. The chain puts the first letters of each word before it, and sorts these."""
    if rng.random() < 0.08:
        return [_first(rng, session)]
    values = _words(rng, session)
    down = rng.random() < 0.15
    ordered = sorted(values, key=str.lower, reverse=down)
    answer = ", ".join(ordered)
    shown = lambda words: ", ".join(f"{'-'.join(word.lower()[:3])} {word}" for word in words)
    return [Turn("sort_words", rng.choice(_WORDS_DOWN if down else _WORDS).format(items.shown(rng, values)), styled(session, answer, answer),
                 thinking=f"{shown(values)}. In order: {shown(ordered)}." if session.thinking else None, key=items.key("sort", values), vary="edge")]


SKILLS = {"sort_numbers": Skill(sort_numbers, 0.9), "sort_words": Skill(sort_words, 1.3)}
