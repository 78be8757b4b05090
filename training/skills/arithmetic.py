"""Sums as people type them: the four operations, short ones at once and long ones with a chain, mixed expressions, powers, and honest refusals."""

from __future__ import annotations

import math
import random

from .base import Session, Skill, Turn, styled, terse
from .calculation import WHOLE_ONLY, solve, sum_turn
from .mixed import sums
from .problems import word_problem
from .sum_wordings import FORMS, FRAMES, expression, sized
from .units import units


def add(rng: random.Random, session: Session) -> list[Turn]:
    """Sums of up to three digits; some with a small negative first number."""
    lengths = rng.choice(((1, 1), (1, 2), (2, 1), (2, 2), (2, 2), (2, 2), (2, 3), (3, 2), (3, 3), (3, 3), (3, 3), (1, 3), (3, 1))[:6 if terse(session) else None])
    a, b = sized(rng, lengths[0]), sized(rng, lengths[1])
    if max(lengths) <= 2 and a and not terse(session) and rng.random() < 0.08:
        a = -a
    return sum_turn(session, "add", expression(rng, "+", a, b), "+", a, b)


def subtract(rng: random.Random, session: Session) -> list[Turn]:
    """Differences of up to three digits; one in six is negative."""
    lengths = rng.choice(((1, 1), (2, 1), (2, 2), (2, 2), (2, 2), (3, 2), (3, 2), (3, 3), (3, 3), (3, 1))[:5 if terse(session) else None])
    a, b = sized(rng, lengths[0]), sized(rng, lengths[1])
    kind = rng.random()
    if a and max(lengths) <= 2 and kind < 0.06 and not terse(session):
        a = -a
    elif (kind < (0.08 if terse(session) else 0.22)) != (a < b):
        a, b = b, a
    return sum_turn(session, "subtract", expression(rng, "-", a, b), "-", a, b)


def _long_pair(rng: random.Random, low: int, high: int) -> tuple[int, int]:
    long = sized(rng, rng.randint(low, high))
    other = sized(rng, rng.randint(max(1, low - 2), high) if rng.random() < 0.6 else len(str(long)))
    return (long, other) if rng.random() < 0.5 else (other, long)


def addthink(rng: random.Random, session: Session) -> list[Turn]:
    """Sums of four to six digits, with a chain."""
    a, b = _long_pair(rng, 4, 6)
    return sum_turn(session, "addthink", expression(rng, "+", a, b), "+", a, b, think_only=True)


def subthink(rng: random.Random, session: Session) -> list[Turn]:
    """Differences of four to six digits, with a chain; one in four is negative."""
    a, b = sorted(_long_pair(rng, 4, 6), reverse=True)
    if rng.random() < 0.25:
        a, b = b, a
    return sum_turn(session, "subthink", expression(rng, "-", a, b), "-", a, b, think_only=True)


def _long_factors(rng: random.Random) -> tuple[int, int]:
    """Two factors of at most six digits together that have no direct answer."""
    while True:
        lengths = rng.choice(((4, 1), (4, 1), (3, 1), (3, 1), (2, 2), (2, 2), (2, 2), (2, 2), (3, 2), (3, 2), (5, 1), (4, 2), (3, 3)))
        a, b = (sized(rng, size) for size in (lengths if rng.random() < 0.7 else lengths[::-1]))
        if solve("*", a, b).reach == "think":
            return a, b


def multhink(rng: random.Random, session: Session) -> list[Turn]:
    """Products of up to six digits in both factors together, with a chain."""
    a, b = _long_factors(rng)
    return sum_turn(session, "multhink", expression(rng, "*", a, b), "*", a, b, think_only=True)


_SQUARES = ("What is {} squared?", "what is {} squared", "What's {} squared?", "{} squared", "{}^2", "{}²", "What is {}^2?", "Square {}.", "Calculate {} squared.",
            "What is the square of {}?", "How much is {} squared?")
_ROOTS = ("What is the square root of {}?", "What's the square root of {}?", "square root of {}", "sqrt({})", "Calculate the square root of {}.",
          "√{}", "Find the square root of {}.", "What is sqrt({})?")
_POWERS = ("{}^{}", "What is {}^{}?", "What is {} to the power of {}?", "{} to the power of {}", "{}**{}", "What is {} to the power {}?", "Calculate {}^{}.")
_CUBES = ("What is {} cubed?", "what is {} cubed", "{} cubed", "What's {} cubed?", "Calculate {} cubed.", "What is the cube of {}?", "Cube {}.", "{}³")
_FACTORIALS = ("What is {} factorial?", "{} factorial", "What's {} factorial?", "Calculate {} factorial.", "What is the factorial of {}?", "What is {}!?")
_DOUBLES = ("What is double {}?", "Double {}.", "What is twice {}?", "How much is twice {}?", "What is two times {}?", "double {}", "twice {}")


