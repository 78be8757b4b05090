"""What the model can calculate, and how: one decision for every sum, so that no wording can lead to a second answer.

`solve(op, a, b)` says whether a sum is answered at once (`direct`), only with a reasoning chain, or not at all. Chains go digit by digit; each
step needs only the two digits at hand and the carry of the step before it.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from .base import Session, Turn, styled

NEEDS_THINKING = "That sum is too long for me without thinking. Turn thinking on."
TOO_LONG = "That sum is too long for me."
WHOLE_ONLY = "I can only calculate with whole numbers."
BY_ZERO = "Nothing can be divided by 0."


@dataclass(frozen=True)
class Sum:
    """One sum with its result in words, its chain, and whether it is short enough for an answer without the chain."""

    text: str  # "47 + 385"
    result: str  # "432", "3 remainder 2"
    chain: str | None  # None: too long even with a chain
    direct: bool

    @property
    def reach(self) -> str:
        """`direct`, `think` or `never`."""
        return "direct" if self.direct else "never" if self.chain is None else "think"


def digits(number: int) -> list[int]:
    """The decimal digits, ones first."""
    return [int(digit) for digit in reversed(str(number))]


def length(number: int) -> int:
    return len(str(abs(number)))


def add_steps(a: int, b: int) -> str:
    """`7+5=12, write 2 carry 1. 4+8+1=13, write 3 carry 1. 0+3+1=4, write 4.`"""
    left, right = digits(a), digits(b)
    width = max(len(left), len(right))
    left, right = left + [0] * (width - len(left)), right + [0] * (width - len(right))
    steps, carry = [], 0
    for place, (x, y) in enumerate(zip(left, right)):
        total = x + y + carry
        step = f"{x}+{y}{'+1' if carry else ''}={total}, "
        carry = total // 10
        if carry and place + 1 < width:
            step += f"write {total % 10} carry 1."
        else:
            step += f"write {total}."
        steps.append(step)
    return " ".join(steps)


def subtract_steps(a: int, b: int) -> str:
    """For a >= b: `12-7=5, write 5 borrow 1. 4-3-1=0, write 0.`"""
    left, right = digits(a), digits(b)
    right += [0] * (len(left) - len(right))
    steps, borrow = [], 0
    for x, y in zip(left, right):
        rest = x - y - borrow
        top = x + 10 if rest < 0 else x
        step = f"{top}-{y}{'-1' if borrow else ''}={rest % 10}, write {rest % 10}"
        borrow = 1 if rest < 0 else 0
        steps.append(step + (" borrow 1." if borrow else "."))
    return " ".join(steps)


def compare_steps(a: int, b: int) -> str:
    """For a, b >= 0: `1=1 6=6 5<9.` up to the first digits that differ; `4 digits < 5 digits.`"""
    left, right = str(a), str(b)
    if len(left) != len(right):
        mark = "<" if len(left) < len(right) else ">"
        return f"{len(left)} digit{'s' * (len(left) > 1)} {mark} {len(right)} digit{'s' * (len(right) > 1)}."
    steps = []
    for x, y in zip(left, right):
        steps.append(f"{x}{'=' if x == y else '<' if x < y else '>'}{y}")
        if x != y:
            break
    return " ".join(steps) + "."


def row_steps(number: int, digit: int) -> str:
    """`number` times one digit: `7*6=42, write 2 carry 4. 4*6+4=28, write 28.`"""
    steps, carry = [], 0
    places = digits(number)
    for place, x in enumerate(places):
        total = x * digit + carry
        step = f"{x}*{digit}{f'+{carry}' if carry else ''}={total}, "
        carry = total // 10
        if carry and place + 1 < len(places):
            step += f"write {total % 10} carry {carry}."
        else:
            step += f"write {total}."
        steps.append(step)
    return " ".join(steps)


def multiply_steps(number: int, multiplier: int) -> str:
    """`47*36`: `36=30+6. 47*6: ... 282. 47*3: ... 141, so 47*30=1410. 282+1410: ...`: the running sum follows each row."""
    parts = [(digit, place) for place, digit in enumerate(digits(multiplier)) if digit]
    text = []
    if len(parts) > 1:
        text.append(f"{multiplier}={'+'.join(str(d * 10**p) for d, p in reversed(parts))}.")
    total = 0
    for digit, place in parts:
        row = number * digit
        if len(parts) == 1 and not place:
            return row_steps(number, digit)
        text.append(f"{number}*{digit}: {row_steps(number, digit)} {number}*{digit}={row}.")
        if place:
            text.append(f"{number}*{digit * 10**place}={row * 10**place}.")
        if total:
            text.append(f"{total}+{row * 10**place}: {add_steps(total, row * 10**place)} {total}+{row * 10**place}={total + row * 10**place}.")
        total += row * 10**place
    return " ".join(text)


def divide_steps(number: int, divisor: int) -> str:
    """Long division by 7: `8: 1*7=7, 8-7=1, write 1. 16: 2*7=14, 16-14=2, write 2. 25: 3*7=21, 25-21=4, write 3 rest 4.`"""
    steps, rest = [], 0
    places = list(reversed(digits(number)))
    for place, digit in enumerate(places):
        here = rest * 10 + digit
        quotient, rest = divmod(here, divisor)
        last = place + 1 == len(places)
        product = quotient * divisor
        done = f"{here}: {quotient}*{divisor}={product}, {here}-{product}={rest}, write {quotient}" if quotient else f"{here}<{divisor}, write 0"
        steps.append(f"{done}{f' rest {rest}' if last and rest else ''}.")
    return " ".join(steps)


def _add(a: int, b: int) -> tuple[str, str | None, bool]:
    result = str(a + b)
    if a < 0:  # -a + b: a subtraction the other way round
        return result, f"{b}-{-a}={result}.", length(a) <= 2 and length(b) <= 2
    if max(length(a), length(b)) > 6:
        return result, None, False
    return result, f"{add_steps(a, b)} So {a}+{b}={result}.", max(length(a), length(b)) <= 3


def _subtract(a: int, b: int) -> tuple[str, str | None, bool]:
    result = str(a - b)
    if a < 0:
        return result, f"{-a}+{b}={b - a}, with a minus {result}.", length(a) <= 2 and length(b) <= 2
    if max(length(a), length(b)) > 6:
        return result, None, False
    if a < b:
        chain = f"{compare_steps(a, b)} So {b}-{a} with a minus. {subtract_steps(b, a)} {b}-{a}={b - a}. So {a}-{b}={result}."
    else:
        chain = f"{compare_steps(a, b)} {subtract_steps(a, b)} So {a}-{b}={result}."
    return result, chain, max(length(a), length(b)) <= 3


def _multiply(a: int, b: int) -> tuple[str, str | None, bool]:
    result = str(a * b)
    low, high = min(a, b), max(a, b)
    if high <= 12:
        return result, f"{a}*{b}={result}.", True
    if low == 0:
        return result, "Anything times 0 is 0.", True
    if length(a) + length(b) > 6:
        return result, None, False
    number, multiplier = (a, b) if length(a) >= length(b) else (b, a)
    chain = f"{multiply_steps(number, multiplier)} So {a}*{b}={result}."
    direct = (low <= 9 and high <= 99) or (low in (10, 100) and high <= 999) or (high in (10, 100) and low <= 999)
    return result, chain, direct


def _divide(a: int, b: int) -> tuple[str, str | None, bool]:
    if b == 0:
        raise ValueError("division by zero has its own sentence: BY_ZERO")
    quotient, rest = divmod(a, b)
    result = f"{quotient} remainder {rest}" if rest else str(quotient)
    if a <= 100 and b <= 10 or not rest and max(quotient, b) <= 12:
        return result, f"{quotient}*{b}={quotient * b}. {a}-{quotient * b}={rest}.", True
    if b > 12 or length(a) > 6:
        return result, None, False
    return result, f"{divide_steps(a, b)} So {a}/{b}={result}.", False


_RULES = {"+": _add, "-": _subtract, "*": _multiply, "/": _divide}


def solve(op: str, a: int, b: int) -> Sum:
    """The sum `a op b` (op one of + - * /; numbers not negative, but for a small `a` in + and -)."""
    result, chain, direct = _RULES[op](a, b)
    return Sum(f"{a} {op} {b}", result, chain, direct)


def content_key(op: str, a: int, b: int) -> str | None:
    """What is held out by meaning: large spaces only, the operands of + and * in order. Tables and small numbers are always trained."""
    if op == "/" and a <= 100 or max(abs(a), abs(b)) <= 12 or min(abs(a), abs(b)) < 10 and max(abs(a), abs(b)) < 100:
        return None
    low, high = (min(a, b), max(a, b)) if op in "+*" else (a, b)
    return f"{op} {low} {high}"


def running_sums(values: list[int]) -> list[str]:
    """`84+10=94`, `94+5=99` ...: one step for each number after the first."""
    totals = list(itertools.accumulate(values))
    return [f"{total}+{value}={total + value}" for total, value in zip(totals, values[1:])]


def worked(op: str, a: int, b: int) -> str:
    """`47 * 6 = 240 + 42 = 282`: the sum as the answer shows it, with one step between where the digits do not give the result one by one."""
    answer = solve(op, a, b)
    between = ""
    if op == "*" and min(a, b) > 1 and max(a, b) > 12 and min(a, b) < 10:
        low, high = min(a, b), max(a, b)
        if high % 10 and high > 12:
            between = f"{low * (high - high % 10)} + {low * (high % 10)} = "
    elif op == "-" and a > b > 99 and b % 100:
        between = f"{a - b // 100 * 100} - {b % 100} = "
    elif op in "+-" and a < 0:
        parts = f"{-a} + {b}" if op == "-" else f"{b} - {-a}" if b >= -a else f"{-a} - {b}"
        between = f"-({parts}) = " if a + b < 0 or op == "-" else f"{parts} = "
    elif op == "-" and a < b and b > 9:
        between = f"-({b - a // 100 * 100} - {a % 100}) = " if a % 100 else ""
    return f"{answer.text} = {between}{answer.result}"


def too_long_turn(session: Session, user: str, reach: str, key: str | None) -> list[Turn]:
    """The refusal of a sum that has no direct answer (`think`: thinking helps; `never`: it does not)."""
    sentence = TOO_LONG if reach == "never" else NEEDS_THINKING
    return [Turn("toolong", user, styled(session, sentence, sentence), key=key)]


def sum_turn(session: Session, skill: str, user: str, op: str, a: int, b: int, think_only: bool = False) -> list[Turn]:
    """The turn for a sum, whatever its size: result, chain, or the honest sentence that it is too long.

    `think_only` asks for the chain even in a session that does not think: such a turn is only placed where it may be.
    """
    if op == "/" and b == 0:
        return [Turn(skill, user, styled(session, BY_ZERO, BY_ZERO))]
    answer = solve(op, a, b)
    key = content_key(op, a, b)
    thinks = session.thinking or think_only
    if answer.reach == "never" or (answer.reach == "think" and not thinks):
        return too_long_turn(session, user, answer.reach, key)
    sentence = f"{answer.text} = {answer.result}" if thinks else worked(op, a, b)
    return [Turn(skill, user, styled(session, answer.result, sentence),
                 thinking=answer.chain if thinks else None, think_only=answer.reach == "think", key=key)]
