"""What comes next: steps, doubling, squares, sums of two; the number or letter before and after; counting up and down."""

from __future__ import annotations

import random

from .base import Session, Skill, Turn, styled, terse
from .sum_wordings import in_words

_NEXT = ("What comes next: {}?", "What comes next: {}?", "What is the next number: {}?", "What number comes next: {}?", "What is the next number in {}?",
         "Which number comes next: {}?", "Continue the sequence: {}", "Continue: {}", "{}, ...?", "{}, what comes next?", "Complete the pattern: {}",
         "Find the next number: {}.", "Next number: {}", "What follows {}?", "Look at this sequence: {}. What is the next number?", "Here is a sequence: {}. What comes next?",
         "{}, ...", "Which number follows: {}?", "What is the next term of {}?", "Tell me the next number: {}.", "{}, ?", "Guess the next number: {}")
_AFTER = ("What comes after {}?", "What number comes after {}?", "Which number follows {}?", "what comes after {}", "What is the number after {}?", "Which number is next after {}?",
          "What is one more than {}?", "Tell me the number that follows {}.")
_BEFORE = ("What comes before {}?", "What number comes before {}?", "what comes before {}", "What is the number before {}?", "Which number is right before {}?",
           "What is one less than {}?", "Tell me the number right before {}.")
_LETTER_AFTER = ("What letter comes after {}?", "Which letter comes after {}?", "What comes after {} in the alphabet?", "which letter follows {}", "What is the next letter after {}?",
                 "Which letter follows {} in the alphabet?")
_LETTER_BEFORE = ("What letter comes before {}?", "Which letter comes before {}?", "What comes before {} in the alphabet?", "Which letter is right before {}?")
_PLACE = ("What is the {n} letter of the alphabet?", "Which letter is the {n} in the alphabet?", "what is the {n} letter of the alphabet", "Tell me the {n} letter of the alphabet.",
          "The {n} letter of the alphabet?", "Which letter of the alphabet is the {n}?")
_ALL = ("Say the alphabet.", "Write the alphabet.", "What is the alphabet?", "Tell me the alphabet.", "Can you say the alphabet?", "Recite the alphabet.", "Do you know the alphabet?",
        "Write down the alphabet.", "List all letters of the alphabet.", "Give me the alphabet.", "What are the letters of the alphabet?", "Say your ABC.", "The alphabet, please.", "Alphabet?", "Show me the alphabet.", "Can you write the alphabet for me?")
_ALL_BACK = ("Say the alphabet backwards.", "What is the alphabet backwards?", "Write the alphabet from Z to A.", "Can you say the alphabet backwards?", "The alphabet in reverse, please.",
             "Recite the alphabet backwards.", "Give me the alphabet in reverse order.", "List all letters from Z to A.", "the alphabet backwards", "Alphabet backwards?")
_UP = ("Count from {a} to {b}.", "count from {a} to {b}", "Can you count from {a} to {b}?", "List the numbers from {a} to {b}.", "Write the numbers from {a} to {b}.",
       "Give me the numbers from {a} to {b}.", "Count: {a} to {b}", "All numbers from {a} to {b}, please", "Please count from {a} to {b}.", "Say the numbers from {a} to {b}.")
_UP_ONE = ("Count to {b}.", "count to {b}", "Can you count to {b}?", "Count up to {b}.", "Please count to {b}.", "Count to {b} for me.")
_DOWN_ONE = ("Count down from {a}.", "Count down from {a} to 1.", "count down from {a}", "Count backwards from {a}.", "Can you count down from {a}?")
_UP_STEPS = ("Count to {b} {s}.", "count to {b} {s}", "Count {s} to {b}.", "Can you count to {b} {s}?", "Count {s} up to {b}.", "count {s} to {b}")
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"


