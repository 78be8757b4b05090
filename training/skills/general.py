"""What follows a rule: examples of a kind, larger numbers in words, regular plurals and past tenses of any word."""

from __future__ import annotations

import random

from training.skills.base import Session, Skill, Turn, made_up_word, styled
from training.skills.data.common_sense import EXAMPLES, OBJECTS
from training.skills.data.everyday import NUMBER_WORDS, PAST_TENSE, PLURALS
from training.skills.wording import a, ask, say, upper

_COUNT_WORDS = ["one", "two", "three", "four", "five"]
_ONE = ["[Name|Give me|Tell me|Say|List|Show me] {a}[.|, please.]", "[Can|Could|Would] you [please |][name|give me|tell me] {a}?",
        "[Name|Give me|Tell me] an example of {a}.", "[What is|Give me|Tell me] an example of {a}?", "[Do you know|Can you think of] {a}?",
        "[Give me|Name] [any|some|just one|one] {s}[.|]", "Think of {a}.", "An example of {a}[?|, please.]"]
_MANY = ["[Name|Give me|Tell me|Say|List|Show me|Write down] {n} {p}[.|, please.]",
         "[Can|Could|Would] you [please |][name|give me|tell me|list] {n} {p}?", "[Name|Give me|Tell me] {n} examples of {p}.",
         "[What are|Do you know|Can you think of] {n} {p}?", "I need {n} {p}[.|]",
         "[Give me|Make] a list of {n} {p}.", "{n} {p}, please.", "Think of {n} {p}.", "[Which|What] {n} {p} [do you know|can you name]?"]


def examples(rng: random.Random, session: Session) -> list[Turn]:
    one, many, items = rng.choice(EXAMPLES)
    n = rng.randint(1, 4 if one == "season" else 5)
    if n == 1:
        text = say(rng, _ONE, a=a(one), s=one)
    else:
        text = say(rng, _MANY, n=rng.choice([_COUNT_WORDS[n - 1], str(n)]), p=many.replace("colour", "color") if rng.random() < 0.3 else many)
    chosen = items[:n]
    listed = chosen[0] if n == 1 else ", ".join(chosen[:-1]) + " and " + chosen[-1]
    return [Turn("general", text, styled(session, ", ".join(chosen), f"For example: {listed}."),
                 thinking=f"The user wants {_COUNT_WORDS[n - 1]} of: {many}.")]


def in_words(number: int) -> str:
    """`number` < 10,000 as British English says it: three hundred and forty-five."""
    if number in NUMBER_WORDS:
        return NUMBER_WORDS[number]
    thousands, rest = divmod(number, 1000)
    hundreds, small = divmod(rest, 100)
    words = ([f"{NUMBER_WORDS[thousands]} thousand"] if thousands else []) + ([f"{NUMBER_WORDS[hundreds]} hundred"] if hundreds else [])
    text = " ".join(words)
    return f"{text} and {NUMBER_WORDS[small]}" if small else text


_WORDS = ["[How do you|How to|How do I|How would you] [write|spell|say] {i} [in words|as a word|in letters]?",
          "[What is|What's] {i} in [words|letters]?", "Write {i} [in words|in letters].", "[Put|Say|Spell out|Express] the number {i} in words.",
          "{i} in words[?|]", "Turn {i} into words.",
          "Can you write {i} in words?", "The number {i}, written in words?", "How is {i} written in words?"]
_DIGITS = ["[How do you|How to|How do I|How would you] write {w} [in digits|as a number|in figures]?", "[What is|What's] {w} in [digits|figures]?",
           "Write {w} [in digits|as a number].", "[Put|Express] {w} in digits.", "{w} in digits[?|]", "What number is {w}?", "Turn {w} into digits.",
           "Can you write {w} [in digits|as a number]?", "Which number is called {w}?"]


def number_words(rng: random.Random, session: Session) -> list[Turn]:
    number = rng.randint(101, 999) if rng.random() < 0.6 else rng.randint(1001, 9999)
    if number in NUMBER_WORDS:
        number += 1
    words = in_words(number)
    if rng.random() < 0.6:
        return [Turn("general", say(rng, _WORDS, i=str(number)), styled(session, words, f"{number} in words is {words}."),
                     thinking=f"The user wants {number} as words.", key=f"words {number}")]
    return [Turn("general", say(rng, _DIGITS, w=words), styled(session, str(number), f"{upper(words)} as a number is {number}."),
                 thinking=f"The user wants {words} in digits.", key=f"words {number}")]


