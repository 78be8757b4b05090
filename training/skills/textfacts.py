"""Facts for long texts: a sentence, its form in a list of notes, and the questions about it with their one answer.

Keys (the red lantern, Anna, the concert) and values are often made up, so that they can only be copied. `plain` facts have none of these: their
names and words are those of the lists, their numbers digits.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from training.skills.base import made_up_name, made_up_word
from training.skills.data import household

NOT_IN_TEXT = "The text does not say that."


@dataclass
class Question:
    """`far`: the answer stands far before what is asked by, as the thing before its code or the name of a person whose third trait is asked by."""

    skill: str
    text: str
    fact: str
    sentence: str
    far: bool = False


@dataclass
class Fact:
    """A sentence for the text, its form in a list of notes, and what can be asked about it."""

    key: str
    sentence: str
    note: str
    questions: list[Question] = field(default_factory=list)


def _name(rng: random.Random, plain: bool, known: float) -> str:
    """A person's name; from the list with the probability `known`."""
    return rng.choice(household.NAMES) if plain or rng.random() < known else made_up_name(rng)


def _city(rng: random.Random, plain: bool, known: float) -> str:
    return rng.choice(household.CITIES) if plain or rng.random() < known else made_up_name(rng)


def _value(rng: random.Random, plain: bool) -> str:
    """A number, a code or a word that is not in any list."""
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    if plain:
        return str(rng.randint(10, 10 ** rng.randint(2, 6))) if rng.random() < 0.75 else f"{rng.choice(household.ADJECTIVES)} {rng.choice(household.THINGS)}"
    kind = rng.randrange(10)
    if kind == 9:
        return household.contact(rng)
    if kind < 3 or kind == 8:
        return str(rng.randint(10 ** (length := rng.randint(1, 5)), 10 ** (length + 1) - 1))
    if kind == 3:
        return "".join(rng.choice(letters) for _ in range(rng.randint(1, 3))) + "-" + str(rng.randint(10, 9999))
    if kind == 4:
        return "".join(rng.choice(letters.lower() + "23456789") for _ in range(rng.randint(4, 6)))
    if kind == 5:
        return made_up_name(rng)
    return made_up_word(rng, 4, 9) if kind == 6 else rng.choice(household.ADJECTIVES) + " " + rng.choice(household.THINGS)


def _thing(rng: random.Random, nouns: list[str], plain: bool) -> str:
    if not plain and rng.random() < 0.15:
        return made_up_word(rng, 4, 8) + " " + rng.choice(nouns)
    if not plain and len(nouns) > 2 and rng.random() < 0.1:  # alone where there are others: "the box" is no "red box"
        return rng.choice(nouns)
    return rng.choice(household.ADJECTIVES) + " " + rng.choice(nouns)


_ATTRIBUTES = ("code", "code", "number", "password", "key word", "price", "serial number", "label", "weight", "secret word", "combination",
               "address", "id", "value", "title")
_CODE_TELL = ("The {a} of the {k} is {v}.", "The {k} has the {a} {v}.", "For the {k} the {a} is {v}.", "Note that the {a} of the {k} is {v}.",
              "Remember: the {a} of the {k} is {v}.", "The {a} {v} belongs to the {k}.", "It is written down that the {a} of the {k} is {v}.")
_CODE_ASK = ("What is the {a} of the {k}?", "Which {a} does the {k} have?", "What {a} belongs to the {k}?", "Tell me the {a} of the {k}.",
             "What's the {a} of the {k}?", "Give me the {a} of the {k}.", "Find the {a} of the {k}.", "I need the {a} of the {k}.",
             "Do you know the {a} of the {k}?", "Which {a} is that of the {k}?")
_CODE_REVERSE = ("What has the {a} {v}?", "Which thing has the {a} {v}?", "To what does the {a} {v} belong?")


