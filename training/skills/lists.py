"""Questions about short lists and small changes of them."""

from __future__ import annotations

import random

from . import items
from .base import Session, Skill, Turn, styled
from .calculation import add_up, too_long_turn
from .letters import plain_word

_REVERSE = ("Reverse this list: {}", "Reverse the list {}.", "Reverse the list: {}", "Write this list backwards: {}", "Reverse the order: {}", "Turn this list around: {}",
            "Put this list in reverse: {}", "What is the list {} in reverse order?", "Can you reverse this list? {}", "List these backwards: {}", "List {} in reverse order.",
            "Reverse the order of {}.", "Write {} in reverse order.", "Give me this list from the end to the start: {}", "Please reverse the list {}.", "Flip this list: {}",
            "Reverse these items: {}", "Say these in reverse order: {}", "reverse the list {}", "Last to first, please: {}", "The other way round: {}")
_LARGEST = ("What is the {w} number in {l}?", "Which is the {w} number: {l}?", "Which number is the {w}: {l}?", "Find the {w} number: {l}", "What's the {w} of {l}?",
            "Which of these numbers is the {w}: {l}?", "The {w} of {l}?", "Tell me the {w} number in {l}.", "Give me the {w} number: {l}", "what is the {w} number in {l}",
            "Look at these numbers: {l}. Which is the {w}?", "Pick the {w} number: {l}", "In the list {l}, which number is the {w}?")
_BIG, _LITTLE = ("largest", "largest", "biggest", "greatest", "highest"), ("smallest", "smallest", "lowest")
_EXTREME = ("{w} of {l}", "Find the {w} of {l}.", "What is the {w} of {l}?", "{w}({l})")
_NTH = ("What is the {n} item in {l}?", "What is the {n} item of the list {l}?", "Which item is {n} in {l}?", "What comes {n} in this list: {l}?", "Tell me the {n} item: {l}",
        "Give me the {n} element of {l}.", "what is the {n} item in {l}", "Look at this list: {l}. What is the {n} item?", "In the list {l}, what is the {n} item?",
        "Find the {n} item in this list: {l}", "What is the {n} element of {l}?", "What's the {n} one in {l}?", "Here is a list: {l}. Which item is {n}?", "The {n} item of {l}?")
_MANY = ("How many items are in {l}?", "How many items are in this list: {l}?", "How many {k} are in this list: {l}?", "Count the items: {l}", "How many {k} are there: {l}?", "How long is this list: {l}?",
         "Count the {k}: {l}", "How many items does the list {l} have?", "how many items are in the list {l}", "Here is a list: {l}. How many items does it have?",
         "How many elements are in {l}?", "What is the length of the list {l}?", "Number of items in {l}?", "Tell me how many {k} these are: {l}")
_HAS = ("Is {x} in this list: {l}?", "Is {x} in the list {l}?", "Does the list {l} contain {x}?", "Does this list contain {x}: {l}?", "is {x} in {l}", "Is {x} one of {l}?",
        "Can you find {x} in this list: {l}?", "Look at this list: {l}. Is {x} in it?", "Here is a list: {l}. Does it contain {x}?", "Do you see {x} in {l}?",
        "Is {x} among {l}?", "Does {l} include {x}?", "Is there {x} in the list {l}?")
_PLACE = ("At which position is {x} in {l}?", "What position is {x} in: {l}?", "Where is {x} in the list {l}?", "Which place does {x} have in {l}?", "What is the position of {x} in {l}?",
          "Look at this list: {l}. At which position is {x}?")
_SUM = ("What is the sum of {l}?", "Add up {l}.", "Add these numbers: {l}", "Sum of {l}", "What is the total of {l}?", "Sum up these numbers: {l}", "Add these numbers together: {l}",
        "What do {l} add up to?", "Find the sum of {l}.", "How much is {l} together?", "Total: {l}", "Sum the list {l}.", "Add up these numbers: {l}", "sum({l})", "What is the sum of the numbers {l}?",
        "Calculate the sum of {l}.", "Tell me the sum of {l}.", "Add all of these: {l}", "What is the sum of this list: {l}?", "Can you add up {l}?")
_REMOVE = ("Remove {x} from {l}.", "Remove {x} from the list {l}.", "Remove {x} from this list: {l}", "Take {x} out of the list {l}.", "Delete {x} from {l}.", "Leave out {x}: {l}",
           "Write the list {l} without {x}.", "{l} without {x}", "Drop {x} from this list: {l}", "remove {x} from {l}", "What is left of {l} without {x}?")
_REMOVE_AT = ("Remove the {n} item from {l}.", "Remove the {n} item of this list: {l}", "Delete the {n} item of {l}.", "Drop the {n} item: {l}", "Write the list {l} without the {n} item.",
              "Take the {n} item out of {l}.")
