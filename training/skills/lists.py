"""Questions about short lists and small changes of them.

What needs a look at every item is answered after that look: in the chain of a thinking turn, otherwise in the answer itself (`61, 89, 85: no, 66 is
not in the list.`). Brief answers and JSON have no place for it, so such questions have shorter lists there.
"""

from __future__ import annotations

import random

from . import items
from .base import Session, Skill, Turn, styled, terse
from .calculation import running_sums
from .letters import sentence_word

_REVERSE = ("Reverse this list: {}", "Reverse the list {}.", "Reverse the list: {}", "Write this list backwards: {}", "Reverse the order: {}", "Turn this list around: {}",
            "Put this list in reverse: {}", "What is the list {} in reverse order?", "Can you reverse this list? {}", "List these backwards: {}", "List {} in reverse order.",
            "Reverse the order of {}.", "Write {} in reverse order.", "Give me this list from the end to the start: {}", "Please reverse the list {}.", "Flip this list: {}",
            "Reverse these items: {}", "Say these in reverse order: {}", "reverse the list {}", "Last to first, please: {}", "The other way round: {}")
_LARGEST = ("What is the {w} number in {l}?", "Which is the {w} number: {l}?", "Which number is the {w}: {l}?", "Find the {w} number: {l}", "What's the {w} of {l}?",
            "Which of these numbers is the {w}: {l}?", "The {w} of {l}?", "Tell me the {w} number in {l}.", "Give me the {w} number: {l}", "what is the {w} number in {l}",
            "Look at these numbers: {l}. Which is the {w}?", "Pick the {w} number: {l}", "In the list {l}, which number is the {w}?", "which is the {w}: {l}", "{w} of {l}", "What's the {w}: {l}?", "Which is {w}: {l}?")
_BIG, _LITTLE = ("largest", "largest", "biggest", "greatest", "highest"), ("smallest", "smallest", "lowest")
_EXTREME = ("{w} of {l}", "Find the {w} of {l}.", "What is the {w} of {l}?", "{w}({l})")
_NTH = ("What is the {n} item in {l}?", "What is the {n} item of the list {l}?", "Which item is {n} in {l}?", "What comes {n} in this list: {l}?", "Tell me the {n} item: {l}",
        "Give me the {n} element of {l}.", "what is the {n} item in {l}", "Look at this list: {l}. What is the {n} item?", "In the list {l}, what is the {n} item?",
        "Find the {n} item in this list: {l}", "What is the {n} element of {l}?", "What's the {n} one in {l}?", "Here is a list: {l}. Which item is {n}?", "The {n} item of {l}?")
