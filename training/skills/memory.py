"""What the user tells about himself and asks for later, with other turns between: told, asked, corrected, never told."""

from __future__ import annotations

import random
from dataclasses import dataclass
from collections.abc import Callable

from training.skills.base import Session, Skill, Turn, made_up_name, made_up_word, styled
from training.skills.data import household
from training.skills.letters import dashes


@dataclass(frozen=True)
class _Kind:
    """Something to remember. In the texts {v} is the value; `your` is how the model says it, `my` how the user does."""

    value: Callable[[random.Random], str]
    tell: tuple[str, ...]
    my: str  # "my name is {v}"
    your: str  # "your name is {v}"
    noun: str  # "your name": in "You have not told me your name."
    ask: tuple[str, ...]
    check: tuple[str, ...]  # questions with yes or no
    fact: str = "{v}"
    also: str = ""  # as the second half of a sentence: "and I live in {v}"; "" where `my` will do


def _named(names: list[str]) -> Callable[[random.Random], str]:
    return lambda rng: rng.choice(names) if rng.random() < 0.5 else made_up_name(rng)


_name = _named(household.NAMES)


def _from(words: list[str] | tuple[str, ...], made_up: float = 0.15) -> Callable[[random.Random], str]:
    return lambda rng: made_up_word(rng) if rng.random() < made_up else rng.choice(words)


def _city(rng: random.Random) -> str:
    return rng.choice(household.CITIES) if rng.random() < 0.6 else made_up_name(rng)


def _number(rng: random.Random) -> str:
    return str(rng.randint(1, 10 ** rng.randint(1, 5)))


def _code(rng: random.Random) -> str:
    letters = "abcdefghijklmnopqrstuvwxyz"
    kind = rng.randrange(3)
    if kind == 0:
        return str(rng.randint(1000, 999999))
    if kind == 1:
        return "".join(rng.choice(letters) for _ in range(rng.randint(2, 4))) + "-" + str(rng.randint(10, 9999))
    return made_up_word(rng, 4, 9)