_APPEND = ("Add {x} to the end of {l}.", "Append {x} to {l}.", "Append {x} to the list {l}.", "Add {x} at the end of this list: {l}", "Put {x} at the end of {l}.", "Add {x} to the list {l}.",
           "Add {x} to this list: {l}", "append {x} to {l}")
_PREPEND = ("Add {x} to the front of {l}.", "Put {x} at the start of {l}.", "Put {x} in front of {l}.", "Insert {x} at the beginning of the list {l}.", "Add {x} at the start of this list: {l}",
            "Put {x} first: {l}")
_REPLACE = ("Replace {x} with {y} in {l}.", "Replace {x} by {y} in the list {l}.", "Change {x} to {y} in this list: {l}", "In the list {l}, replace {x} with {y}.",
            "Swap {x} for {y} in {l}.", "replace {x} with {y}: {l}")
_KEEP = ("Which of these numbers are {w}: {l}?", "Keep only the {w} numbers: {l}", "List the {w} numbers in {l}.", "Find the {w} numbers: {l}", "Which numbers in {l} are {w}?",
         "Pick the {w} numbers from {l}.", "Give me all {w} numbers of {l}.")
_WORD_OF = ("What is the {n} word of \"{s}\"?", "What is the {n} word in the sentence \"{s}\"?", "Which word is {n} in \"{s}\"?", "Tell me the {n} word of this sentence: {s}", "What is the {n} word in \"{s}\"?",
            "what is the {n} word of \"{s}\"", "Give me the {n} word of the sentence \"{s}\".")
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh")


def _list_answer(session: Session, values: list[str]) -> str:
    text = ", ".join(values) if values else "none"
    return styled(session, text, text)


def list_reverse(rng: random.Random, session: Session) -> list[Turn]:
    """The list from its end to its start."""
    values, _ = items.either(rng)
    return [Turn("list_reverse", rng.choice(_REVERSE).format(items.shown(rng, values)), _list_answer(session, values[::-1]),
                 thinking=f"The last item is {values[-1]}, so I start there." if session.thinking else None, key=items.key("reverse", values), vary="edge")]


def _ordinal(rng: random.Random, size: int) -> tuple[str, int]:
    if rng.random() < 0.25:
        return "last", size - 1
    place = rng.randrange(min(size, 6))
    return _ORDINALS[place], place


def list_question(rng: random.Random, session: Session) -> list[Turn]:
    """Largest, smallest, n-th, how many, is it in the list, at which position; the n-th word of a sentence."""
    kind = rng.random()
    chain = None
    if kind < 0.28:
        values = [str(number) for number in items.numbers(rng)]
        big = rng.random() < 0.5
        word, result = rng.choice(_BIG if big else _LITTLE), str((max if big else min)(map(int, values)))
        user = rng.choice(_LARGEST).format(w=word, l=items.shown(rng, values))
        if rng.random() < 0.12:
            user = rng.choice(_EXTREME).format(w="maximum" if big else "minimum", l=", ".join(values)).replace("maximum(", "max(").replace("minimum(", "min(")
        fact, sentence = result, f"The {'largest' if big else 'smallest'} number is {result}."
    elif kind < 0.48:
        values, _ = items.either(rng)
        name, place = _ordinal(rng, len(values))
        fact, sentence = values[place], f"The {name} item is {values[place]}."
        user = rng.choice(_NTH).format(n=name, l=items.shown(rng, values))
        chain = " ".join(f"{number}. {value}" for number, value in enumerate(values[:place + 1], 1))
    elif kind < 0.6:
        values, what = items.either(rng)
        user = rng.choice(_MANY).format(l=items.shown(rng, values), k="numbers" if what == "numbers" else "items")
        fact, sentence = str(len(values)), f"The list has {len(values)} items."
        chain = " ".join(f"{number}. {value}" for number, value in enumerate(values, 1))
    elif kind < 0.8:
        values, what = items.either(rng, 3, 8)
        wanted = rng.choice(values)
        if rng.random() < 0.5:
            values.remove(wanted)
        inside = wanted in values
        user = rng.choice(_HAS).format(x=wanted, l=items.shown(rng, values))
        fact, sentence = ("yes", f"Yes, {wanted} is in the list.") if inside else ("no", f"No, {wanted} is not in the list.")
    elif kind < 0.88:
        values, _ = items.either(rng)
        place = rng.randrange(len(values))
        user = rng.choice(_PLACE).format(x=values[place], l=items.shown(rng, values))
        fact, sentence = str(place + 1), f"{values[place]} is at position {place + 1}."
        chain = " ".join(f"{number}. {value}" for number, value in enumerate(values[:place + 1], 1))
    else:
        values = [plain_word(rng, 2, 8) for _ in range(rng.randint(3, 7))]
        name, place = _ordinal(rng, len(values))
        user = rng.choice(_WORD_OF).format(n=name, s=" ".join(values))
        fact, sentence = values[place], f"The {name} word is {values[place]}."
        chain = " ".join(f"{number}. {value}" for number, value in enumerate(values[:place + 1], 1))
    return [Turn("list_question", user, styled(session, fact, sentence), thinking=(chain or "I look at all items.") if session.thinking else None,
                 key=items.key("list", values), vary="edge")]