def _terms(rng: random.Random, small: bool) -> tuple[list[int], str]:
    """The shown terms with the one to find, and how it is found. No two kinds share their first four terms with different continuations."""
    kind, shown = rng.random() * (0.7 if small else 1), rng.randint(4, 6)
    if kind < 0.56:
        step = rng.choice((1, 2, 2, 3, 5, 10, 10, 100) if small else (1, 2, 2, 3, 3, 4, 5, 5, 6, 7, 8, 9, 10, 10, 11, 12, 15, 15, 20, 20, 25, 25, 50, 50, 100))
        first = rng.choice((step, rng.randint(0, 20), rng.randint(0, 50 if small else 99), rng.randint(0, 50) if small else rng.randint(100, 500)))
        terms = [first + step * i for i in range(shown + 1)]
        if rng.random() < 0.35:
            terms.reverse()
            step = -step
        found = f"{terms[-2]} {'+' if step > 0 else '-'} {abs(step)} = {terms[-1]}"
    elif kind < 0.76:
        factor = rng.choice((2, 2, 2, 3, 10))
        first = rng.randint(1, 5 if small else {2: 40, 3: 12, 10: 30}[factor])
        shown = min(shown, {2: 5, 3: 4, 10: 4}[factor])
        terms = [first * factor**i for i in range(shown + 1)]
        found = f"times {factor}: {terms[-2]} * {factor} = {terms[-1]}"
        if factor == 10:  # seen by its zeros; the differences are long numbers
            return terms, f"{terms[-3]} * 10 = {terms[-2]}, so {found}."
    elif kind < 0.86:
        start = rng.randint(1, 8)
        terms = [(start + i) ** 2 for i in range(min(shown, 12 - start) + 1)]
        if len(terms) < 5:
            terms = [i * i for i in range(1, 6)]
        root = int(terms[-1] ** 0.5 + 0.5)
        found = f"squares: {root} * {root} = {terms[-1]}"
    else:
        terms = [rng.randint(1, 9), rng.randint(1, 12)]
        while len(terms) < shown + 1:
            terms.append(terms[-1] + terms[-2])
        found = f"the last two: {terms[-3]} + {terms[-2]} = {terms[-1]}"
    return terms, f"{_difference(*terms[-4:-2])}, {_difference(*terms[-3:-1])}, so {found}."


def _difference(a: int, b: int) -> str:
    return f"{max(a, b)} - {min(a, b)} = {abs(a - b)}"


def sequence(rng: random.Random, session: Session) -> list[Turn]:
    """The next term of a sequence of numbers or letters."""
    if rng.random() < 0.07:
        step, start = rng.choice((1, 1, 2, 3)), rng.randint(0, 13)
        letters = _ALPHABET[start::step][:5]
        if rng.random() < 0.3:
            letters = letters[::-1]
        letters = letters.upper() if rng.random() < 0.3 else letters
        user = rng.choice(_NEXT).replace("number", "letter").format(", ".join(letters[:4]))
        return [Turn("sequence", user, styled(session, letters[4], f"The next letter is {letters[4]}."),
                     thinking=f"The step is {step}." if session.thinking else None, vary="edge")]
    terms, found = _terms(rng, terse(session))
    sentence = f"The next number is {terms[-1]}."
    shown = (", " if rng.random() < 0.85 else " ").join(map(str, terms[:-1]))
    return [Turn("sequence", rng.choice(_NEXT).format(shown), styled(session, str(terms[-1]), sentence if session.thinking else f"{found} {sentence}"),
                 thinking=found if session.thinking else None,
                 key="sequence " + " ".join(map(str, terms[:4])) if max(terms[:4]) > 40 else None)]