def code(rng: random.Random, nouns: list[str], plain: bool) -> Fact:
    key, attribute, value = _thing(rng, nouns, plain), rng.choice(_ATTRIBUTES), _value(rng, plain)
    fill = {"a": attribute, "k": key, "v": value}
    sentence = "The {a} of the {k} is {v}.".format_map(fill)
    fact = Fact(key, rng.choice(_CODE_TELL).format_map(fill), f"{key}: {attribute} {value}")
    fact.questions.append(Question("needle", rng.choice(_CODE_ASK).format_map(fill), value, sentence))
    if rng.random() < 0.25:
        fact.questions.append(Question("reverse_lookup", rng.choice(_CODE_REVERSE).format_map(fill), f"the {key}", sentence, far=True))
    return fact


_WHICH = ("secret", "magic", "special", "hidden", "new", "old", "wifi", "door", "lucky", "main", "pass", "red", "blue", "final", "private", "first",
          "second", "emergency", "office", "spare")
_WHAT = ("code", "number", "password", "word", "key", "phrase", "name", "pin", "answer", "id")
_SIMPLE_TELL = ("The {k} is {v}.", "Remember the {k}: it is {v}.", "The {k} is {v}. Remember it.", "{v} is the {k}.",
                "The {k} mentioned here is {v}.", "One more thing: the {k} is {v}.",
                "They changed the {k} to {v}.")
_SIMPLE_ASK = ("What is the {k}?", "Tell me the {k}.", "Which {k} was mentioned?", "What's the {k}?", "Find the {k}.", "What was the {k}?",
               "Do you know the {k}?", "I forgot the {k}. What is it?",
               "What is the {k} mentioned in the text?")


def simple(rng: random.Random, _nouns: list[str], plain: bool) -> Fact:
    which = made_up_word(rng, 4, 8) if not plain and rng.random() < 0.2 else rng.choice(_WHICH)
    key, value = f"{which} {rng.choice(_WHAT)}", _value(rng, plain)
    fill = {"k": key, "v": value}
    return Fact(key, rng.choice(_SIMPLE_TELL).format_map(fill), f"{key}: {value}",
                 [Question("needle", rng.choice(_SIMPLE_ASK).format_map(fill), value, "The {k} is {v}.".format_map(fill))])


_PLACE_ASK = ("Where is the {k}?", "Where can I find the {k}?", "Do you know where the {k} is?", "Tell me where the {k} is.",
              "In which place is the {k}?",
              "Where did they put the {k}?", "I am looking for the {k}. Where is it?")
_SPOTS = (*household.THINGS, "shed", "yard", "bathroom", "bedroom", "office", "car", "fridge", "oven", "sink", "mat")
_WHERE = ("in", "under", "on", "behind", "next to", "at")
_PLACE_TELL = ("The {k} is {v}.", "Somebody put the {k} there: it is {v}.", "You can find the {k} {v}.", "The {k} lies {v}.",
               "Since yesterday the {k} has been {v}.",
               "They keep the {k} {v}.")


def place(rng: random.Random, nouns: list[str], plain: bool) -> Fact:
    key, value = _thing(rng, nouns, plain), rng.choice(household.PLACES)
    if not plain and rng.random() < 0.4:
        spot = made_up_word(rng, 4, 7) if rng.random() < 0.3 else rng.choice(_SPOTS)
        value = f"{rng.choice(_WHERE)} the {spot}"
    fill = {"k": key, "v": value}
    fact = Fact(key, rng.choice(_PLACE_TELL).format_map(fill), f"{key}: {value}")
    fact.questions.append(Question("needle", rng.choice(_PLACE_ASK).format_map(fill), value, "The {k} is {v}.".format_map(fill)))
    return fact


_EVENT_ASK = ("When does the {k} begin?", "At what time does the {k} start?", "When is the {k}?", "Tell me when the {k} begins.",
              "Do you know when the {k} starts?",
              "On which day and at what time is the {k}?")
_EVENT_TELL = ("The {k} begins on {d} at {t}.", "On {d} at {t} the {k} begins.", "The {k} was moved to {d} at {t}.", "The {k} starts at {t} on {d}.",
               "Do not miss the {k} on {d} at {t}.")


