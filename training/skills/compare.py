"""Comparing numbers: which is larger, yes/no questions about larger, smaller and equal, even and odd, divisible, between."""

from __future__ import annotations

import random

from .base import Session, Skill, Turn, styled, terse
from .calculation import compare_steps, solve
from .order import order
from .sum_wordings import sized

_WHICH = ("Which is {w}, {a} or {b}?", "Which number is {w}, {a} or {b}?", "What is {w}, {a} or {b}?", "which is {w}: {a} or {b}", "What's {w}: {a} or {b}?",
          "Which one is {w}, {a} or {b}?", "Is {a} or {b} {w}?", "{a} or {b}, which is {w}?", "{a} or {b}: which number is {w}?",
          "Which of {a} and {b} is {w}?", "Tell me which is {w}, {a} or {b}.", "Of {a} and {b}, which is {w}?", "Compare {a} and {b}: which is {w}?")
_YES_NO = ("Is {a} {w} than {b}?", "Is {a} {w} than {b}?", "is {a} {w} than {b}", "Is the number {a} {w} than {b}?", "Is it true that {a} is {w} than {b}?",
           "Would you say that {a} is {w} than {b}?", "{a} is {w} than {b}, right?", "True or false: {a} is {w} than {b}.",
           "Can you tell me if {a} is {w} than {b}?", "Do you know if {a} is {w} than {b}?")
_MARKS = ("Is {a} {m} {b}?", "{a} {m} {b}?", "is {a} {m} {b}", "Is {a}{m}{b}?", "Is {a} {m} {b} true?")
_LARGER, _SMALLER = ("larger", "larger", "bigger", "greater", "higher"), ("smaller", "smaller", "less", "lower")
_PARITY = ("Is {a} {p}?", "is {a} {p}", "Is {a} an {p} number?", "Is the number {a} {p}?", "Would you call {a} {p}?", "Is it true that {a} is {p}?",
           "{a} is {p}, right?", "Can you tell me if {a} is {p}?", "Is {a} {p} or not?")
_EITHER = ("Is {a} even or odd?", "is {a} odd or even", "Is {a} odd or even?", "Is the number {a} even or odd?", "Even or odd: {a}?", "{a}: even or odd?",
           "Odd or even: {a}?", "Tell me if {a} is even or odd.", "What is {a}, even or odd?")
_DIVISIBLE = ("Is {a} divisible by {b}?", "is {a} divisible by {b}", "Can {a} be divided by {b} without remainder?", "Is {a} a multiple of {b}?",
              "Does {b} divide {a}?", "Can you divide {a} by {b} evenly?")
_PRIME = ("Is {a} prime?", "Is {a} a prime number?", "is {a} prime", "Is the number {a} prime?", "Is {a} a prime?", "Do you know if {a} is prime?", "{a} is prime, right?")
_BETWEEN = ("Is {a} between {b} and {c}?", "is {a} between {b} and {c}", "Does {a} lie between {b} and {c}?", "Is the number {a} between {b} and {c}?")
_EQUAL = ("Is {a} equal to {b}?", "Are {a} and {b} equal?", "Are {a} and {b} the same?", "Is {a} the same as {b}?", "Is {a} = {b}?", "Does {a} equal {b}?")


def _pair(rng: random.Random, session: Session) -> tuple[int, int]:
    """Two numbers, often alike: same length, one digit apart, same digits swapped. Without reasoning those that are alike have at most three digits."""
    while True:
        a = sized(rng, rng.choice((1, 1, 2, 2, 2, 3, 3, 4, 5, 6)))
        b = sized(rng, rng.choice((1, 2, 2, 3, 3, 4, 5, 6)))
        kind = rng.random()
        if kind < 0.4:
            b = sized(rng, len(str(a)))
        elif kind < 0.52:
            b = max(0, a + rng.choice((-11, -10, -2, -1, 1, 2, 9, 10, 100)))
        elif kind < 0.6:
            b = int("".join(rng.sample(str(a), len(str(a)))))
        if session.thinking or len(str(a)) != len(str(b)) or len(str(a)) < (3 if terse(session) else 4):
            return a, b


def _order(a: int, b: int) -> str:
    return f"{a} is {'larger' if a > b else 'smaller'} than {b}." if a != b else f"{a} and {b} are equal."


def _think(session: Session, a: int, b: int) -> str | None:
    """The chain of a comparison: the lengths, or digit by digit up to the first difference."""
    if not session.thinking:
        return None
    return f"{compare_steps(a, b)} {_order(a, b)}"