_KINDS: dict[str, _Kind] = {
    "name": _Kind(_name, ("My name is {v}.", "I am {v}.", "I'm {v}.", "Call me {v}.", "Hello, I am {v}.", "Hi, my name is {v}.",
                          "You can call me {v}.",
                          "They call me {v}.", "My friends call me {v}.", "Hello! My name is {v}.", "{v} here.", "I go by {v}.", "This is {v}.",
                          "Let me introduce myself: I am {v}.", "Good morning, I am {v}.", "Hey there, I'm {v}!",
                          "My name's {v}.", "I am called {v}."),
                  "my name is {v}", "your name is {v}", "your name",
                  ("What is my name?", "Do you know my name?", "Who am I?", "What's my name?", "Tell me my name.", "Do you remember my name?",
                   "What am I called?", "Can you say my name?", "Which name did I tell you?", "Say my name.", "How am I called?"),
                  ("Is my name {v}?", "Am I {v}?", "Am I called {v}?", "My name is {v}, right?")),
    "colour": _Kind(_from(household.COLOURS), ("My favourite colour is {v}.", "I like the colour {v} best.", "The colour I like most is {v}.",
                                              "My favorite color is {v}.", "My best colour is {v}."),
                    "my favourite colour is {v}", "your favourite colour is {v}", "your favourite colour",
                    ("What is my favourite colour?", "Which colour do I like best?", "What's my favorite color?",
                     "Do you remember my favourite colour?",
                     "Which colour do I like?", "Tell me my favourite colour.", "What colour did I say I like best?"),
                    ("Is {v} my favourite colour?", "Is my favourite colour {v}?", "Do I like {v} best?")),
    "city": _Kind(_city, ("I live in {v}.", "My home is in {v}.", "I come from {v}.", "I am from {v}.", "My home town is {v}.",
                          "I have a flat in {v}.", "I'm based in {v}.", "I live in {v} now.", "I moved to {v}."),
                  "I live in {v}", "you live in {v}", "where you live",
                  ("Where do I live?", "Which city do I live in?", "In which city is my home?", "Do you know where I live?", "Where am I from?",
                   "Do you remember where I live?", "Tell me where I live.", "What is my home town?"),
                  ("Do I live in {v}?", "Am I from {v}?", "Is my home in {v}?")),
    "job": _Kind(_from(household.JOBS, 0.1), ("I work as a {v}.", "I am a {v} by trade.", "My job is {v}.", "I earn my money as a {v}.",
                                             "My profession is {v}.", "I'm a {v}."),
                 "I work as a {v}", "you work as a {v}", "your job",
                 ("What is my job?", "What do I do for a living?", "What's my profession?", "Do you remember my job?", "What do I work as?",
                  "How do I earn my money?", "Tell me my job."),
                 ("Do I work as a {v}?", "Is my job {v}?")),
    "age": _Kind(lambda rng: str(rng.randint(4, 110)), ("I am {v} years old.", "I'm {v} years old.", "My age is {v}.", "I am {v}.", "I turned {v}."),
                 "I am {v} years old", "you are {v} years old", "your age",
                 ("How old am I?", "What is my age?", "Do you know how old I am?", "Tell me my age.", "What's my age?", "Do you remember my age?"),
                 ("Am I {v} years old?", "Is my age {v}?", "Am I {v}?")),
    "food": _Kind(_from(household.FOODS), ("My favourite food is {v}.", "I love to eat {v}.", "The food I like best is {v}.",
                                           "I like {v} more than any other food.",
                                          "My favorite dish is {v}."),
                  "my favourite food is {v}", "your favourite food is {v}", "your favourite food",
                  ("What is my favourite food?", "What do I love to eat?", "Which food do I like best?", "Do you remember my favourite food?",
                   "What's my favorite food?", "Tell me my favourite food."),
                  ("Is {v} my favourite food?", "Is my favourite food {v}?")),
    "hobby": _Kind(_from(household.HOBBIES, 0.1), ("My hobby is {v}.", "In my free time I like {v}.", "I enjoy {v}.", "What I enjoy most is {v}.",
                                                   "My favourite hobby is {v}.", "I spend my evenings with {v}."),
                   "my hobby is {v}", "your hobby is {v}", "your hobby",
                   ("What is my hobby?", "What do I like to do in my free time?", "What do I enjoy?", "Do you remember my hobby?", "What's my hobby?",
                    "Tell me my hobby."),
                   ("Is my hobby {v}?", "Is {v} my hobby?")),
    "number": _Kind(_number, ("My lucky number is {v}.", "My favourite number is {v}.", "The number I like best is {v}.", "Remember my number: {v}.",
                              "My number is {v}."),
                    "my number is {v}", "your number is {v}", "your number",
                    ("What is my number?", "What is my lucky number?", "Which number did I tell you?", "What's my favourite number?",
                     "Do you remember my number?", "Tell me my number."),
                    ("Is {v} my number?", "Is my number {v}?", "Is my lucky number {v}?")),
    "code": _Kind(_code, ("My password is {v}.", "The password is {v}.", "Remember the password {v}.", "My secret word is {v}.",
                          "Keep the password {v} for me.",
                          "Remember this password: {v}"),
                  "my password is {v}", "your password is {v}", "your password",
                  ("What is my password?", "Which password did I give you?", "What was my password?", "Tell me the password.", "What's the password?",
                   "Do you remember my password?", "What is my secret word?"),
                  ("Is my password {v}?", "Is {v} my password?")),
    "phone": _Kind(household.phone, ("My phone number is {v}.", "Call me at {v}.", "My number is {v}, if you want to call.", "You can reach me at {v}.",
                                     "My telephone number is {v}."),
                   "my phone number is {v}", "your phone number is {v}", "your phone number",
                   ("What is my phone number?", "What's my telephone number?", "Do you remember my phone number?", "How can you call me?",
                    "Tell me my phone number."),
                   ("Is my phone number {v}?",)),
    "email": _Kind(household.email, ("My email address is {v}.", "My email is {v}.", "Write to me at {v}.", "You can mail me at {v}."),
                   "my email address is {v}", "your email address is {v}", "your email address",
                   ("What is my email address?", "What's my email?", "Do you remember my email address?", "Tell me my email address.",
                    "Where can one write to me?"),
                   ("Is my email address {v}?", "Is {v} my email?")),
    "birthday": _Kind(lambda rng: f"{rng.choice(household.MONTHS)} {rng.randint(1, 28)}", ("My birthday is {v}.", "I was born on {v}.",
                                                                                           "My birthday is on {v}."),
                      "my birthday is {v}", "your birthday is {v}", "your birthday",
                      ("When is my birthday?", "What is my birthday?", "When was I born?", "Do you remember my birthday?",
                       "On which day is my birthday?",
                       "Tell me when my birthday is."),
                      ("Is my birthday {v}?", "Is my birthday on {v}?")),
}
for _one in household.PETS:
    _KINDS[_one] = _Kind(_name, (f"My {_one} is called {{v}}.", f"I have a {_one} called {{v}}.", f"The name of my {_one} is {{v}}.",
                                 f"My {_one}'s name is {{v}}.", f"I have a {_one}. Its name is {{v}}."),
                         f"my {_one} is called {{v}}", f"your {_one} is called {{v}}", f"the name of your {_one}",
                         (f"What is my {_one} called?", f"What is the name of my {_one}?", f"What's my {_one}'s name?",
                          f"Do you know the name of my {_one}?",
                          f"How is my {_one} called?", f"Do you remember my {_one}'s name?", f"Tell me the name of my {_one}."),
                         (f"Is my {_one} called {{v}}?", f"Is {{v}} the name of my {_one}?"))
