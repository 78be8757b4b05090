"""Questions about a long text that stands in the prompt: 1 to 10 facts between everyday sentences, then questions about them.

Facts have a key (the red lantern, Anna, the concert) and values; keys and values are often made up, so they can only be copied. Some questions are
about what the text does not say: one fixed answer. The whole text is held out by its facts.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from training.skills import story
from training.skills.base import Session, Skill, Turn, made_up_name, made_up_word, styled
from training.skills.data import filler, household

NOT_IN_TEXT = "The text does not say that."
READ = "I have read it. What would you like to know?"

_CHARACTERS_A_TOKEN = 3.2
_QUESTION_TOKENS = 32
_LONG_ENOUGH = 200  # characters of a text that is given without a question
_LONGEST_SHARE = 0.95  # of the room of a session, less a question
_BARE_TOKENS = 45  # a text shorter than this is its facts alone
_SENTENCE_END = re.compile(r"(?<=[.!?]) (?=[A-Z])")


@dataclass
class _Question:
    skill: str
    text: str
    fact: str
    sentence: str


@dataclass
class _Fact:
    """A sentence for the text, its form in a list of notes, and what can be asked about it."""

    key: str
    sentence: str
    note: str
    questions: list[_Question] = field(default_factory=list)


def _value(rng: random.Random) -> str:
    """A number, a code or a word that is not in any list."""
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    kind = rng.randrange(8)
    if kind < 3:
        return str(rng.randint(10 ** (length := rng.randint(1, 5)), 10 ** (length + 1) - 1))
    if kind == 3:
        return "".join(rng.choice(letters) for _ in range(rng.randint(1, 3))) + "-" + str(rng.randint(10, 9999))
    if kind == 4:
        return "".join(rng.choice(letters.lower() + "23456789") for _ in range(rng.randint(4, 8)))
    if kind == 5:
        return made_up_name(rng)
    return made_up_word(rng, 4, 9) if kind == 6 else rng.choice(household.ADJECTIVES) + " " + rng.choice(household.THINGS)


def _thing(rng: random.Random, nouns: list[str]) -> str:
    if rng.random() < 0.15:
        return made_up_word(rng, 4, 8) + " " + rng.choice(nouns)
    return rng.choice(household.ADJECTIVES) + " " + rng.choice(nouns)


_ATTRIBUTES = ("code", "code", "number", "password", "key word", "price", "serial number", "label", "weight", "secret word", "combination", "address", "id", "value", "title")
_CODE_TELL = ("The {a} of the {k} is {v}.", "The {k} has the {a} {v}.", "For the {k} the {a} is {v}.", "Note that the {a} of the {k} is {v}.",
              "Remember: the {a} of the {k} is {v}.", "The {a} {v} belongs to the {k}.", "It is written down that the {a} of the {k} is {v}.")
_CODE_ASK = ("What is the {a} of the {k}?", "Which {a} does the {k} have?", "What {a} belongs to the {k}?", "Tell me the {a} of the {k}.",
             "What's the {a} of the {k}?", "Give me the {a} of the {k}.", "Find the {a} of the {k}.", "I need the {a} of the {k}.",
             "Do you know the {a} of the {k}?", "Which {a} is that of the {k}?")
_CODE_REVERSE = ("What has the {a} {v}?", "Which thing has the {a} {v}?", "To what does the {a} {v} belong?")


def _code(rng: random.Random, nouns: list[str]) -> _Fact:
    key, attribute, value = _thing(rng, nouns), rng.choice(_ATTRIBUTES), _value(rng)
    fill = {"a": attribute, "k": key, "v": value}
    sentence = "The {a} of the {k} is {v}.".format_map(fill)
    fact = _Fact(key, rng.choice(_CODE_TELL).format_map(fill), f"{key}: {attribute} {value}")
    fact.questions.append(_Question("needle", rng.choice(_CODE_ASK).format_map(fill), value, sentence))
    if rng.random() < 0.25:
        fact.questions.append(_Question("needle", rng.choice(_CODE_REVERSE).format_map(fill), f"the {key}", sentence))
    return fact


_WHICH = ("secret", "magic", "special", "hidden", "new", "old", "wifi", "door", "lucky", "main", "pass", "red", "blue", "final", "private", "first", "second", "emergency", "office", "spare")
_WHAT = ("code", "number", "password", "word", "key", "phrase", "name", "pin", "answer", "id")
_SIMPLE_TELL = ("The {k} is {v}.", "Remember the {k}: it is {v}.", "The {k} is {v}. Remember it.", "{v} is the {k}.", "The {k} mentioned here is {v}.", "One more thing: the {k} is {v}.",
                "They changed the {k} to {v}.")
_SIMPLE_ASK = ("What is the {k}?", "Tell me the {k}.", "Which {k} was mentioned?", "What's the {k}?", "Find the {k}.", "What was the {k}?", "Do you know the {k}?", "I forgot the {k}. What is it?",
               "What is the {k} mentioned in the text?")


def _simple(rng: random.Random, _nouns: list[str]) -> _Fact:
    which = made_up_word(rng, 4, 8) if rng.random() < 0.2 else rng.choice(_WHICH)
    key, value = f"{which} {rng.choice(_WHAT)}", _value(rng)
    fill = {"k": key, "v": value}
    return _Fact(key, rng.choice(_SIMPLE_TELL).format_map(fill), f"{key}: {value}",
                 [_Question("needle", rng.choice(_SIMPLE_ASK).format_map(fill), value, "The {k} is {v}.".format_map(fill))])


_PLACE_ASK = ("Where is the {k}?", "Where can I find the {k}?", "Do you know where the {k} is?", "Tell me where the {k} is.", "In which place is the {k}?",
              "Where did they put the {k}?", "I am looking for the {k}. Where is it?")
_PLACE_TELL = ("The {k} is {v}.", "Somebody put the {k} there: it is {v}.", "You can find the {k} {v}.", "The {k} lies {v}.", "Since yesterday the {k} has been {v}.",
               "They keep the {k} {v}.")


def _place(rng: random.Random, nouns: list[str]) -> _Fact:
    key, value = _thing(rng, nouns), rng.choice(household.PLACES)
    fill = {"k": key, "v": value}
    fact = _Fact(key, rng.choice(_PLACE_TELL).format_map(fill), f"{key}: {value}")
    fact.questions.append(_Question("needle", rng.choice(_PLACE_ASK).format_map(fill), value, "The {k} is {v}.".format_map(fill)))
    return fact


_EVENT_ASK = ("When does the {k} begin?", "At what time does the {k} start?", "When is the {k}?", "Tell me when the {k} begins.", "Do you know when the {k} starts?",
              "On which day and at what time is the {k}?")
_EVENT_TELL = ("The {k} begins on {d} at {t}.", "On {d} at {t} the {k} begins.", "The {k} was moved to {d} at {t}.", "The {k} starts at {t} on {d}.",
               "Do not miss the {k} on {d} at {t}.")


def _event(rng: random.Random, _nouns: list[str]) -> _Fact:
    key = rng.choice(household.EVENTS)
    if rng.random() < 0.4:
        key = f"{made_up_name(rng) if rng.random() < 0.5 else rng.choice(household.COLOURS)} {key}"
    day, time = rng.choice(household.DAYS), f"{rng.randint(6, 22)}:{rng.randrange(0, 60, 5):02d}"
    fill = {"k": key, "d": day, "t": time}
    fact = _Fact(key, rng.choice(_EVENT_TELL).format_map(fill), f"{key}: {day}, {time}")
    fact.questions.append(_Question("needle", rng.choice(_EVENT_ASK).format_map(fill), f"{day} at {time}", "The {k} begins on {d} at {t}.".format_map(fill)))
    return fact


_ROLES = ("capital", "king", "queen", "mayor", "highest mountain", "longest river", "main port", "oldest town", "national dish", "coach", "director", "captain",
          "founder", "owner", "chief engineer", "speaker")


def _role(rng: random.Random, _nouns: list[str]) -> _Fact:
    role, owner, value = rng.choice(_ROLES), made_up_name(rng), made_up_name(rng) if rng.random() < 0.7 else rng.choice(household.NAMES)
    sentence = f"The {role} of {owner} is {value}."
    tell = rng.choice((sentence, f"{value} is the {role} of {owner}.", f"In {owner} the {role} is {value}."))
    ask = rng.choice((f"What is the {role} of {owner}?", f"Which is the {role} of {owner}?", f"Tell me the {role} of {owner}.", f"Name the {role} of {owner}.",
                      f"What is the name of the {role} of {owner}?"))
    return _Fact(owner, tell, f"{owner}: {role} {value}", [_Question("needle", ask, value, sentence)])


# (wordings in the text, questions, fact, sentence). {n} is a name, {m} another one, {k} a thing: what the question is about stands first in `key`.
# {y} a year, {c} a city, {i} a number, {t} a time, {d} a day, {w} a made-up word, {f} a food, {o} a colour.
_RELATIONS: tuple[tuple[str, tuple[str, ...], tuple[str, ...], str, str], ...] = (
    ("{n}", ("{n} was born in {y}.", "In {y} {n} was born.", "{n}, who was born in {y}, comes from the north."), ("When was {n} born?", "In which year was {n} born?", "What is the birth year of {n}?"), "{y}",
     "{n} was born in {y}."),
    ("{n}", ("{n} moved to {c} in {y}.", "In {y} {n} moved to {c}.", "It was in {y} that {n} moved to {c}."), ("Where did {n} move to?", "To which city did {n} move?", "What city did {n} move to?"), "{c}",
     "{n} moved to {c}."),
    ("{n}", ("{n} is married to {m}.", "The wedding of {n} and {m} was small.", "{n} married {m} last year."), ("Who is married to {n}?", "To whom is {n} married?", "Whom did {n} marry?"), "{m}",
     "{n} is married to {m}."),
    ("{n}", ("{n} bought {i} eggs.", "At the shop {n} took {i} eggs.", "{n} came home with {i} eggs."), ("How many eggs did {n} buy?", "What number of eggs did {n} buy?"), "{i}", "{n} bought {i} eggs."),
    ("{n}", ("{n} wrote a book called {w}.", "The book {w} was written by {n}.", "{n} is known for the book {w}."), ("What book did {n} write?", "Which book did {n} write?", "What is the book of {n} called?"), "{w}",
     "{n} wrote the book {w}."),
    ("{n}", ("{n} speaks {w}.", "The language of {n} is {w}.", "At home {n} speaks only {w}."), ("Which language does {n} speak?", "What does {n} speak?", "What is the language of {n}?"), "{w}", "{n} speaks {w}."),
    ("{n}", ("{n} drives a car in {o}.", "The car of {n} is {o}.", "{n} came in a car painted {o}."), ("What colour is the car of {n}?", "Which colour has {n}'s car?", "What colour is {n}'s car?"), "{o}", "The car of {n} is {o}."),
    ("{n}", ("{n} gave the {k} to {m}.", "{m} got the {k} from {n}.", "The {k} went from {n} to {m}."), ("Who got the {k}?", "To whom did {n} give the {k}?", "Who has the {k} now?"), "{m}", "{n} gave the {k} to {m}."),
    ("{n}", ("{n} found the {k}.", "It was {n} who found the {k}.", "The {k} was found by {n}."), ("Who found the {k}?", "By whom was the {k} found?", "Do you know who found the {k}?"), "{n}", "{n} found the {k}."),
    ("{n}", ("{n} lost the {k} in {c}.", "In {c} {n} lost the {k}.", "The {k} of {n} was lost in {c}."), ("Where did {n} lose the {k}?", "In which city was the {k} lost?"), "{c}", "{n} lost the {k} in {c}."),
    ("{n}", ("{n} called at {t}.", "At {t} there was a call from {n}.", "The call of {n} came at {t}."), ("When did {n} call?", "At what time did {n} call?"), "{t}", "{n} called at {t}."),
    ("{n}", ("{n} will arrive on {d}.", "On {d} {n} will be here.", "We expect {n} on {d}."), ("When will {n} arrive?", "On which day will {n} arrive?", "What day is {n} coming?"), "{d}", "{n} will arrive on {d}."),
    ("{n}", ("{n} paid {i} euros.", "The bill of {n} was {i} euros.", "It cost {n} {i} euros."), ("How much did {n} pay?", "How many euros did {n} pay?"), "{i} euros", "{n} paid {i} euros."),
    ("{n}", ("{n} won the race in {y}.", "The winner of {y} was {n}.", "In {y} the race was won by {n}."), ("In which year did {n} win the race?", "When did {n} win?"), "{y}", "{n} won the race in {y}."),
    ("{n}", ("{n} ordered {f}.", "For {n} there was {f}.", "{n} asked for {f}."), ("What did {n} order?", "Which food did {n} order?"), "{f}", "{n} ordered {f}."),
    ("{n}", ("{n} has {i} points.", "The score of {n} is {i}.", "{n} reached {i} points."), ("How many points does {n} have?", "What is the score of {n}?"), "{i}", "{n} has {i} points."),
    ("{k}", ("The {k} costs {i} euros.", "For the {k} they want {i} euros.", "One can buy the {k} for {i} euros."), ("How much does the {k} cost?", "What does the {k} cost?", "How much is the {k}?"), "{i} euros",
     "The {k} costs {i} euros."),
    ("{k}", ("The {k} was made in {y}.", "In {y} somebody made the {k}.", "The {k} dates from {y}."), ("When was the {k} made?", "From which year is the {k}?", "How old is the {k}?"), "{y}", "The {k} was made in {y}."),
    ("{k}", ("The {k} belongs to {n}.", "{n} owns the {k}.", "The owner of the {k} is {n}."), ("Who owns the {k}?", "To whom does the {k} belong?", "Whose is the {k}?"), "{n}", "The {k} belongs to {n}."),
    ("{k}", ("The {k} was made by {n}.", "{n} made the {k}.", "It was {n} who made the {k}."), ("Who made the {k}?", "By whom was the {k} made?"), "{n}", "{n} made the {k}."),
    ("{k}", ("The {k} comes from {c}.", "They brought the {k} from {c}.", "The {k} was sent from {c}."), ("Where does the {k} come from?", "From which city is the {k}?"), "{c}", "The {k} comes from {c}."),
    ("{k}", ("The {k} weighs {i} kilos.", "The weight of the {k} is {i} kilos.", "It takes strong arms to lift the {k}: it weighs {i} kilos."), ("How heavy is the {k}?", "How much does the {k} weigh?"), "{i} kilos",
     "The {k} weighs {i} kilos."),
    ("{c}", ("The train to {c} leaves from platform {i}.", "For {c} go to platform {i}.", "Platform {i} is for the train to {c}."), ("From which platform does the train to {c} leave?", "Which platform is for {c}?"), "platform {i}",
     "The train to {c} leaves from platform {i}."),
    ("{c}", ("The bus to {c} leaves at {t}.", "At {t} there is a bus to {c}.", "To reach {c} take the bus at {t}."), ("When does the bus to {c} leave?", "At what time is the bus to {c}?"), "{t}", "The bus to {c} leaves at {t}."),
    ("{c}", ("{c} has {i} inhabitants.", "There are {i} people in {c}.", "{i} people live in {c}."), ("How many people live in {c}?", "How many inhabitants does {c} have?"), "{i}", "{c} has {i} inhabitants."),
)


def _relation(rng: random.Random, nouns: list[str]) -> _Fact:
    person = lambda: rng.choice(household.NAMES) if rng.random() < 0.4 else made_up_name(rng)
    key, tells, asks, fact, sentence = rng.choice(_RELATIONS)
    fill = {"n": person(), "m": person(), "k": _thing(rng, nouns), "y": str(rng.randint(1200, 2030)), "c": rng.choice(household.CITIES) if key == "{n}" and rng.random() < 0.5 else made_up_name(rng),
            "i": str(rng.randint(2, 10 ** rng.randint(1, 4))), "t": f"{rng.randint(0, 23)}:{rng.randrange(60):02d}", "d": rng.choice(household.DAYS), "w": made_up_name(rng), "f": rng.choice(household.FOODS),
            "o": rng.choice(household.COLOURS)}
    told = rng.choice(tells).format_map(fill)
    found = _Fact(fill["k"] if "{k}" in asks[0] else key.format_map(fill), told, told.rstrip("."))
    found.questions.append(_Question("needle", rng.choice(asks).format_map(fill), fact.format_map(fill), sentence.format_map(fill)))
    return found


@dataclass(frozen=True)
class _Trait:
    """Something about a person. `clause` follows the name in the answer, and in the text one of `clauses` or it."""

    value: Callable[[random.Random], str]
    clause: str
    note: str
    ask: tuple[str, ...]
    reverse: tuple[str, ...] = ()
    check: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()


_TRAITS: dict[str, _Trait] = {
    "city": _Trait(lambda rng: rng.choice(household.CITIES) if rng.random() < 0.7 else made_up_name(rng), "lives in {v}", "{v}",
                   ("Where does {n} live?", "In which city does {n} live?", "Which city does {n} live in?", "Where is the home of {n}?", "Tell me where {n} lives."),
                   ("Who lives in {v}?", "Which person lives in {v}?", "Who has a home in {v}?"), ("Does {n} live in {v}?", "Is {n} living in {v}?"),
                   ("has a house in {v}", "has lived in {v} for years", "is at home in {v}")),
    "job": _Trait(lambda rng: rng.choice(household.JOBS), "works as a {v}", "{v}",
                  ("What does {n} do for a living?", "What is the job of {n}?", "What is {n}'s job?", "As what does {n} work?", "Tell me the job of {n}.",
                   "What does {n} work as?"),
                  ("Who works as a {v}?", "Who is a {v}?", "Which person is a {v}?"), ("Does {n} work as a {v}?", "Is {n} a {v}?"),
                  ("is a {v}", "earns a living as a {v}", "became a {v}")),
    "age": _Trait(lambda rng: str(rng.randint(5, 99)), "is {v} years old", "{v} years old",
                  ("How old is {n}?", "What is the age of {n}?", "What is {n}'s age?", "Tell me how old {n} is."),
                  ("Who is {v} years old?",), ("Is {n} {v} years old?",), ("turned {v} this year", "is {v}", "has reached the age of {v}")),
    "pet": _Trait(lambda rng: rng.choice(household.PETS), "has a {v}", "has a {v}",
                  ("Which animal does {n} have?", "What pet does {n} have?", "Which pet has {n}?", "What animal lives with {n}?"),
                  ("Who has a {v}?", "Which person has a {v}?"), ("Does {n} have a {v}?", "Has {n} got a {v}?"),
                  ("keeps a {v}", "owns a {v}", "lives with a {v}")),
    "hobby": _Trait(lambda rng: rng.choice(household.HOBBIES), "likes {v}", "likes {v}",
                    ("What does {n} like?", "What is the hobby of {n}?", "What does {n} like to do?", "What is {n}'s hobby?"),
                    ("Who likes {v}?",), ("Does {n} like {v}?", "Is {v} the hobby of {n}?"),
                    ("enjoys {v}", "spends the evenings with {v}", "is good at {v}")),
    "food": _Trait(lambda rng: rng.choice(household.FOODS), "eats {v} every day", "eats {v}",
                   ("What does {n} eat every day?", "What does {n} eat?"), ("Who eats {v} every day?",), ("Does {n} eat {v} every day?",)),
    "number": _Trait(lambda rng: str(rng.randint(1, 400)), "lives in room {v}", "room {v}",
                     ("In which room does {n} live?", "What is the room of {n}?", "What is {n}'s room number?"), ("Who lives in room {v}?",),
                     ("Does {n} live in room {v}?",)),
}


def _person(rng: random.Random, taken: set[str]) -> _Fact:
    name = rng.choice(household.NAMES) if rng.random() < 0.55 else made_up_name(rng)
    chosen = rng.sample(list(_TRAITS), rng.choice((1, 2, 2, 3, 3, 4)))
    values = {}
    for trait in chosen:
        for _ in range(20):  # a short list may have no free value left: the trait is left out then
            values[trait] = _TRAITS[trait].value(rng)
            if values[trait] not in taken:
                break
        else:
            del values[trait]
    while not values:
        city = made_up_name(rng)
        if city not in taken:
            values["city"] = city
    clauses = [rng.choice((_TRAITS[trait].clause, _TRAITS[trait].clause, *_TRAITS[trait].clauses)).format(v=value) for trait, value in values.items()]
    text = clauses[0] if len(clauses) == 1 else ", ".join(clauses[:-1]) + " and " + clauses[-1]
    note = f"{name}: " + ", ".join(_TRAITS[trait].note.format(v=value) for trait, value in values.items())
    fact = _Fact(name, f"{name} {text}.", note)
    for trait, value in values.items():
        fact.questions.append(_about(rng, name, trait, value))
    for trait in rng.sample([trait for trait in _TRAITS if trait not in values], 1):
        fact.questions.append(_Question("not_in_text", rng.choice(_TRAITS[trait].ask).format(n=name), "", NOT_IN_TEXT))
    taken.update(values.values())
    return fact


def _about(rng: random.Random, name: str, trait: str, value: str) -> _Question:
    what = _TRAITS[trait]
    sentence = f"{name} {what.clause.format(v=value)}."
    choice = rng.random()
    if choice < 0.2:
        return _Question("people", rng.choice(what.reverse).format(v=value), name, sentence)
    if choice < 0.4:
        asked = value if rng.random() < 0.5 else what.value(rng)
        yes = "Yes" if asked == value else "No"
        return _Question("people", rng.choice(what.check).format(n=name, v=asked), yes, f"{yes}, {sentence}")
    return _Question("people", rng.choice(what.ask).format(n=name), value, sentence)


def _absent(rng: random.Random, nouns: list[str], keys: set[str], text: str) -> _Question:
    """A question of the same form about a key that no text has."""
    while True:
        make = rng.choice((_code, _code, _simple, _place, _event, _relation))
        fact = make(rng, nouns)
        if fact.key not in keys and fact.key not in text:
            return _Question("not_in_text", fact.questions[0].text, "", NOT_IN_TEXT)


def _facts(rng: random.Random, count: int, old: frozenset[str]) -> tuple[list[_Fact], list[str], set[str]]:
    """`count` facts with different keys, the nouns that they are about, and all keys and values in use."""
    nouns = rng.sample(household.THINGS, 2) if rng.random() < 0.4 else list(household.THINGS)  # few nouns: keys that look alike
    kinds = rng.choice(([_code], [_simple], [_code, _simple], [_code, _place], [_place, _event], [_role, _code], [_relation], [_relation], [_code, _place, _event, _role, _relation, _simple], ["person"], ["person"],
                        ["person", _code], ["person", _code, _place, _event, _role, _relation]))
    facts: list[_Fact] = []
    taken = set(old)
    while len(facts) < count:
        kind = rng.choice(kinds)
        fact = _person(rng, taken) if kind == "person" else kind(rng, nouns)
        if fact.key not in taken:
            taken.add(fact.key)
            facts.append(fact)
    return facts, nouns, taken


def _story(rng: random.Random) -> list[str]:
    """The sentences of a story."""
    turn, = story.SKILLS["story"].fn(rng, Session())
    return _SENTENCE_END.split(turn.answer)


def _gibberish(rng: random.Random) -> list[str]:
    """Sentences of words that mean nothing, as in a language that the model does not know."""
    return [" ".join(made_up_word(rng, 2, 9) for _ in range(rng.randint(4, 12))).capitalize() + "." for _ in range(rng.randint(1, 4))]


_REPEATED = ("The grass is green. The sky is blue. The sun is yellow. Here we go. There and back again.", "Nothing to see here.", "This line is of no interest.", "Blah blah blah.",
             "Lorem ipsum dolor sit amet.", "All work and no play makes a dull day.", "One day is like the other.", "The quick brown fox jumps over the lazy dog.")


def _repeated(rng: random.Random, characters: int, facts: list[_Fact]) -> list[list[str]]:
    """The same few sentences again and again."""
    lines = [rng.choice(_REPEATED)] if rng.random() < 0.5 else filler.sentences(rng, rng.randint(1, 4))[0]
    lines = [line for line in lines if not any(fact.key in line for fact in facts)]
    return [lines[:] for _ in range(characters // max(1, sum(len(line) + 1 for line in lines)))] if lines else []


def _surroundings(rng: random.Random, characters: int, facts: list[_Fact]) -> list[list[str]]:
    """Paragraphs of about `characters` in all that name none of the facts' keys."""
    if rng.random() < 0.08:
        return _repeated(rng, characters, facts) or [[]]
    paragraphs: list[list[str]] = []
    kinds = rng.choice(("everyday", "everyday", "mixed", "story"))
    while characters > 0:
        draw = rng.random()
        if kinds == "everyday" or (kinds == "mixed" and draw < 0.6):
            new = filler.sentences(rng, min(8, max(1, characters // 48)))
        else:
            new = [_gibberish(rng) if kinds == "mixed" and draw > 0.9 else _story(rng)]
        for paragraph in new:
            text = " ".join(paragraph)
            characters -= len(text)
            if characters > -60 and not any(fact.key in text for fact in facts):
                paragraphs.append(paragraph)
    return paragraphs or [[]]


def _prose(rng: random.Random, facts: list[_Fact], characters: int) -> str:
    """Paragraphs with the facts in between."""
    paragraphs = _surroundings(rng, characters - sum(len(fact.sentence) + 1 for fact in facts), facts)
    for fact in facts:
        paragraph = rng.choice(paragraphs)
        paragraph.insert(rng.randint(0, len(paragraph)), fact.sentence)
    return rng.choice(("\n\n", "\n\n", "\n", " ")).join(" ".join(paragraph) for paragraph in paragraphs)


def _notes(rng: random.Random, facts: list[_Fact], characters: int) -> str:
    """A list of notes; those that are no facts are everyday sentences."""
    mark = rng.choice(("- ", "* ", "", "> ", "# "))
    lines = [fact.note for fact in facts]
    paragraphs = _surroundings(rng, characters - sum(len(line) + 3 for line in lines), facts)
    lines += [sentence.rstrip(".") for paragraph in paragraphs for sentence in paragraph]
    rng.shuffle(lines)
    return "\n".join(mark + line for line in lines)


_INTROS = ("Read this text.\n\n{t}", "Here is a text:\n\n{t}", "{t}", "Text: {t}", "Please read the following.\n\n{t}", "This is what I know:\n{t}",
           "Here are my notes.\n{t}", "I have a text for you.\n\n{t}", "\"{t}\"", "Read carefully:\n{t}", "Context:\n{t}", "Story: {t}", "A letter from home:\n\n{t}")
_WITH_QUESTION = ("{t}\n\n{q}", "{t} {q}", "{t}\n\nQuestion: {q}", "{t}\n\nNow answer: {q}", "{t}\n{q}", "{q}\n\n{t}", "Answer from the text: {q}\n\n{t}")
_PREFIXES = ("", "", "", "", "According to the text, ", "In the text: ", "From the text: ", "And ", "Next: ", "One more: ")


def _asked(rng: random.Random, text: str) -> str:
    prefix = rng.choice(_PREFIXES)
    return prefix + (text[0].lower() + text[1:] if prefix and text.split(" ")[0].strip("'s") in ("What", "Which", "Where", "When", "Who", "How", "Tell", "Do", "Does", "Is",
                                                                                                  "In", "At", "On", "Give", "Find", "To", "Name") else text)


def make(rng: random.Random, session: Session, text_tokens: int, count: int) -> list[Turn]:
    """A text of about `text_tokens` tokens with `count` facts, and questions about it as long as there is room."""
    old = session.memory.get("texts", frozenset())
    notes = " ".join(subject for subject, _ in session.memory.get("notes", ()))
    facts, nouns, taken = _facts(rng, count, old)
    characters = 0 if text_tokens < _BARE_TOKENS else int(text_tokens * _CHARACTERS_A_TOKEN)
    text = _notes(rng, facts, characters) if rng.random() < 0.2 else _prose(rng, facts, characters)
    questions = [question for fact in facts for question in fact.questions]
    questions += [_absent(rng, nouns, taken, notes + text) for _ in range(rng.choice((0, 1, 1, 2)))]
    rng.shuffle(questions)
    for question in questions:
        if question.skill == "not_in_text":
            question.fact = "not in the text"
    limit = max(1, int(session.room - len(text) / 3) // _QUESTION_TOKENS)
    questions = questions[:min(limit, rng.randint(1, 10))]
    key = "retrieval " + "|".join(sorted(fact.key + fact.note for fact in facts))
    turns = []
    opening = rng.choice(_INTROS).format(t=text)
    if len(text) > _LONG_ENOUGH and rng.random() < 0.25:
        turns.append(Turn("not_in_text", opening, styled(session, "OK", READ), key=key, exact=False, vary="none"))
    for question in questions:
        asked = _asked(rng, question.text)
        user = asked if turns else rng.choice(_WITH_QUESTION).format(t=opening, q=question.text)
        turns.append(Turn(question.skill, user, styled(session, question.fact, question.sentence), key=key, vary="edge" if turns else "none"))
    session.memory["texts"] = old | taken
    return turns


def _retrieval(rng: random.Random, session: Session) -> list[Turn]:
    longest = max(40, int(_LONGEST_SHARE * session.room) - 60)
    text_tokens = longest if rng.random() < 0.25 else int(30 + (longest - 30) * rng.random() ** 0.8)
    return make(rng, session, text_tokens, rng.randint(1, max(1, min(10, text_tokens // 25))))


SKILLS = {"retrieval": Skill(_retrieval)}