_MANY = ("How many items are in {l}?", "How many items are in this list: {l}?", "How many items: {l}", "how many items: {l}?", "How many {k} are in this list: {l}?", "Count the items: {l}", "How many {k} are there: {l}?", "How long is this list: {l}?",
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
_HAS_WORD = ("Is the word {x} in \"{s}\"?", "Is the word {x} in the sentence \"{s}\"?", "Does \"{s}\" contain the word {x}?", "Does the sentence \"{s}\" contain the word {x}?",
             "Is {x} a word of \"{s}\"?", "Can you find the word {x} in \"{s}\"?", "is the word {x} in \"{s}\"")
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
_WORD_OF = ("What is the {n} word of \"{s}\"?", "What is the {n} word in the sentence \"{s}\"?", "Which word is {n} in \"{s}\"?", "Tell me the {n} word of this sentence: {s}", "What is the {n} word in this sentence: {s}", "Which word is {n}: {s}", "What is the {n} word in \"{s}\"?",
            "what is the {n} word of \"{s}\"", "Give me the {n} word of the sentence \"{s}\".")
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh")


def _list_answer(session: Session, values: list[str]) -> str:
    text = ", ".join(values) if values else "none"
    return styled(session, text, text)


def _room(session: Session) -> int:
    """The most items of a list: less where the answer is all there is."""
    return 7 if session.thinking else 4 if terse(session) else 5


def _numbered(values: list[str]) -> str:
    """`1. pear 2. egg`"""
    return " ".join(f"{number}. {value}" for number, value in enumerate(values, 1))


def list_reverse(rng: random.Random, session: Session) -> list[Turn]:
    """The list from its end to its start."""
    values, _ = items.either(rng, 3, 7 if session.thinking else 6)
    return [Turn("list_reverse", rng.choice(_REVERSE).format(items.shown(rng, values)), _list_answer(session, values[::-1]),
                 thinking=f"The last item is {values[-1]}, so I start there." if session.thinking else None, key=items.key("reverse", values), vary="edge")]


def _ordinal(rng: random.Random, size: int) -> tuple[str, int]:
    if rng.random() < 0.25:
        return "last", size - 1
    place = rng.randrange(min(size, 6))
    return _ORDINALS[place], place


def _worked(session: Session, fact: str, work: str, sentence: str) -> tuple[str, str | None]:
    """(answer, chain): the work stands in the chain if there is one, otherwise before the sentence."""
    if session.thinking:
        return styled(session, fact, sentence), f"{work}."
    return styled(session, fact, f"{work}: {sentence[0].lower() + sentence[1:] if sentence.split(' ')[0] in ('The', 'Yes,', 'No,') else sentence}"), None


def _extreme(rng: random.Random, session: Session) -> tuple[str, list[str], str, str | None]:
    values = [str(number) for number in items.numbers(rng, 3, _room(session) + (not terse(session)))]
    big = rng.random() < 0.5
    result = str((max if big else min)(map(int, values)))
    user = rng.choice(_LARGEST).format(w=rng.choice(_BIG if big else _LITTLE), l=items.shown(rng, values, rng.random() < 0.5))
    if rng.random() < 0.12:
        user = rng.choice(_EXTREME).format(w="maximum" if big else "minimum", l=", ".join(values)).replace("maximum(", "max(").replace("minimum(", "min(")
    best, steps = values[0], []
    for value in values[1:]:
        steps.append(f"{best} or {value}: {(best := str((max if big else min)(int(best), int(value))))}.")
    return user, values, styled(session, result, f"The {'largest' if big else 'smallest'} number is {result}."), " ".join(steps)


def _nth(rng: random.Random, session: Session, values: list[str], templates: tuple[str, ...], what: str, shown: str) -> tuple[str, list[str], str, str | None]:
    """The first, second and last are seen at once; for others the items are numbered."""
    name, place = _ordinal(rng, min(len(values), 3) if terse(session) else len(values))
    if terse(session) and name == "last":
        place = len(values) - 1
    sentence = f"The {name} {what} is {values[place]}."
    if place < 2 or name == "last":
        answer, chain = styled(session, values[place], sentence), f"{sentence}" if session.thinking else None
    else:
        answer, chain = _worked(session, values[place], _numbered(values[:place + 1]), sentence)
    return rng.choice(templates).format(n=name, l=shown, s=shown), values, answer, chain


def _contains(rng: random.Random, session: Session) -> tuple[str, list[str], str, str | None]:
    """Goes through the list up to the item."""
    of_words = rng.random() < 0.15
    values = list(dict.fromkeys(sentence_word(rng) for _ in range(rng.randint(3, 6)))) if of_words else items.either(rng, 3, 4 if terse(session) else _room(session) + 1)[0]
    wanted = rng.choice(values)
    if rng.random() < 0.5:
        values.remove(wanted)
    inside = wanted in values
    seen = values[:values.index(wanted) + 1] if inside else values
    user = rng.choice(_HAS_WORD).format(x=wanted, s=" ".join(values)) if of_words else rng.choice(_HAS).format(x=wanted, l=items.shown(rng, values))
    where = "sentence" if of_words else "list"
    sentence = f"Yes, {wanted} is in the {where}." if inside else f"No, {wanted} is not in the {where}."
    return user, values, *_worked(session, "yes" if inside else "no", ", ".join(seen), sentence)


def list_question(rng: random.Random, session: Session) -> list[Turn]:
    """Largest, smallest, n-th, how many, is it in the list, at which position; the n-th word of a sentence."""
    kind = rng.random()
    most = _room(session)
    if kind < 0.22:
        user, values, answer, chain = _extreme(rng, session)
    elif kind < 0.4:
        values, _ = items.either(rng, 3, most)
        user, values, answer, chain = _nth(rng, session, values, _NTH, "item", items.shown(rng, values))
    elif kind < 0.53:
        values, what = items.either(rng, 3, most)
        user = rng.choice(_MANY).format(l=items.shown(rng, values), k="numbers" if what == "numbers" else "items")
        answer, chain = _worked(session, str(len(values)), _numbered(values), f"The list has {len(values)} items.")
    elif kind < 0.77:
        user, values, answer, chain = _contains(rng, session)
    elif kind < 0.87 and not terse(session):
        values, _ = items.either(rng, 3, most)
        place = rng.randrange(len(values))
        user = rng.choice(_PLACE).format(x=values[place], l=items.shown(rng, values))
        answer, chain = _worked(session, str(place + 1), _numbered(values[:place + 1]), f"{values[place]} is at position {place + 1}.")
    else:
        values = [sentence_word(rng) for _ in range(rng.randint(3, most))]
        user, values, answer, chain = _nth(rng, session, values, _WORD_OF, "word", " ".join(values))
    return [Turn("list_question", user, answer, thinking=chain if session.thinking else None, key=items.key("list", values), vary="edge")]


_MEAN = ("What is the average of {l}?", "Average of {l}", "What is the mean of {l}?", "Find the average of {l}.", "Calculate the average: {l}", "what is the average of {l}",
         "What's the average of {l}?", "Tell me the mean of {l}.")


def _mean(rng: random.Random, session: Session) -> list[Turn]:
    """The average of two to four small numbers, a whole one."""
    size = 2 if terse(session) else rng.randint(2, 4)
    values = [rng.randint(1, 5 if terse(session) else 20) for _ in range(size)]
    values[-1] += -sum(values) % size
    total = sum(values)
    work = f"{', '.join(running_sums(values))}, {total}/{size}={total // size}."
    user = rng.choice(_MEAN).format(l=", ".join(map(str, values[:-1])) + rng.choice((" and ", ", " if size > 2 else " and ")) + str(values[-1]))
    sentence = f"The average is {total // size}."
    return [Turn("list_sum", user, styled(session, str(total // size), sentence if session.thinking else f"{work} {sentence}"),
                 thinking=work if session.thinking else None, key="mean " + " ".join(map(str, sorted(values))))]


def list_sum(rng: random.Random, session: Session) -> list[Turn]:
    """The sum of three to six numbers, or their average."""
    if rng.random() < 0.12:
        return _mean(rng, session)
    high = 9 if terse(session) else rng.choice((9, 9, 20, 99, 99, 999))
    values = [rng.randint(1, high) for _ in range(3 if terse(session) else rng.choice((3, 3, 4, 4, 5, 6)) if high < 999 else 3)]
    user = rng.choice(_SUM).format(l=items.shown(rng, [str(value) for value in values]))
    work, sentence = f"{', '.join(running_sums(values))}.", f"The sum is {sum(values)}."
    return [Turn("list_sum", user, styled(session, str(sum(values)), sentence if session.thinking else f"{work} {sentence}"),
                 thinking=work if session.thinking else None, key="sums " + "+".join(map(str, values)))]


def _keep(rng: random.Random, session: Session) -> list[Turn]:
    """The numbers of a list that pass a test, after a yes or no for each."""
    values = [str(number) for number in items.numbers(rng, 3, 3 if terse(session) else _room(session))]
    limit = rng.choice([int(value) for value in values]) + rng.choice((-1, 1, 2))
    tests = {"even": lambda n: n % 2 == 0, "odd": lambda n: n % 2 == 1, f"larger than {limit}": lambda n: n > limit,
             f"smaller than {limit}": lambda n: n < limit}
    name = rng.choice(list(tests)[:2 if terse(session) else None])
    passed = [value for value in values if tests[name](int(value))]
    template = rng.choice([text for text in _KEEP if "are {w}" in text] if "than" in name else _KEEP)
    if len(passed) == 1 and rng.random() < 0.5:
        template = rng.choice(("Which number is {w}: {l}?", "Which of these numbers is {w}: {l}?", "Which one is {w}, {l}?", "which number is {w}: {l}", "Which of {l} is {w}?"))
    work = ", ".join(f"{value} {'yes' if value in passed else 'no'}" for value in values)
    fact = ", ".join(passed) or "none"
    return [Turn("list_edit", template.format(w=name, l=items.shown(rng, values, "number is" in template or "one is" in template)), styled(session, fact, fact if session.thinking else f"{work}: {fact}"),
                 thinking=f"{work}." if session.thinking else None, key=items.key("keep", values), vary="edge")]


def list_edit(rng: random.Random, session: Session) -> list[Turn]:
    """Remove, append, put in front, replace, keep the even or odd or large ones."""
    kind = rng.random()
    if kind > 0.84:
        return _keep(rng, session)
    values, what = items.either(rng, 3, 6 if session.thinking else 4)
    place = rng.randrange(len(values))
    y = str(rng.randint(1, 999)) if what == "numbers" else sentence_word(rng)
    while y in values:
        y = str(rng.randint(1, 999)) if what == "numbers" else sentence_word(rng)
    x, name = values[place], ""
    work = [f"{value} stays" for value in values]
    if kind < 0.22:
        template, after, work[place] = rng.choice(_REMOVE), values[:place] + values[place + 1:], f"{x} goes"
    elif kind < 0.34:
        name, place = _ordinal(rng, len(values) if session.thinking else min(len(values), 3))
        place = len(values) - 1 if name == "last" else place
        template, after = rng.choice(_REMOVE_AT), values[:place] + values[place + 1:]
        work = [f"{number}. {value} {'goes' if number == place + 1 else 'stays'}" for number, value in enumerate(values, 1)]
    elif kind < 0.45:
        template, after, x, work = rng.choice(_APPEND), values + [y], y, [f"{y} comes last"]
    elif kind < 0.55:
        template, after, x, work = rng.choice(_PREPEND), [y] + values, y, [f"{y} comes first"]
    else:
        template, after, work[place] = rng.choice(_REPLACE), values[:place] + [y] + values[place + 1:], f"{x} becomes {y}"
    user = template.format(x=x, y=y, n=name, l=items.shown(rng, values))
    return [Turn("list_edit", user, _list_answer(session, after), thinking=", ".join(work) + "." if session.thinking else None,
                 key=items.key("edit", values), vary="edge")]


SKILLS = {"list_reverse": Skill(list_reverse, 0.5), "list_question": Skill(list_question, 1.5), "list_sum": Skill(list_sum, 1.0), "list_edit": Skill(list_edit, 2.1)}