def _power(rng: random.Random, session: Session) -> Turn:
    kind = rng.randrange(7)
    if kind == 6:
        a = rng.randint(2, 6)
        result = math.factorial(a)
        steps = " ".join(f"{math.factorial(i)}*{i + 1}={math.factorial(i + 1)}." for i in range(1, a))
        return Turn("mulsmall", rng.choice(_FACTORIALS).format(a), styled(session, str(result), f"{a}! = {result}"), thinking=steps if session.thinking else None)
    if kind < 2:
        a = rng.randint(1, 12)
        return Turn("mulsmall", rng.choice(_SQUARES).format(a), styled(session, str(a * a), f"{a} * {a} = {a * a}"),
                    thinking=f"{a}*{a}={a * a}." if session.thinking else None)
    if kind < 4:
        a = rng.randint(1, 12)
        return Turn("mulsmall", rng.choice(_ROOTS).format(a * a), styled(session, str(a), f"The square root of {a * a} is {a}."),
                    thinking=f"{a}*{a}={a * a}." if session.thinking else None)
    if kind == 4 and rng.random() < 0.4:
        a = rng.randint(2, 10)
        return Turn("mulsmall", rng.choice(_CUBES).format(a), styled(session, str(a**3), f"{a}^3 = {a**3}"), thinking=f"{a}*{a}={a * a}. {a * a}*{a}={a**3}." if session.thinking else None)
    base, exponent = rng.choice([(b, e) for b in range(2, 11) for e in range(3, 11) if b**e <= 1024])
    steps = " ".join(f"{base**i}*{base}={base**(i + 1)}." for i in range(1, exponent))
    return Turn("mulsmall", rng.choice(_POWERS).format(base, exponent), styled(session, str(base**exponent), f"{base}^{exponent} = {base**exponent}"),
                thinking=steps if session.thinking else None)


def mulsmall(rng: random.Random, session: Session) -> list[Turn]:
    """The tables to 12, two digits times one, times 10 or 100; also squares, their roots and doubles."""
    kind = rng.random()
    if kind < 0.08:
        return [_power(rng, session)]
    if kind < 0.12:
        a = rng.randint(1, 99)
        return sum_turn(session, "mulsmall", rng.choice(_DOUBLES).format(a), "*", 2, a)
    if kind < 0.6:
        a, b = rng.randint(0, 12), rng.randint(0, 12)
    elif kind < 0.94:
        a, b = rng.randint(10, 25 if terse(session) else 99), rng.randint(2, 4 if terse(session) else 9)
    else:
        a, b = rng.randint(1, 999), rng.choice((10, 10, 100))
    if kind >= 0.6 and rng.random() < 0.4:
        a, b = b, a
    return sum_turn(session, "mulsmall", expression(rng, "*", a, b), "*", a, b)


_PARTS = ("What is {p} of {n}?", "{p} of {n}?", "{p} of {n}", "What's {p} of {n}?", "How much is {p} of {n}?", "Calculate {p} of {n}.", "Tell me {p} of {n}.", "what is {p} of {n}")
_PART_NAMES = {2: ("half", "half", "one half"), 3: ("a third", "one third"), 4: ("a quarter", "one quarter", "a fourth"), 5: ("a fifth", "one fifth"), 10: ("a tenth", "one tenth")}


