"""Expressions of several numbers: order of operations, longer sums, percentages, and whether a sum is right."""

from __future__ import annotations

import random

from .base import Session, Turn, styled, terse
from .calculation import running_sums, solve, worked
from .sum_wordings import FORMS, frame, sized


def _expression(rng: random.Random, small: bool) -> tuple[str, list[tuple[int, str, int]]]:
    """An expression without spaces and its steps in the order of their calculation. `small`: one to do in the head."""
    a, b, c = (rng.randint(1, 4 if small else 9) for _ in range(3))
    kind = rng.randrange(7)
    if kind == 0:
        return f"{a}+{b}*{c}", [(b, "*", c), (a, "+", b * c)]
    if kind == 1:
        return f"{a}*{b}+{c}", [(a, "*", b), (a * b, "+", c)]
    if kind == 2:
        c = rng.randint(0, min(9, a * b))
        return f"{a}*{b}-{c}", [(a, "*", b), (a * b, "-", c)]
    if kind == 3:
        return f"({a}+{b})*{c}", [(a, "+", b), (a + b, "*", c)]
    if kind == 4:
        a, b = max(a, b), min(a, b)
        return f"({a}-{b})*{c}", [(a, "-", b), (a - b, "*", c)]
    high = 5 if small else rng.choice((9, 50, 99))
    a, b = rng.randint(1, high), rng.randint(1, high)
    if kind == 5:
        c = rng.randint(0, min(99, a + b))
        return f"{a}+{b}-{c}", [(a, "+", b), (a + b, "-", c)]
    a, b = max(a, b), min(a, b)
    c = rng.randint(0, a - b) if rng.random() < 0.5 else rng.randint(0, 9)
    if c <= a - b and rng.random() < 0.5:
        return f"{a}-{b}-{c}", [(a, "-", b), (a - b, "-", c)]
    return f"{a}-{b}+{c}", [(a, "-", b), (a - b, "+", c)]


def _shown(rng: random.Random, text: str, spaced: str) -> str:
    """The expression as typed: with or without spaces, other signs, or words for the signs."""
    kind = rng.random()
    if kind < 0.15 and "(" not in text:
        return spaced.replace("+", "plus").replace("-", "minus").replace("*", "times")
    shown = spaced if rng.random() < 0.5 else text
    return shown.replace("*", rng.choice("x×")) if kind > 0.8 else shown


_PERCENT = ("What is {p}% of {n}?", "What is {p} percent of {n}?", "{p}% of {n}", "How much is {p}% of {n}?", "How much is {p} percent of {n}?", "Calculate {p}% of {n}.",
            "what is {p}% of {n}", "What's {p}% of {n}?", "{p} percent of {n}", "Work out {p}% of {n}.", "{p}% of {n}?", "Tell me {p}% of {n}.", "Find {p} percent of {n}.")