def _neighbour(rng: random.Random, session: Session) -> Turn:
    after = rng.random() < 0.5
    if rng.random() < 0.3:
        place = rng.randint(0, 24) if after else rng.randint(1, 25)
        letter, answer = _ALPHABET[place], _ALPHABET[place + (1 if after else -1)]
        if rng.random() < 0.4:
            letter, answer = letter.upper(), answer.upper()
        return Turn("count_to", rng.choice(_LETTER_AFTER if after else _LETTER_BEFORE).format(letter),
                    styled(session, answer, f"{answer} comes {'after' if after else 'before'} {letter}."), vary="edge")
    number = rng.choice((rng.randint(1, 99), rng.randint(1, 999), rng.randint(1, 9999), 10 * rng.randint(1, 99), 10 * rng.randint(1, 99) - 1))
    answer = number + 1 if after else number - 1
    return Turn("count_to", rng.choice(_AFTER if after else _BEFORE).format(number),
                styled(session, str(answer), f"{answer} comes {'after' if after else 'before'} {number}."), key=f"neighbour {number}" if number > 99 else None)


def _letters(rng: random.Random, session: Session) -> Turn:
    """The whole alphabet, or one of its letters by number."""
    if rng.random() < 0.4:
        back = rng.random() < 0.3
        text = ", ".join(reversed(_ALPHABET) if back else _ALPHABET)
        return Turn("count_to", rng.choice(_ALL_BACK if back else _ALL), styled(session, text, text))
    place = rng.randint(1, 26)
    end = {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th") if place not in (11, 12, 13) else "th"
    letter = _ALPHABET[place - 1]
    shown = _ORDINALS[place - 1] if place <= len(_ORDINALS) and rng.random() < 0.5 else f"{place}{end}"
    return Turn("count_to", rng.choice(_PLACE).format(n=shown), styled(session, letter, f"The {shown} letter of the alphabet is {letter}."))


def count_to(rng: random.Random, session: Session) -> list[Turn]:
    """Counting from one number to another, also down and in steps; the number or letter before and after."""
    kind = rng.random()
    if kind < 0.05:
        return [_letters(rng, session)]
    if kind < 0.35:
        return [_neighbour(rng, session)]
    if kind < 0.5:
        high = rng.randint(2, 20)
        shown = in_words(high) if rng.random() < 0.4 else str(high)
        down = rng.random() < 0.4
        user = rng.choice(_DOWN_ONE if down else _UP_ONE).format(a=shown, b=shown)
        values, key = (range(high, 0, -1) if down else range(1, high + 1)), None
    elif kind < 0.56:
        step = rng.choice((2, 2, 2, 3, 4, 5, 10, 20, 100))
        high = step * rng.randint(3, 10)
        user = rng.choice(_UP_STEPS).format(b=high, s=f"by {step}s" if step > 2 or rng.random() < 0.5 else "by twos")
        values, key = range(step, high + 1, step), None
    elif kind < 0.9:
        first, size = rng.choice((rng.randint(0, 30), rng.randint(0, 200), rng.randint(200, 990))), rng.randint(2, 11)
        last = first + size
        if rng.random() < 0.25:  # downwards, fewer beyond the small numbers
            first = rng.randint(2, 60) if rng.random() < 0.7 else rng.randint(60, 400)
            last = max(0, first - rng.randint(2, 9 if first <= 60 else 4))
        user = rng.choice(_UP).format(a=first, b=last)
        values = range(first, last + 1) if last >= first else range(first, last - 1, -1)
        key = f"count {first} {last}"
    else:
        step, first, size = rng.choice((2, 3, 4, 5, 10, 20, 100)), rng.choice((0, rng.randint(0, 40))), rng.randint(3, 9)
        values = range(first, first + step * size + 1, step)
        user = rng.choice(_UP).format(a=first, b=values[-1]).rstrip(".?") + rng.choice((f" in steps of {step}", f" by {step}s" if step > 2 else " by twos"))
        user = user.replace(", please", "") + rng.choice((".", ""))
        key = f"count {first} {values[-1]} {step}"
    text = ", ".join(map(str, values))
    return [Turn("count_to", user, styled(session, text, text), key=key)]


SKILLS = {"sequence": Skill(sequence, 1.2), "count_to": Skill(count_to, 0.7)}