def divide(rng: random.Random, session: Session) -> list[Turn]:
    """Division within the tables, mostly exact, with remainder otherwise; halves, thirds and so on; never by zero."""
    kind = rng.random()
    if kind < 0.04:
        return sum_turn(session, "divide", expression(rng, "/", a := rng.randint(0, 999), 0), "/", a, 0)
    if kind < 0.12:
        b = rng.choice((2, 2, 3, 4, 5, 10))
        a = b * rng.randint(1, (20 if terse(session) else 50) // b if b > 2 else 50)
        user = "Halve {n}." if b == 2 and rng.random() < 0.1 else rng.choice(_PARTS)
        return sum_turn(session, "divide", user.format(p=rng.choice(_PART_NAMES[b]), n=a), "/", a, b)
    if kind < 0.65:
        b = rng.randint(1, 12)
        a = b * rng.randint(0, 12)
    else:
        b = rng.randint(1, 5 if terse(session) else 10)
        a = rng.randint(1, 50 if terse(session) else 100)
    return sum_turn(session, "divide", expression(rng, "/", a, b), "/", a, b)


def divthink(rng: random.Random, session: Session) -> list[Turn]:
    """Long division of up to six digits by a number up to 12, with a chain."""
    b = rng.randint(2, 12)
    length = rng.choice((3, 3, 3, 4, 4, 5, 6))
    a = max(145, sized(rng, length))
    kind = rng.random()
    if kind < 0.1:  # just beyond the tables
        a = rng.randint(101, 144)
    elif kind < 0.16:
        a, b = rng.randint(13, 100), rng.choice((11, 12))
    elif kind < 0.6:
        a = max(145 + b, a) // b * b
    while solve("/", a, b).reach != "think":
        a += 1
    if b in _PART_NAMES and a % b == 0 and rng.random() < 0.2:
        user = rng.choice(_PARTS).format(p=rng.choice(_PART_NAMES[b]), n=a)
    else:
        user = expression(rng, "/", a, b)
    return sum_turn(session, "divthink", user, "/", a, b, think_only=True)


_FAR = (7, 7, 8, 8, 9, 10, 12)


def _beyond(rng: random.Random) -> tuple[str, int, int]:
    """A sum that is too long even with a chain."""
    op = rng.choice("+-**/")
    if op in "+-":
        a, b = sized(rng, rng.choice(_FAR)), sized(rng, rng.randint(1, 9))
        return (op, a, b) if rng.random() < 0.7 else (op, b, a)
    if op == "/":
        return op, sized(rng, rng.randint(3, 8)), max(13, sized(rng, rng.randint(2, 4)))
    lengths = rng.choice(((4, 3), (3, 4), (4, 4), (5, 2), (2, 5), (5, 3), (6, 1), (6, 2), (6, 6), (7, 4), (1, 6), (8, 8)))
    a, b = (max(11, sized(rng, size)) if size > 1 else rng.randint(2, 9) for size in lengths)
    return op, a, b


def _odd_numbers(rng: random.Random) -> str:
    """An expression with decimals or fractions."""
    def number() -> str:
        whole, part = rng.randint(0, 99), rng.choice((str(rng.randint(1, 9)), str(rng.randint(1, 9)), f"{rng.randint(1, 99):02d}"))
        return f"{whole}.{part}" if rng.random() < 0.8 else f"{rng.randint(1, 9)}/{rng.randint(2, 12)}"
    if rng.random() < 0.15:
        first, second = (f"{rng.randint(1, 9)}/{rng.randint(2, 12)}" for _ in range(2))
        return rng.choice(FRAMES).format(f"{first} {rng.choice('++-*')} {second}")
    op = rng.choice("++-**/")
    parts = [number(), number() if rng.random() < 0.6 else str(rng.randint(1, 99))]
    if "." not in "".join(parts):
        parts[0] = f"{rng.randint(0, 99)}.{rng.randint(1, 9)}"
    rng.shuffle(parts)
    return rng.choice(FRAMES).format(rng.choice(FORMS[op][:6]).format(a=parts[0], b=parts[1]))


def toolong(rng: random.Random, session: Session) -> list[Turn]:
    """Sums beyond the model: one sentence sends to thinking mode where that helps, one says that nothing helps, one names whole numbers."""
    kind = rng.random()
    if kind < 0.15:
        return [Turn("toolong", _odd_numbers(rng), styled(session, WHOLE_ONLY, WHOLE_ONLY))]
    if kind < 0.6 or session.thinking:
        while True:
            op, a, b = _beyond(rng)
            if solve(op, a, b).reach == "never":
                return sum_turn(session, "toolong", expression(rng, op, a, b), op, a, b)
    op = rng.choice("++-**/")
    if op in "+-":
        a, b = _long_pair(rng, 4, 6)
    elif op == "*":
        a, b = _long_factors(rng)
    else:
        b = rng.randint(2, 12)
        a = rng.randint(101, 144) if rng.random() < 0.2 else max(145, sized(rng, rng.choice((3, 3, 4, 4, 5, 6))))
        while solve(op, a, b).reach != "think":
            a += 1
    return sum_turn(session, "toolong", expression(rng, op, a, b), op, a, b)


SKILLS = {
    "add": Skill(add, 1.4), "addthink": Skill(addthink, 0.8, 256), "subtract": Skill(subtract, 1.8), "subthink": Skill(subthink, 1.2, 256),
    "mulsmall": Skill(mulsmall, 1.3), "multhink": Skill(multhink, 1.2, 512), "divide": Skill(divide, 1.0), "divthink": Skill(divthink, 0.8, 256),
    "toolong": Skill(toolong, 0.6), "sums": Skill(sums, 1.8), "wordproblem": Skill(word_problem, 1.4),
    "units": Skill(units, 0.8),
}