def _percent(rng: random.Random, session: Session) -> Turn:
    """Percentages with a whole result: halves, quarters, fifths, tenths of anything, tens and fives by way of a tenth, any percentage of whole hundreds."""
    percent = rng.choice((50, 25, 20, 10, 10, 0, 0, 1, 1))
    if percent == 1 and not terse(session):  # tens and fives of what has a tenth
        percent, tenth = rng.choice((5, 15, 30, 40, 60, 70, 80, 90, 15, 30)), rng.randint(1, 20)
        tenth *= 2 if percent % 10 else 1
        n, tens = 10 * tenth, percent // 10
        parts = [tenth * tens] if tens else []
        steps = f"10% is {tenth}"
        if tens > 1:
            steps += f", {tens} * {tenth} = {tens * tenth}"
        if percent % 10:
            parts.append(tenth // 2)
            steps += f", 5% is {tenth // 2}" + (f", {parts[0]} + {parts[1]} = {sum(parts)}" if tens else "")
        result = sum(parts)
    elif percent > 1:
        divisor = 100 // percent
        n = divisor * rng.randint(1, 10 if terse(session) else 100 if percent == 10 else 50 if percent == 50 else 25 if percent == 25 else 20)
        result, steps = n // divisor, f"{n} / {divisor} = {n // divisor}"
    else:
        percent, hundreds = rng.choice([p for p in range(1, 100) if p % 5]), 1 if terse(session) else rng.randint(1, 9)
        n, result = 100 * hundreds, percent * hundreds
        steps = worked("*", percent, hundreds)
    sentence = f"{percent}% of {n} is {result}."
    return Turn("sums", rng.choice(_PERCENT).format(p=percent, n=n), styled(session, str(result), sentence if session.thinking else f"{steps}. {sentence}"),
                thinking=f"{steps}." if session.thinking else None)


_RIGHT = ("Is {e} = {c}?", "Is {e} equal to {c}?", "{e} = {c}, right?", "{e} = {c}. Is that right?", "Does {e} equal {c}?", "Is it true that {e} = {c}?", "{e} is {c}, right?",
          "True or false: {e} = {c}", "Is {e} really {c}?", "I think {e} is {c}. Is that correct?", "{e}={c}, correct?", "Is {c} the answer to {e}?")


def _is_right(rng: random.Random, session: Session) -> Turn:
    """Whether a short sum is right; the answer gives the right one."""
    op = rng.choice("++-*")
    high = 5 if terse(session) else 12 if op == "*" else rng.choice((9, 20, 99))
    a, b = rng.randint(1, high), rng.randint(1, high)
    if op == "-":
        a, b = max(a, b), min(a, b)
    answer = solve(op, a, b)
    right = int(answer.result)
    said = right if rng.random() < 0.5 else max(0, right + rng.choice((-10, -2, -1, 1, 1, 2, 10)))
    word = "yes" if said == right else "no"
    text = rng.choice(FORMS[op][:6]).format(a=a, b=b)
    return Turn("sums", rng.choice(_RIGHT).format(e=text, c=said), styled(session, word, f"{answer.text} = {right}, so {word}."),
                thinking=f"{answer.chain} {right} is {'right' if said == right else f'not {said}'}." if session.thinking else None)


def _longer(rng: random.Random, session: Session) -> list[Turn]:
    """Three to six numbers to add up; the answer shows how."""
    size = 3 if terse(session) else rng.choice((3, 3, 3, 4, 4, 5, 6))
    digits = 1 if terse(session) else rng.choice((1, 2, 2, 3) if size == 3 else (1, 2, 2))
    values = [max(1, sized(rng, rng.randint(1, digits))) for _ in range(size)]
    text, spaced, total = "+".join(map(str, values)), " + ".join(map(str, values)), str(sum(values))
    steps = running_sums(values)
    if session.thinking:
        sentence = f"{spaced} = {total}"
    elif size == 3:
        sentence = f"{spaced} = {values[0] + values[1]} + {values[2]} = {total}"
    else:
        sentence = f"{', '.join(steps)}. So {spaced} = {total}"
    return [Turn("sums", frame(rng, _shown(rng, text, spaced)), styled(session, total, sentence),
                 thinking=". ".join(steps) + "." if session.thinking else None, key=f"sums {text}")]


def sums(rng: random.Random, session: Session) -> list[Turn]:
    """`2+3*4`, `(2+3)*4`, `12+30+8`, `10% of 250`, `Is 2+2=5?`."""
    kind = rng.random()
    if kind < 0.1:
        return [_percent(rng, session)]
    if kind < 0.22:
        return [_is_right(rng, session)]
    if kind < 0.5:
        return _longer(rng, session)
    text, steps = _expression(rng, terse(session))
    first, op, second = steps[-1]
    result = solve(op, first, second).result
    spaced = "".join(f" {mark} " if mark in "+-*" else mark for mark in text)
    chain = " ".join(f"{a}{op}{b}={solve(op, a, b).result}." for a, op, b in steps)
    sentence = f"{spaced} = {result}" if session.thinking else f"{spaced} = {first} {op} {second} = {result}"
    return [Turn("sums", frame(rng, _shown(rng, text, spaced)), styled(session, result, sentence),
                 thinking=chain if session.thinking else None, key=f"sums {text}")]