_VERBS = ("walk talk jump play work look help call ask open close clean cook paint dance laugh learn listen live love move need paint pass pick pull "
          "push rain reach remember rest return sail save "
          "search share shout show smile sound stay study talk thank touch travel turn use visit wait want wash watch wish climb count cover cross "
          "dream end enjoy fill finish follow guess hate hope hunt "
          "invite jog judge knock land last lift like lock march mend miss mix name note offer order park phone plant point pour practise press "
          "print promise raise repair rescue roll rush sew sign ski "
          "snow spell start stare stretch surprise taste tease test tie trade train treat trust type vote wander warm water wave whisper wonder "
          "worry yawn").split()
_IRREGULAR = {w for w, _ in PAST_TENSE} | {"jog", "spell", "show", "sew", "ski"}
_REGULAR_VERBS = sorted({v for v in _VERBS if v not in _IRREGULAR})
_KNOWN_NOUNS = {w for w, _ in PLURALS}
_NOUNS = sorted({w for w in OBJECTS if w not in _KNOWN_NOUNS and w not in ("knife", "fish", "skin", "hair", "wood", "glass", "scarf")} | {
    "baker", "teacher", "doctor", "farmer", "king", "queen", "friend", "village", "street", "school", "flower", "cow", "horse", "lion", "tiger",
    "spider", "monkey", "pony", "puppy", "berry", "diary", "family", "army",
    "bench", "peach", "bush", "wish", "class", "dress", "tax", "mix", "match", "witch", "couch", "lunch", "kiss", "boss", "minute", "hour", "month",
    "year", "letter", "number", "word", "language", "computer", "river",
    *("painter singer runner driver writer player worker dancer reader builder hunter waiter soldier officer manager owner leader winner loser helper "
      "speaker lawyer sailor actor author tailor visitor mayor nurse judge pilot farm field garden hill road bridge town island ocean cloud storm "
      "window kitchen room floor roof brick stone coin ticket letter story song picture colour game toy doll bear wolf fox duck goose rabbit snake "
      "eagle carrot onion potato tomato lemon apple orange cherry berry sandwich cookie biscuit glove shoe boot jacket button pocket ring watch").split()} - _KNOWN_NOUNS - {"skin"})


def plural_of(noun: str) -> str:
    """The regular plural."""
    if noun.endswith(("s", "x", "ch", "sh", "z")):
        return noun + "es"
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + "s"


def past_of(verb: str) -> str:
    """The past tense of a regular verb that doubles no letter."""
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb[:-1] + "ied"
    return verb + "ed"


_PLURAL = ["How do you write {w} in the plural?", "{w} in the plural[?|]", "Plural of {w}[?|]", "{w}: plural?", "What is {w} in the plural?",
           "What do you call more than one {w}?", "[Put|Write] the word {w} in[to|] the plural.", "One {w}, two what?", "One {w}, many ...?"]
_PAST = ["Today I {w}, yesterday I what?", "What is {w} in the past[ tense|]?", "Past tense of {w}[?|]", "{w}: past tense?",
         "[Put|Write] the verb {w} in[to|] the past tense.", "How do you write {w} in the past tense?"]


def word_forms(rng: random.Random, session: Session) -> list[Turn]:
    if rng.random() < 0.65:
        noun = rng.choice(_NOUNS)
        while rng.random() < 0.6:
            noun = made_up_word(rng, 3, 8)
            if noun not in _KNOWN_NOUNS and noun[-1] in "bdgklmnprtwe":
                break
            noun = rng.choice(_NOUNS)
        many = plural_of(noun)
        return [Turn("general", ask(rng, "the plural[ form|] of [the word |]{w}", _PLURAL, w=noun),
                     styled(session, many, f"The plural of {noun} is {many}."), thinking=f"The user asks for the plural of {noun}.",
                     key=None if noun in _NOUNS else f"plural {noun}")]
    verb = rng.choice(_REGULAR_VERBS)
    past = past_of(verb)
    return [Turn("general", ask(rng, "the past[ tense| form|] of [the verb |]{w}", _PAST, w=verb),
                 styled(session, past, f"The past tense of {verb} is {past}."), thinking=f"The user asks for the past tense of {verb}.")]


def general(rng: random.Random, session: Session) -> list[Turn]:
    return rng.choices([examples, number_words, word_forms], [0.4, 0.3, 0.3])[0](rng, session)


SKILLS = {"general": Skill(general)}