for _one, _names in (("sister", household.WOMEN), ("brother", household.MEN), ("mother", household.WOMEN), ("father", household.MEN), ("son",
                                                                                                                                       household.MEN),
                     ("daughter", household.WOMEN), ("friend", household.NAMES), ("teacher", household.NAMES), ("boss", household.NAMES),
                     ("neighbour", household.NAMES), ("aunt", household.WOMEN), ("uncle", household.MEN), ("wife", household.WOMEN), ("husband",
                                                                                                                                      household.MEN)):
    _KINDS[_one] = _Kind(_named(_names), (f"My {_one} is called {{v}}.", f"The name of my {_one} is {{v}}.", f"My {_one}'s name is {{v}}.",
                                          f"{{v}} is my {_one}."),
                         f"my {_one} is called {{v}}", f"your {_one} is called {{v}}", f"the name of your {_one}",
                         (f"What is my {_one} called?", f"What is the name of my {_one}?", f"What's my {_one}'s name?", f"Who is my {_one}?",
                          f"Do you remember my {_one}'s name?", f"Tell me the name of my {_one}."),
                         (f"Is my {_one} called {{v}}?", f"Is {{v}} my {_one}?"))
_OWN = [kind for kind in _KINDS if kind not in household.PETS][:12]
_ALL = list(_KINDS)
_SPELL_NAME = ("Spell my name.", "Can you spell my name?", "How is my name spelled?", "How do you spell my name?", "Please spell my name.")
_CORRECT = ("No, {my}.", "Actually, {my}.", "Sorry, {my}.", "That is wrong, {my}.", "I made a mistake: {my}.", "Correction: {my}.", "Wait, {my}.",
            "Not {old}. In truth {my}.", "No, not {old}: {my}.")


def _vary(kind: str) -> str:
    return "edge" if kind in ("code", "email") else "all"


def _key(kind: str, value: str) -> str:
    return f"memory {kind} {value}"


def _pick(rng: random.Random) -> str:
    return rng.choice(_OWN) if rng.random() < 0.65 else rng.choice(_ALL)


def _tell(rng: random.Random, session: Session) -> list[Turn]:
    kind = _pick(rng)
    what = _KINDS[kind]
    value = what.value(rng)
    session.memory["memory." + kind] = value
    if rng.random() < 0.2:
        return [_tell_two(rng, session, kind, value)]
    your = what.your.format(v=value)
    answer = f"Nice to meet you, {value}." if kind == "name" else f"I will remember that {your}."
    return [Turn("memory", rng.choice(what.tell).format(v=value), styled(session, "OK", answer), key=_key(kind, value), vary=_vary(kind))]