def _yes_no(session: Session, user: str, true: bool, sentence: str, key: str | None, chain: str | None, compares: bool = True) -> Turn:
    """`compares`: the sentence must be compared with the question, so it comes first unless a chain did that."""
    word = "yes" if true else "no"
    text = f"{sentence[:-1]}, so {word}." if compares and not session.thinking else f"{word.capitalize()}, {sentence}"
    return Turn("compare", user, styled(session, word, text), thinking=chain if session.thinking else None, key=key)


def compare(rng: random.Random, session: Session) -> list[Turn]:
    """Which of two numbers is larger or smaller, or a yes/no question about it."""
    a, b = _pair(rng, session)
    key = f"compare {min(a, b)} {max(a, b)}" if max(a, b) > 20 else None
    larger = rng.random() < 0.5
    word = rng.choice(_LARGER if larger else _SMALLER)
    kind = rng.random()
    if kind < 0.4:
        user = rng.choice(_WHICH).format(a=a, b=b, w=word)
        if a == b:
            return [Turn("compare", user, styled(session, "equal", f"{a} and {b} are equal."), thinking=_think(session, a, b), key=key)]
        first, second = (a, b) if (a > b) == larger else (b, a)
        return [Turn("compare", user, styled(session, str(first), f"{first} is {'larger' if larger else 'smaller'} than {second}."),
                     thinking=_think(session, a, b), key=key)]
    if kind < 0.5:
        if rng.random() < 0.5:
            b = a
        user = rng.choice(_EQUAL).format(a=a, b=b)
        return [_yes_no(session, user, a == b, _order(a, b), key, _think(session, a, b))]
    template = rng.choice(_YES_NO if kind < 0.9 else _MARKS)
    user = template.format(a=a, b=b, w=word, m=">" if larger else "<")
    return [_yes_no(session, user, a > b if larger else a < b, _order(a, b), key, _think(session, a, b))]


def numbers(rng: random.Random, session: Session) -> list[Turn]:
    """Even and odd, divisible, prime, between."""
    kind = rng.random()
    if kind < 0.08:
        a = rng.randint(2, 100)
        divisor = next((d for d in range(2, 13) if a % d == 0 and d < a), None)
        turn = _yes_no(session, rng.choice(_PRIME).format(a=a), divisor is None, f"{a} is {'not ' if divisor else ''}a prime number.", None,
                       f"{divisor}*{a // divisor}={a}." if divisor else f"No smaller number but 1 divides {a}.", False)
    elif kind < 0.7:
        a = sized(rng, rng.choice((1, 2, 2, 2, 3, 3, 4, 5, 6)))
        key = f"parity {a}" if a > 99 else None
        is_word = "odd" if a % 2 else "even"
        chain = f"The last digit is {a % 10}, which is {is_word}." if session.thinking else None
        if kind < 0.25:
            return [Turn("numbers", rng.choice(_EITHER).format(a=a), styled(session, is_word, f"{a} is {is_word}."), thinking=chain, key=key)]
        asked = rng.choice(("even", "odd"))
        turn = _yes_no(session, rng.choice(_PARITY).format(a=a, p=asked), asked == is_word, f"{a} is {is_word}.", key, chain)
    elif kind < 0.85:
        a, b = rng.randint(1, 100), rng.choice((2, 3, 5, 10) if terse(session) else range(2, 11))
        a = a // b * b or b if rng.random() < 0.5 else a
        quotient = solve("/", a, b)
        word = "no" if a % b else "yes"
        turn = Turn("numbers", rng.choice(_DIVISIBLE).format(a=a, b=b), styled(session, word, f"{a} / {b} = {quotient.result}, so {word}."),
                    thinking=quotient.chain if session.thinking else None)
    else:
        limit = 100 if rng.random() < 0.6 or terse(session) else 1000
        low, a, high = sorted(rng.sample(range(1, limit), 3))
        if rng.random() < 0.5:
            low, a, high = rng.choice(((a, low, high), (low, high, a)))
        inside = low < a < high
        sentence = f"{a} is {'' if inside else 'not '}between {low} and {high}."
        chain = f"{_order(a, low)} {_order(a, high)}"
        turn = _yes_no(session, rng.choice(_BETWEEN).format(a=a, b=low, c=high), inside, sentence, f"between {low} {a} {high}", chain, False)
    turn.skill = "numbers"
    return [turn]


SKILLS = {"compare": Skill(compare, 1.2), "numbers": Skill(numbers, 0.8), "order": Skill(order, 0.4)}
