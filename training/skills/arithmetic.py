"""Sums as people type them: the four operations, short ones at once and long ones with a chain, mixed expressions, powers, and honest refusals."""

from __future__ import annotations

import random

from .base import Session, Skill, Turn, styled
from .calculation import WHOLE_ONLY, solve, sum_turn
from .problems import word_problem
from .wording import ASK, say

_FRAMES = ("What is {}?", "What is {}?", "what is {}", "What's {}?", "what's {}?", "{}", "{}", "{} =", "{}=", "{} = ?", "{}?", "{}=?", "Calculate {}.",
           "calculate {}", "Compute {}.", "Work out {}.", "Solve {}.", "How much is {}?", "how much is {}", "Tell me {}.", "Tell me what {} is.",
           "Can you calculate {}?", "Can you work out {} for me?", "Do you know what {} is?", "What does {} equal?", "What do you get for {}?",
           "Evaluate {}.", "Give me the result of {}.", "I need the result of {}.", "{} equals what?", "What is the result of {}?",
           "What's the answer to {}?", "Let's do some maths: {}", "Maths question: {}", "Sum: {}", "Find {}.", "I want to know what {} is.",
           "My homework says {}. What is it?", "Quick, {}!", "Do you know {}?", "How much would {} be?", "and {}?", "And what is {}?", "Now {}.")
_FORMS = {
    "+": ("{a} + {b}", "{a} + {b}", "{a}+{b}", "{a}+{b}", "{a} plus {b}", "{a} plus {b}", "the sum of {a} and {b}", "{a} added to {b}"),
    "-": ("{a} - {b}", "{a} - {b}", "{a}-{b}", "{a}-{b}", "{a} minus {b}", "{a} minus {b}", "{a} take away {b}", "{a} − {b}"),
    "*": ("{a} * {b}", "{a} * {b}", "{a}*{b}", "{a}*{b}", "{a} times {b}", "{a} times {b}", "{a} x {b}", "{a}x{b}", "{a} × {b}", "{a}×{b}",
          "{a} multiplied by {b}", "the product of {a} and {b}"),
    "/": ("{a} / {b}", "{a} / {b}", "{a}/{b}", "{a}/{b}", "{a} divided by {b}", "{a} divided by {b}", "{a} ÷ {b}", "{a}÷{b}", "{a} over {b}"),
}
_ORDERS = {
    "+": ("Add {a} and {b}.", "Add {a} to {b}.", "add {a} and {b}", "Please add {a} and {b} for me.", "Add up {a} and {b}.", "Add these two numbers: {a}, {b}",
          "What do {a} and {b} add up to?", "How much are {a} and {b} together?", "What do I get if I add {a} and {b}?", "What is {a} increased by {b}?"),
    "-": ("Subtract {b} from {a}.", "subtract {b} from {a}", "Take {b} away from {a}.", "Take {b} from {a}.", "What is left if I take {b} from {a}?",
          "What do I get if I subtract {b} from {a}?", "How much is {a} less {b}?", "What is {a} reduced by {b}?"),
    "*": ("Multiply {a} by {b}.", "Multiply {a} and {b}.", "multiply {a} by {b}", "Multiply {a} with {b}.", "What do I get if I multiply {a} by {b}?",
          "Please multiply {a} and {b}.", "Take {a} times {b}."),
    "/": ("Divide {a} by {b}.", "divide {a} by {b}", "How many times does {b} go into {a}?", "What do I get if I divide {a} by {b}?",
          "Please divide {a} by {b} for me.", "Split {a} into {b} equal parts."),
}
_ONES = ("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
         "nineteen").split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()


