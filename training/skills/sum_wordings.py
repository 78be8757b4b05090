"""How people ask for a sum: expressions, frames around them, orders, numbers in words."""

from __future__ import annotations

import random

from .wording import ASK, say

FRAMES = ("What is {}?", "What is {}?", "what is {}", "What's {}?", "what's {}?", "{}", "{}", "{} =", "{}=", "{} = ?", "{}?", "{}=?", "Calculate {}.",
           "calculate {}", "Compute {}.", "Work out {}.", "Solve {}.", "How much is {}?", "how much is {}", "Tell me {}.", "Tell me what {} is.",
           "Can you calculate {}?", "Can you work out {} for me?", "Do you know what {} is?", "What does {} equal?", "What do you get for {}?",
           "Evaluate {}.", "Give me the result of {}.", "I need the result of {}.", "{} equals what?", "What is the result of {}?",
           "What's the answer to {}?", "Let's do some maths: {}", "Maths question: {}", "Sum: {}", "Find {}.", "I want to know what {} is.",
           "My homework says {}. What is it?", "Quick, {}!", "Do you know {}?", "How much would {} be?", "and {}?", "And what is {}?", "Now {}.")
FORMS = {
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
_DIFFERENCES = ("What is the difference between {a} and {b}?", "What's the difference between {a} and {b}?", "Difference between {a} and {b}", "the difference of {a} and {b}",
                "What is the difference of {a} and {b}?", "Calculate the difference between {a} and {b}.", "How much more is {a} than {b}?", "How much larger is {a} than {b}?")
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
        text = rng.choice([form for form in FORMS[op] if " " in form and form.replace("{a}", "").replace("{b}", "").strip(" ").isalpha()]
                          or [FORMS[op][4]])
        return rng.choice(FRAMES[:6] + FRAMES[12:20]).format(text.format(a=number(a), b=number(b)))
    if max(a, b) >= 1000 and rng.random() < 0.08:
        number = "{:,}".format
    if op == "-" and a >= b and rng.random() < 0.06:
        return rng.choice(_DIFFERENCES).format(a=number(a), b=number(b))
    if a >= 0 and rng.random() < 0.2:
        return rng.choice(_ORDERS[op]).format(a=number(a), b=number(b))
    return frame(rng, rng.choice(FORMS[op]).format(a=number(a), b=number(b)))


def frame(rng: random.Random, text: str) -> str:
    """A question for an expression: in a frame of sums, now and then in one of those that ask for anything."""
    return say(rng, ASK, N=text) if rng.random() < 0.15 else rng.choice(FRAMES).format(text)