def event(rng: random.Random, _nouns: list[str], plain: bool) -> Fact:
    key = rng.choice(household.EVENTS)
    if rng.random() < 0.4:
        key = f"{made_up_name(rng) if not plain and rng.random() < 0.5 else rng.choice(household.COLOURS)} {key}"
    day, time = rng.choice(household.DAYS), f"{rng.randint(6, 22)}:{rng.randrange(0, 60, 5):02d}"
    fill = {"k": key, "d": day, "t": time}
    fact = Fact(key, rng.choice(_EVENT_TELL).format_map(fill), f"{key}: {day}, {time}")
    fact.questions.append(Question("needle", rng.choice(_EVENT_ASK).format_map(fill), f"{day} at {time}",
                                   "The {k} begins on {d} at {t}.".format_map(fill)))
    return fact


_ROLES = ("capital", "king", "queen", "mayor", "highest mountain", "longest river", "main port", "oldest town", "national dish", "coach", "director",
          "captain",
          "founder", "owner", "chief engineer", "speaker")


def role(rng: random.Random, _nouns: list[str], _plain: bool) -> Fact:
    """Never plain: the owner is made up, so that the text contradicts nothing that is known."""
    role, owner, value = rng.choice(_ROLES), made_up_name(rng), _name(rng, False, 0.3)
    sentence = f"The {role} of {owner} is {value}."
    tell = rng.choice((sentence, f"{value} is the {role} of {owner}.", f"In {owner} the {role} is {value}."))
    ask = rng.choice((f"What is the {role} of {owner}?", f"Which is the {role} of {owner}?", f"Tell me the {role} of {owner}.",
                      f"Name the {role} of {owner}.",
                      f"What is the name of the {role} of {owner}?"))
    return Fact(owner, tell, f"{owner}: {role} {value}", [Question("needle", ask, value, sentence)])