def in_words(number: int) -> str:
    """0..99 in English."""
    if number < 20:
        return _ONES[number]
    tens = _TENS[number // 10 - 2]
    return f"{tens}-{_ONES[number % 10]}" if number % 10 else tens


def sized(rng: random.Random, length: int) -> int:
    """A number of `length` digits; now and then a round one or one with nines and zeros, which carry."""
    low = 10 ** (length - 1) if length > 1 else 0
    kind = rng.random()
    if kind < 0.08:
        return rng.randint(1, 9) * 10 ** (length - 1)
    if kind < 0.16 and length > 1:
        return int(str(rng.randint(1, 9)) + "".join(rng.choice("0099159") for _ in range(length - 1)))
    return rng.randint(low, 10**length - 1)


def expression(rng: random.Random, op: str, a: int, b: int) -> str:
    """The user text that asks for `a op b`."""
    number = str
    if 0 <= a <= 99 and b <= 99 and rng.random() < 0.07:
        number = in_words
        text = rng.choice([form for form in _FORMS[op] if " " in form and form.replace("{a}", "").replace("{b}", "").strip(" ").isalpha()]
                          or [_FORMS[op][4]])
        return rng.choice(_FRAMES[:6] + _FRAMES[12:20]).format(text.format(a=number(a), b=number(b)))
    if max(a, b) >= 1000 and rng.random() < 0.08:
        number = "{:,}".format
    if a >= 0 and rng.random() < 0.2:
        return rng.choice(_ORDERS[op]).format(a=number(a), b=number(b))
    return _frame(rng, rng.choice(_FORMS[op]).format(a=number(a), b=number(b)))


def _frame(rng: random.Random, text: str) -> str:
    """A question for an expression: in a frame of sums, now and then in one of those that ask for anything."""
    return say(rng, ASK, N=text) if rng.random() < 0.15 else rng.choice(_FRAMES).format(text)


def add(rng: random.Random, session: Session) -> list[Turn]:
    """Sums of up to three digits; some with a small negative first number."""
    lengths = rng.choice(((1, 1), (1, 2), (2, 1), (2, 2), (2, 2), (2, 2), (2, 3), (3, 2), (3, 3), (3, 3), (3, 3), (1, 3), (3, 1)))
    a, b = sized(rng, lengths[0]), sized(rng, lengths[1])
    if max(lengths) <= 2 and a and rng.random() < 0.08:
        a = -a
    return sum_turn(session, "add", expression(rng, "+", a, b), "+", a, b)


def subtract(rng: random.Random, session: Session) -> list[Turn]:
    """Differences of up to three digits; one in six is negative."""
    lengths = rng.choice(((1, 1), (2, 1), (2, 2), (2, 2), (2, 2), (3, 2), (3, 3), (3, 3), (3, 3), (3, 1)))
    a, b = sized(rng, lengths[0]), sized(rng, lengths[1])
    kind = rng.random()
    if a and max(lengths) <= 2 and kind < 0.06:
        a = -a
    elif (kind < 0.22) != (a < b):
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
    """Differences of four to six digits, with a chain; one in seven is negative."""
    a, b = sorted(_long_pair(rng, 4, 6), reverse=True)
    if rng.random() < 0.15:
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
_DOUBLES = ("What is double {}?", "Double {}.", "What is twice {}?", "How much is twice {}?", "What is two times {}?", "double {}", "twice {}")


def _power(rng: random.Random, session: Session) -> Turn:
    kind = rng.randrange(3)
    if kind == 0:
        a = rng.randint(1, 12)
        return Turn("mulsmall", rng.choice(_SQUARES).format(a), styled(session, str(a * a), f"{a} * {a} = {a * a}"),
                    thinking=f"{a}*{a}={a * a}." if session.thinking else None)
    if kind == 1:
        a = rng.randint(1, 12)
        return Turn("mulsmall", rng.choice(_ROOTS).format(a * a), styled(session, str(a), f"The square root of {a * a} is {a}."),
                    thinking=f"{a}*{a}={a * a}." if session.thinking else None)
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
        a, b = rng.randint(10, 99), rng.randint(2, 9)
    else:
        a, b = rng.randint(1, 999), rng.choice((10, 10, 100))
    if kind >= 0.6 and rng.random() < 0.4:
        a, b = b, a
    return sum_turn(session, "mulsmall", expression(rng, "*", a, b), "*", a, b)


_HALVES = ("What is half of {}?", "Half of {}?", "half of {}", "What's half of {}?", "How much is half of {}?", "Halve {}.", "Calculate half of {}.")


def divide(rng: random.Random, session: Session) -> list[Turn]:
    """Division within the tables, mostly exact, with remainder otherwise; halves; never by zero."""
    kind = rng.random()
    if kind < 0.04:
        return sum_turn(session, "divide", expression(rng, "/", a := rng.randint(0, 999), 0), "/", a, 0)
    if kind < 0.12:
        a = 2 * rng.randint(1, 72)
        return sum_turn(session, "divide", rng.choice(_HALVES).format(a), "/", a, 2)
    b = rng.randint(1, 12)
    a = b * rng.randint(0, 12) if kind < 0.7 else b * rng.randint(0, 144 // b) if kind < 0.8 else rng.randint(1, 144)
    return sum_turn(session, "divide", expression(rng, "/", a, b), "/", a, b)


def divthink(rng: random.Random, session: Session) -> list[Turn]:
    """Long division of up to six digits by a number up to 12, with a chain."""
    b = rng.randint(2, 12)
    length = rng.choice((3, 3, 3, 4, 4, 5, 6))
    a = max(145, sized(rng, length))
    if rng.random() < 0.6:
        a = max(145 + b, a) // b * b
    return sum_turn(session, "divthink", expression(rng, "/", a, b), "/", a, b, think_only=True)


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
        return rng.choice(_FRAMES).format(f"{first} {rng.choice('++-*')} {second}")
    op = rng.choice("++-**/")
    parts = [number(), number() if rng.random() < 0.6 else str(rng.randint(1, 99))]
    if "." not in "".join(parts):
        parts[0] = f"{rng.randint(0, 99)}.{rng.randint(1, 9)}"
    rng.shuffle(parts)
    return rng.choice(_FRAMES).format(rng.choice(_FORMS[op][:6]).format(a=parts[0], b=parts[1]))


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
        a, b = max(145, sized(rng, rng.choice((3, 3, 4, 4, 5, 6)))), rng.randint(2, 12)
    return sum_turn(session, "toolong", expression(rng, op, a, b), op, a, b)


def _mixed(rng: random.Random) -> tuple[str, list[tuple[int, str, int]]]:
    """An expression without spaces and its steps in the order of their calculation."""
    a, b, c = rng.randint(1, 9), rng.randint(1, 9), rng.randint(1, 9)
    kind = rng.randrange(8)
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
    if kind == 5:
        a, b = rng.randint(10, 99), rng.randint(1, 50)
        c = rng.randint(0, min(99, a + b))
        return f"{a}+{b}-{c}", [(a, "+", b), (a + b, "-", c)]
    numbers = [rng.randint(1, 9) for _ in range(rng.choice((3, 4, 4)))] if kind == 6 else [rng.randint(1, 40) for _ in range(3)]
    steps, total = [], numbers[0]
    for number in numbers[1:]:
        steps.append((total, "+", number))
        total += number
    return "+".join(map(str, numbers)), steps


_PERCENT = ("What is {p}% of {n}?", "What is {p} percent of {n}?", "{p}% of {n}", "How much is {p}% of {n}?", "How much is {p} percent of {n}?", "Calculate {p}% of {n}.",
            "what is {p}% of {n}", "What's {p}% of {n}?", "{p} percent of {n}", "Work out {p}% of {n}.", "{p}% of {n}?", "Tell me {p}% of {n}.", "Find {p} percent of {n}.")


def _percent(rng: random.Random, session: Session) -> Turn:
    """Percentages with a whole result: halves, quarters, fifths, tenths of anything, and any percentage of whole hundreds."""
    part = rng.choice((50, 25, 20, 10, 10, 0))
    if part:
        divisor = 100 // part
        n = divisor * rng.randint(1, 100 if part == 10 else 50 if part == 50 else 30)
        result, chain = n // divisor, f"{n}/{divisor}={n // divisor}."
        percent = part
    else:
        percent, hundreds = rng.randint(1, 99), rng.randint(1, 9)
        n, result = 100 * hundreds, percent * hundreds
        chain = f"{percent}*{hundreds}={result}."
    return Turn("sums", rng.choice(_PERCENT).format(p=percent, n=n), styled(session, str(result), f"{percent}% of {n} is {result}."),
                thinking=chain if session.thinking else None)


def sums(rng: random.Random, session: Session) -> list[Turn]:
    """Three or four small numbers: `2+3*4`, `(2+3)*4`, `12+30+8`; percentages."""
    if rng.random() < 0.12:
        return [_percent(rng, session)]
    text, steps = _mixed(rng)
    result = str(solve(steps[-1][1], steps[-1][0], steps[-1][2]).result)
    spaced = "".join(f" {mark} " if mark in "+-*" else mark for mark in text)
    shown = spaced if rng.random() < 0.5 else text
    if rng.random() < 0.15:
        for mark, word in (("+", "plus"), ("-", "minus"), ("*", "times")):
            shown = spaced.replace(mark, word) if "(" not in text and len(set(text) & set("+-*")) == 1 and mark in text else shown
    elif rng.random() < 0.15:
        shown = shown.replace("*", "x") if rng.random() < 0.5 else shown.replace("*", "×")
    chain = " ".join(f"{a}{op}{b}={solve(op, a, b).result}." for a, op, b in steps)
    return [Turn("sums", _frame(rng, shown), styled(session, result, f"{spaced} = {result}"),
                 thinking=chain if session.thinking else None, key=f"sums {text}")]


SKILLS = {
    "add": Skill(add, 1.4), "addthink": Skill(addthink, 1.0, 256), "subtract": Skill(subtract, 1.4), "subthink": Skill(subthink, 1.0, 256),
    "mulsmall": Skill(mulsmall, 1.2), "multhink": Skill(multhink, 1.4, 512), "divide": Skill(divide, 0.9), "divthink": Skill(divthink, 0.6, 256),
    "toolong": Skill(toolong, 0.7), "sums": Skill(sums, 0.8), "wordproblem": Skill(word_problem, 1.0),
}