def _tell_and_ask(rng: random.Random, session: Session) -> list[Turn]:
    """Told and asked in one breath: `I am Peter and I live in Oslo. Where do I live?`"""
    before = dict(session.memory)
    told, = _tell(rng, session)
    new = [kind for kind in _known(session) if session.memory["memory." + kind] != before.get("memory." + kind)]
    if not new or not told.user.endswith("."):
        session.memory = before
        return []
    kind = rng.choice(new)
    return [Turn("memory", f"{told.user} {rng.choice(_KINDS[kind].ask)}", _remembered(session, kind), key=told.key, vary="edge")]


def _remembered(session: Session, kind: str) -> str:
    what, value = _KINDS[kind], session.memory["memory." + kind]
    your = what.your.format(v=value)
    return styled(session, what.fact.format(v=value), your[0].upper() + your[1:] + ".")


def _tell_two(rng: random.Random, session: Session, first: str, value: str) -> Turn:
    second = first
    while second == first:
        second = _pick(rng)
    other = _KINDS[second].value(rng)
    session.memory["memory." + second] = other
    one, two = _KINDS[first], _KINDS[second]
    my, more = _clause(rng, one).format(v=value), _clause(rng, two).format(v=other)
    upper = lambda text: text[0].upper() + text[1:]
    user = rng.choice(("{a} and {b}.", "{a}, and {b}.", "{a}. {B}.", "Hi! {a} and {b}.", "Hello. {a}. {B}.")).format(a=upper(my), b=more,
                                                                                                                     B=upper(more))
    answer = f"I will remember that {one.your.format(v=value)} and that {two.your.format(v=other)}."
    return Turn("memory", user, styled(session, "OK", answer), key=f"{_key(first, value)} {second} {other}",
                vary="edge" if "edge" in (_vary(first), _vary(second)) else "all")


def _clause(rng: random.Random, kind: _Kind) -> str:
    """A way to tell something that can stand after "and"."""
    told = [text[:-1] for text in kind.tell if text.startswith(("I ", "I'm ", "My ")) and text.count(".") == 1]
    text = rng.choice(told) if told and rng.random() < 0.5 else kind.my
    return text if text.startswith("I") else text[0].lower() + text[1:]


def _known(session: Session) -> list[str]:
    return [key[7:] for key in session.memory if key.startswith("memory.")]


def _correct(rng: random.Random, session: Session) -> list[Turn]:
    kind = rng.choice(_known(session))
    what = _KINDS[kind]
    old, value = session.memory["memory." + kind], what.value(rng)
    session.memory["memory." + kind] = value
    user = rng.choice(_CORRECT).format(my=what.my.format(v=value), old=old)
    return [Turn("memory", user, styled(session, "OK", f"Thank you. Now I know that {what.your.format(v=value)}."), key=_key(kind, value),
                 vary=_vary(kind))]


def _ask(rng: random.Random, session: Session) -> list[Turn]:
    known = _known(session)
    kind = rng.choice(known)
    what, value = _KINDS[kind], session.memory["memory." + kind]
    your = what.your.format(v=value)
    kind_of_question = rng.random()
    if len(known) > 1 and kind_of_question < 0.12:
        return [_ask_two(rng, session, *rng.sample(known, 2))]
    if kind_of_question < 0.3:
        asked = value if rng.random() < 0.5 else what.value(rng)
        yes = "Yes" if asked == value else "No"
        return [Turn("memory", rng.choice(what.check).format(v=asked), styled(session, yes, f"{yes}, {your}."), key=f"{_key(kind, value)} {yes}",
                     vary=_vary(kind))]
    if kind == "name" and kind_of_question > 0.9:
        return [Turn("memory", rng.choice(_SPELL_NAME), styled(session, dashes(value), dashes(value)), key=_key(kind, value))]
    return [Turn("memory", rng.choice(what.ask), _remembered(session, kind), key=_key(kind, value))]