# (wordings in the text, questions, fact, sentence). {n} is a name, {m} another one, {k} a thing: what the question is about stands first in `key`.
# {y} a year, {c} a city, {i} a number, {t} a time, {d} a day, {w} a made-up word, {f} a food, {o} a colour.
_RELATIONS: tuple[tuple[str, tuple[str, ...], tuple[str, ...], str, str], ...] = (
    ("{n}", ("{n} was born in {y}.", "In {y} {n} was born.", "{n}, who was born in {y}, comes from the north."), ("When was {n} born?",
                                                                                                                  "In which year was {n} born?",
                                                                                                                  "What is the birth year of {n}?"),
                                                                                                                  "{y}",
     "{n} was born in {y}."),
    ("{n}", ("{n} moved to {c} in {y}.", "In {y} {n} moved to {c}.", "It was in {y} that {n} moved to {c}."), ("Where did {n} move to?",
                                                                                                               "To which city did {n} move?",
                                                                                                               "What city did {n} move to?"), "{c}",
     "{n} moved to {c}."),
    ("{n}", ("{n} is married to {m}.", "The wedding of {n} and {m} was small.", "{n} married {m} last year."), ("Who is married to {n}?",
                                                                                                                "To whom is {n} married?",
                                                                                                                "Whom did {n} marry?"), "{m}",
     "{n} is married to {m}."),
    ("{n}", ("{n} bought {i} eggs.", "At the shop {n} took {i} eggs.", "{n} came home with {i} eggs."), ("How many eggs did {n} buy?",
                                                                                                         "What number of eggs did {n} buy?"), "{i}",
                                                                                                         "{n} bought {i} eggs."),
    ("{n}", ("{n} wrote a book called {w}.", "The book {w} was written by {n}.", "{n} is known for the book {w}."), ("What book did {n} write?",
                                                                                                                     "Which book did {n} write?",
                                                                                                                     "What is the book of {n} called?"), "{w}",
     "{n} wrote the book {w}."),
    ("{n}", ("{n} speaks {w}.", "The language of {n} is {w}.", "At home {n} speaks only {w}."), ("Which language does {n} speak?",
                                                                                                 "What does {n} speak?",
                                                                                                 "What is the language of {n}?"), "{w}",
                                                                                                 "{n} speaks {w}."),
    ("{n}", ("{n} drives a car in {o}.", "The car of {n} is {o}.", "{n} came in a car painted {o}."), ("What colour is the car of {n}?",
                                                                                                       "Which colour has {n}'s car?",
                                                                                                       "What colour is {n}'s car?"), "{o}",
                                                                                                       "The car of {n} is {o}."),
    ("{n}", ("{n} gave the {k} to {m}.", "{m} got the {k} from {n}.", "The {k} went from {n} to {m}."), ("Who got the {k}?",
                                                                                                         "To whom did {n} give the {k}?",
                                                                                                         "Who has the {k} now?"), "{m}",
                                                                                                         "{n} gave the {k} to {m}."),
    ("{n}", ("{n} found the {k}.", "It was {n} who found the {k}.", "The {k} was found by {n}."), ("Who found the {k}?",
                                                                                                   "By whom was the {k} found?",
                                                                                                   "Do you know who found the {k}?"), "{n}",
                                                                                                   "{n} found the {k}."),
    ("{n}", ("{n} lost the {k} in {c}.", "In {c} {n} lost the {k}.", "The {k} of {n} was lost in {c}."), ("Where did {n} lose the {k}?",
                                                                                                          "In which city was the {k} lost?"), "{c}",
                                                                                                          "{n} lost the {k} in {c}."),
    ("{n}", ("{n} called at {t}.", "At {t} there was a call from {n}.", "The call of {n} came at {t}."), ("When did {n} call?",
                                                                                                          "At what time did {n} call?"), "{t}",
                                                                                                          "{n} called at {t}."),
    ("{n}", ("{n} will arrive on {d}.", "On {d} {n} will be here.", "We expect {n} on {d}."), ("When will {n} arrive?",
                                                                                               "On which day will {n} arrive?",
                                                                                               "What day is {n} coming?"), "{d}",
                                                                                               "{n} will arrive on {d}."),
    ("{n}", ("{n} paid {i} euros.", "The bill of {n} was {i} euros.", "It cost {n} {i} euros."), ("How much did {n} pay?",
                                                                                                  "How many euros did {n} pay?"), "{i} euros",
                                                                                                  "{n} paid {i} euros."),
    ("{n}", ("{n} won the race in {y}.", "The winner of {y} was {n}.", "In {y} the race was won by {n}."), ("In which year did {n} win the race?",
                                                                                                            "When did {n} win?"), "{y}",
                                                                                                            "{n} won the race in {y}."),
    ("{n}", ("{n} ordered {f}.", "For {n} there was {f}.", "{n} asked for {f}."), ("What did {n} order?", "Which food did {n} order?"), "{f}",
     "{n} ordered {f}."),
    ("{n}", ("{n} has {i} points.", "The score of {n} is {i}.", "{n} reached {i} points."), ("How many points does {n} have?",
                                                                                             "What is the score of {n}?"), "{i}",
                                                                                             "{n} has {i} points."),
    ("{k}", ("The {k} costs {i} euros.", "For the {k} they want {i} euros.", "One can buy the {k} for {i} euros."), ("How much does the {k} cost?",
                                                                                                                     "What does the {k} cost?",
                                                                                                                     "How much is the {k}?"),
                                                                                                                     "{i} euros",
     "The {k} costs {i} euros."),
    ("{k}", ("The {k} was made in {y}.", "In {y} somebody made the {k}.", "The {k} dates from {y}."), ("When was the {k} made?",
                                                                                                       "From which year is the {k}?",
                                                                                                       "How old is the {k}?"), "{y}",
                                                                                                       "The {k} was made in {y}."),
    ("{k}", ("The {k} belongs to {n}.", "{n} owns the {k}.", "The owner of the {k} is {n}."), ("Who owns the {k}?", "To whom does the {k} belong?",
                                                                                               "Whose is the {k}?"), "{n}",
                                                                                               "The {k} belongs to {n}."),
    ("{k}", ("The {k} was made by {n}.", "{n} made the {k}.", "It was {n} who made the {k}."), ("Who made the {k}?", "By whom was the {k} made?"),
     "{n}", "{n} made the {k}."),
    ("{k}", ("The {k} comes from {c}.", "They brought the {k} from {c}.", "The {k} was sent from {c}."), ("Where does the {k} come from?",
                                                                                                          "From which city is the {k}?"), "{c}",
                                                                                                          "The {k} comes from {c}."),
    ("{k}", ("The {k} weighs {i} kilos.", "The weight of the {k} is {i} kilos.", "It takes strong arms to lift the {k}: it weighs {i} kilos."),
     ("How heavy is the {k}?", "How much does the {k} weigh?"), "{i} kilos",
     "The {k} weighs {i} kilos."),
    ("{c}", ("The train to {c} leaves from platform {i}.", "For {c} go to platform {i}.", "Platform {i} is for the train to {c}."),
     ("From which platform does the train to {c} leave?", "Which platform is for {c}?"), "platform {i}",
     "The train to {c} leaves from platform {i}."),
    ("{c}", ("The bus to {c} leaves at {t}.", "At {t} there is a bus to {c}.", "To reach {c} take the bus at {t}."),
     ("When does the bus to {c} leave?", "At what time is the bus to {c}?"), "{t}", "The bus to {c} leaves at {t}."),
    ("{c}", ("{c} has {i} inhabitants.", "There are {i} people in {c}.", "{i} people live in {c}."), ("How many people live in {c}?",
                                                                                                      "How many inhabitants does {c} have?"), "{i}",
                                                                                                      "{c} has {i} inhabitants."),
)