_MEAN = ("What is the average of {l}?", "Average of {l}", "What is the mean of {l}?", "Find the average of {l}.", "Calculate the average: {l}", "what is the average of {l}",
         "What's the average of {l}?", "Tell me the mean of {l}.")


def _mean(rng: random.Random, session: Session) -> list[Turn]:
    """The average of two to four small numbers, a whole one."""
    size = rng.randint(2, 4)
    values = [rng.randint(1, 20) for _ in range(size)]
    values[-1] += -sum(values) % size
    total = sum(values)
    steps = add_up(values).chain
    user = rng.choice(_MEAN).format(l=", ".join(map(str, values[:-1])) + rng.choice((" and ", ", " if size > 2 else " and ")) + str(values[-1]))
    return [Turn("list_sum", user, styled(session, str(total // size), f"The average is {total // size}."),
                 thinking=f"{steps} {total}/{size}={total // size}." if session.thinking else None, key="mean " + " ".join(map(str, sorted(values))))]


def list_sum(rng: random.Random, session: Session) -> list[Turn]:
    """The sum of three to six numbers, or their average."""
    if rng.random() < 0.12:
        return _mean(rng, session)
    high = rng.choice((9, 9, 20, 99, 999))
    values = [rng.randint(1, high) for _ in range(rng.choice((3, 3, 4, 4, 5, 6)) if high < 99 else rng.choice((3, 3, 3, 4)))]
    user = rng.choice(_SUM).format(l=items.shown(rng, [str(value) for value in values]))
    answer = add_up(values)
    key = "sums " + "+".join(map(str, values))
    if answer.direct or session.thinking:
        return [Turn("list_sum", user, styled(session, answer.result, f"The sum is {answer.result}."), thinking=answer.chain if session.thinking else None, key=key)]
    return too_long_turn(session, user, answer.reach, key)


def list_edit(rng: random.Random, session: Session) -> list[Turn]:
    """Remove, append, put in front, replace, keep the even or odd or large ones."""
    values, what = items.either(rng, 3, 6)
    kind = rng.random()
    place = rng.randrange(len(values))
    x = values[place]
    y = str(rng.randint(1, 999)) if what == "numbers" else plain_word(rng, 3, 8)
    if kind < 0.25:
        template, after, name = rng.choice(_REMOVE), values[:place] + values[place + 1:], ""
    elif kind < 0.4:
        name, place = _ordinal(rng, len(values))
        template, after = rng.choice(_REMOVE_AT), values[:place] + values[place + 1:]
    elif kind < 0.55:
        template, after, name, x = rng.choice(_APPEND), values + [y], "", y
    elif kind < 0.68:
        template, after, name, x = rng.choice(_PREPEND), [y] + values, "", y
    elif kind < 0.82:
        template, after, name = rng.choice(_REPLACE), [y if value == x else value for value in values], ""
    else:
        values = [str(number) for number in items.numbers(rng, 3, 7)]
        limit = rng.choice([int(value) for value in values]) + rng.choice((-1, 1, 2))
        tests = {"even": lambda n: n % 2 == 0, "odd": lambda n: n % 2 == 1, f"larger than {limit}": lambda n: n > limit,
                 f"smaller than {limit}": lambda n: n < limit}
        name = rng.choice(list(tests))
        template = rng.choice([t for t in _KEEP if "are {w}" in t] if "than" in name else _KEEP)
        user = template.format(w=name, l=items.shown(rng, values))
        return [Turn("list_edit", user, _list_answer(session, [value for value in values if tests[name](int(value))]),
                     thinking="I test the numbers one by one." if session.thinking else None, key=items.key("keep", values), vary="edge")]
    user = template.format(x=x, y=y, n=name, l=items.shown(rng, values))
    return [Turn("list_edit", user, _list_answer(session, after), thinking="The other items stay as they are." if session.thinking else None,
                 key=items.key("edit", values), vary="edge")]


SKILLS = {"list_reverse": Skill(list_reverse, 1.0), "list_question": Skill(list_question, 1.5), "list_sum": Skill(list_sum, 0.8), "list_edit": Skill(list_edit, 1.2)}