def _ask_two(rng: random.Random, session: Session, first: str, second: str) -> Turn:
    one, two = _KINDS[first], _KINDS[second]
    values = session.memory["memory." + first], session.memory["memory." + second]
    a, b = _question(one), _question(two)
    user = f"{a[:-1]} and {b[0].lower() + b[1:]}"
    answer = f"{one.your.format(v=values[0])} and {two.your.format(v=values[1])}."
    return Turn("memory", user, styled(session, ", ".join(values), answer[0].upper() + answer[1:]),
                key=f"{_key(first, values[0])} {second} {values[1]}")


def _question(kind: _Kind) -> str:
    """The plainest question for a kind: one that can be joined with another by "and"."""
    return kind.ask[0]


def _not_told(rng: random.Random, session: Session) -> list[Turn]:
    kind = _pick(rng)
    while "memory." + kind in session.memory:
        kind = rng.choice(_ALL)
    what = _KINDS[kind]
    check = rng.random() < 0.2
    user = rng.choice(what.check).format(v=what.value(rng)) if check else rng.choice(what.ask)
    return [Turn("memory", user, styled(session, "You have not told me.", f"You have not told me {what.noun}."))]


_NOTE = ("Remember that {f}.", "Please remember that {f}.", "Keep in mind that {f}.", "Note that {f}.", "Do not forget that {f}.", "For later: {f}.",
         "I tell you that {f}.",
         "{F}.", "{F}. Remember that.")
_NOTE_ASK = ("What is the {s}?", "Tell me the {s}.", "What was the {s}?", "Do you remember the {s}?", "What's the {s}?", "Do you know the {s}?",
             "I forgot the {s}.", "Say the {s}.")
_NOTE_ATTRIBUTES = ("code", "number", "colour", "price", "name", "password", "key word", "weight", "length", "owner")
_NOTE_KINDS = ("secret", "magic", "wifi", "door", "special", "office", "garden", "final", "new", "old", "lucky", "spare", "main")


def _note(rng: random.Random, session: Session) -> list[Turn]:
    """A fact about a thing, told or asked for."""
    notes: tuple[tuple[str, str], ...] = session.memory.get("notes", ())
    if notes and rng.random() < 0.6:
        subject, value = rng.choice(notes)
        sentence = f"The {subject} is {value}."
        return [Turn("memory", rng.choice(_NOTE_ASK).format(s=subject), styled(session, value, sentence), key=f"note {sentence}", vary="edge")]
    attribute = rng.choice(_NOTE_ATTRIBUTES)
    adjective = rng.choice(household.ADJECTIVES) if rng.random() < 0.7 else made_up_word(rng, 4, 8)
    subject = f"{attribute} of the {adjective} {rng.choice(household.THINGS)}" if rng.random() < 0.6 else f"{rng.choice(_NOTE_KINDS)} {attribute}"
    if any(old == subject for old, _ in notes):
        return []
    if rng.random() < 0.25:
        return [Turn("memory", rng.choice(_NOTE_ASK).format(s=subject), styled(session, "You have not told me.",
                                                                               f"You have not told me the {subject}."), key=f"note {subject}",
                                                                               vary="edge")]
    value = {"colour": _from(household.COLOURS), "name": _name, "owner": _name, "price": _number, "weight": _number,
             "length": _number}.get(attribute, _code)(rng)
    session.memory["notes"] = (*notes, (subject, value))
    fact = f"the {subject} is {value}"
    return [Turn("memory", rng.choice(_NOTE).format(f=fact, F="T" + fact[1:]), styled(session, "OK", f"I will remember that {fact}."),
                 key=f"note T{fact[1:]}.", vary="edge")]


def _memory(rng: random.Random, session: Session) -> list[Turn]:
    if rng.random() < 0.15 and "texts" not in session.memory:
        return _note(rng, session)
    if rng.random() < 0.08:
        return _tell_and_ask(rng, session)
    known = _known(session)
    choice = rng.random()
    if not known:
        return _not_told(rng, session) if choice < 0.2 else _tell(rng, session)
    if choice < 0.22:
        return _tell(rng, session)
    if choice < 0.32:
        return _correct(rng, session)
    if choice < 0.4:
        return _not_told(rng, session)
    return _ask(rng, session)


SKILLS = {"memory": Skill(_memory)}