_PLAIN_RELATIONS = tuple(row for row in _RELATIONS if "{w}" not in row[3])


def relation(rng: random.Random, nouns: list[str], plain: bool) -> Fact:
    key, tells, asks, fact, sentence = rng.choice(_PLAIN_RELATIONS if plain else _RELATIONS)
    fill = {"n": _name(rng, plain, 0.4), "m": _name(rng, plain, 0.4), "k": _thing(rng, nouns, plain), "y": str(rng.randint(1200, 2030)),
            "c": _city(rng, plain, 0.5 if key == "{n}" else 0.0),
            "i": str(rng.randint(2, 10 ** rng.randint(1, 4))), "t": f"{rng.randint(0, 23)}:{rng.randrange(60):02d}", "d": rng.choice(household.DAYS),
            "w": made_up_name(rng), "f": rng.choice(household.FOODS),
            "o": rng.choice(household.COLOURS)}
    told = rng.choice(tells).format_map(fill)
    found = Fact(fill["k"] if "{k}" in asks[0] else key.format_map(fill), told, told.rstrip("."))
    found.questions.append(Question("needle", rng.choice(asks).format_map(fill), fact.format_map(fill), sentence.format_map(fill)))
    return found


@dataclass(frozen=True)
class _Trait:
    """Something about a person. `clause` follows the name in the answer, and in the text one of `clauses` or it."""

    value: Callable[[random.Random, bool], str]  # (rng, plain)
    clause: str
    note: str
    ask: tuple[str, ...]
    reverse: tuple[str, ...] = ()
    check: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()


_TRAITS: dict[str, _Trait] = {
    "city": _Trait(lambda rng, plain: _city(rng, plain, 0.7), "lives in {v}", "{v}",
                   ("Where does {n} live?", "In which city does {n} live?", "Which city does {n} live in?", "Where is the home of {n}?",
                    "Tell me where {n} lives."),
                   ("Who lives in {v}?", "Which person lives in {v}?", "Who has a home in {v}?"), ("Does {n} live in {v}?", "Is {n} living in {v}?"),
                   ("has a house in {v}", "has lived in {v} for years", "is at home in {v}")),
    "job": _Trait(lambda rng, _: rng.choice(household.JOBS), "works as a {v}", "{v}",
                  ("What does {n} do for a living?", "What is the job of {n}?", "What is {n}'s job?", "As what does {n} work?",
                   "Tell me the job of {n}.",
                   "What does {n} work as?"),
                  ("Who works as a {v}?", "Who is a {v}?", "Which person is a {v}?"), ("Does {n} work as a {v}?", "Is {n} a {v}?"),
                  ("is a {v}", "earns a living as a {v}", "became a {v}")),
    "age": _Trait(lambda rng, _: str(rng.randint(5, 99)), "is {v} years old", "{v} years old",
                  ("How old is {n}?", "What is the age of {n}?", "What is {n}'s age?", "Tell me how old {n} is."),
                  ("Who is {v} years old?",), ("Is {n} {v} years old?",), ("turned {v} this year", "is {v}", "has reached the age of {v}")),
    "pet": _Trait(lambda rng, _: rng.choice(household.PETS), "has a {v}", "has a {v}",
                  ("Which animal does {n} have?", "What pet does {n} have?", "Which pet has {n}?", "What animal lives with {n}?"),
                  ("Who has a {v}?", "Which person has a {v}?", "Who has the {v}?"), ("Does {n} have a {v}?", "Has {n} got a {v}?"),
                  ("keeps a {v}", "owns a {v}", "lives with a {v}")),
    "hobby": _Trait(lambda rng, _: rng.choice(household.HOBBIES), "likes {v}", "likes {v}",
                    ("What does {n} like?", "What is the hobby of {n}?", "What does {n} like to do?", "What is {n}'s hobby?"),
                    ("Who likes {v}?",), ("Does {n} like {v}?", "Is {v} the hobby of {n}?"),
                    ("enjoys {v}", "spends the evenings with {v}", "is good at {v}")),
    "food": _Trait(lambda rng, _: rng.choice(household.FOODS), "eats {v} every day", "eats {v}",
                   ("What does {n} eat every day?", "What does {n} eat?"), ("Who eats {v} every day?",), ("Does {n} eat {v} every day?",)),
    "number": _Trait(lambda rng, _: str(rng.randint(1, 400)), "lives in room {v}", "room {v}",
                     ("In which room does {n} live?", "What is the room of {n}?", "What is {n}'s room number?"), ("Who lives in room {v}?",),
                     ("Does {n} live in room {v}?",)),
}


_UNTOLD_SHARE = 0.6  # of the persons: asked about something that the text does not say of them


def _alike(value: str, taken: set[str]) -> bool:
    """Whether a value is taken, or a number one that begins or ends like it (83 and 183)."""
    return value in taken or value.isdigit() and any(
        other.isdigit() and (other.startswith(value) or other.endswith(value) or value.startswith(other) or value.endswith(other)) for other in taken)


def person(rng: random.Random, taken: set[str], plain: bool) -> Fact:
    name = _name(rng, plain, 0.55)
    chosen = rng.sample(list(_TRAITS), rng.choice((1, 2, 2, 3, 3, 4)))
    values = {}
    for trait in chosen:
        for _ in range(20):  # a short list may have no free value left: the trait is left out then
            values[trait] = _TRAITS[trait].value(rng, plain)
            if not _alike(values[trait], taken):
                break
        else:
            del values[trait]
    while not values:
        city = _city(rng, plain, 0.0)
        if city not in taken:
            values["city"] = city
    clauses = [rng.choice((_TRAITS[trait].clause, _TRAITS[trait].clause, *_TRAITS[trait].clauses)).format(v=value) for trait, value in values.items()]
    text = clauses[0] if len(clauses) == 1 else ", ".join(clauses[:-1]) + " and " + clauses[-1]
    note = f"{name}: " + ", ".join(_TRAITS[trait].note.format(v=value) for trait, value in values.items())
    fact = Fact(name, f"{name} {text}.", note)
    for at, (trait, value) in enumerate(values.items()):
        fact.questions.append(_about(rng, name, trait, value, plain, far=at > 0))
    if rng.random() < _UNTOLD_SHARE:
        trait = rng.choice([trait for trait in _TRAITS if trait not in values])
        fact.questions.append(Question("not_in_text", rng.choice(_TRAITS[trait].ask).format(n=name), "", NOT_IN_TEXT))
    taken.update(values.values())
    return fact


def _about(rng: random.Random, name: str, trait: str, value: str, plain: bool, far: bool) -> Question:
    what = _TRAITS[trait]
    sentence = f"{name} {what.clause.format(v=value)}."
    if rng.random() < (0.25 if far else 0.5):
        return Question("reverse_lookup", rng.choice(what.reverse).format(v=value), name, sentence, far)
    if rng.random() < 0.2:
        asked = value if rng.random() < 0.5 else what.value(rng, plain)
        word = "yes" if asked == value else "no"
        return Question("people", rng.choice(what.check).format(n=name, v=asked), word, f"{sentence[:-1]}, so {word}.")
    return Question("people", rng.choice(what.ask).format(n=name), value, sentence)
