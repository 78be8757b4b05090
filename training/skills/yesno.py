"""Yes/no questions on the facts of the world: half of them true; wrong candidates come from the world, from outside it, and from nowhere."""

from __future__ import annotations

import random
from collections.abc import Callable

from training.skills.base import Session, Skill, Turn, styled, unknown
from training.skills.data import everyday as e
from training.skills.data.common_sense import TRUTHS
from training.skills.data.countries import CONTINENTS, COUNTRIES, OTHER_CITIES, OTHER_COUNTRIES, Country
from training.skills.data.nature import ANIMALS, ELEMENTS, KINDS, PLANETS
from training.skills.facts import OPPOSITES, no_country, stranger
from training.skills.wording import a, dress, say, upper

Question = tuple[list[str], dict[str, str], bool, str, str]  # patterns, fields, truth, right sentence, chain

_CITIES = [row.split("|")[0] for row in OTHER_CITIES]
_CITY_OF = [tuple(row.split("|")) for row in OTHER_CITIES]
_CURRENCIES = sorted({c.currency for c in COUNTRIES} | {"crown", "guilder", "mark", "bitcoin", "drachma", "florin", "ducat", "escudo"})
_LANGUAGES = sorted({c.language for c in COUNTRIES} | {"Latin", "Esperanto", "Basque", "Catalan", "Irish", "Welsh", "Yoruba", "Quechua", "Klingon",
                                                       "Tamil"})
_WIDE = frozenset("English French Spanish German Italian Arabic Russian Portuguese Dutch Chinese Hindi Tamil Quechua Basque Catalan Urdu Persian "
                  "Malay Turkish Irish Welsh".split())
_WRITERS = sorted({writer for _, writer in e.BOOKS} | {"Albert Camus", "Agatha Christie", "Ernest Hemingway", "Emile Zola", "Stephen King",
                                                       "Oscar Wilde",
                                                      "Roald Dahl", "Virginia Woolf", "Isaac Asimov", "Umberto Eco", "Maria Lopez", "John Smith"})
_MAKERS = sorted({maker for _, maker in e.INVENTIONS} | {"Nikola Tesla", "Steve Jobs", "Bill Gates", "Henry Ford", "Galileo Galilei", "Archimedes",
                                                        "James Watt", "Ada Lovelace", "Alan Turing", "Benjamin Brown", "Anna Miller"})
_COLOURS = ["blue", "green", "white", "black", "red", "yellow", "orange", "brown", "grey", "pink", "purple", "golden", "silver", "turquoise", "beige"]


def _wrong(rng: random.Random, right: str, known: list[str], made: bool = True) -> str:
    """A candidate that is not `right`: mostly a real word, sometimes one from nowhere."""
    while True:
        word = stranger(rng).capitalize() if made and rng.random() < 0.2 else rng.choice(known)
        if word != right:
            return word


def _alias(rng: random.Random, country: Country) -> str:
    return rng.choice(country.aliases) if country.aliases and rng.random() < 0.35 else country.name


_CAPITAL = ["[Is|So is] {x} the capital[ city|] of {c}?", "[Is it true that|Am I right that] {x} is the capital of {c}?",
            "Is the capital[ city|] of {c} {x}?", "{x} is the capital of {c}, [right|isn't it|is it|yes or no|true or false|correct]?",
            "[Is|Would] {c}'s capital [be |]{x}?", "[Would you say|Do you think|Is it right|Am I right] that {x} is the capital of {c}?",
            "True or false: {x} is the capital of {c}.",
            "Does {c} have {x} as its capital?", "Is {x} the city that is the capital of {c}?",
            "[I think|I believe|My friend says] {x} is the capital of {c}. [Right|True|Is that right|Is that true]?",
            "Isn't {x} the capital of {c}?", "{x} is the capital[ city|] of {c}[.|!]", "The capital of {c} is {x}[.|!]"]


def _capital(rng: random.Random) -> Question:
    c = rng.choice(COUNTRIES)
    truth = rng.random() < 0.5
    same = [city for city, country in _CITY_OF if country == c.name]
    if truth:
        city = c.capital
    elif same and rng.random() < 0.4:
        city = rng.choice(same)
    elif rng.random() < 0.5:
        city = _wrong(rng, c.capital, _CITIES)
    else:
        city = _wrong(rng, c.capital, [x.capital for x in COUNTRIES], made=False)
    return _CAPITAL, {"x": city, "c": _alias(rng,
                                             c)}, truth, f"the capital of {c.name} is {c.capital}.", f"The capital of {c.name} is {c.capital}, the user says {city}."


def _capital_in(rng: random.Random) -> Question:
    c = rng.choice([x for x in COUNTRIES if x.name not in ("England", "the United Kingdom", "Singapore")])
    truth = rng.random() < 0.5
    other = c if truth else rng.choice([x for x in COUNTRIES if x.name != c.name])
    return (["[Is|So is] {x} in {c}?", "Is {x} a city in {c}?", "Does {x} lie in {c}?", "Is it true that {x} is in {c}?",
             "{x} is in {c}, [right|isn't it|yes or no|true or false]?",
             "{x} is in {c}[.|!]", "Can I find {x} in {c}?", "Do you find {x} in {c}?", "Is {c} the country [where {x} is|of {x}]?",
             "Am I in {c} when I am in {x}?", "If I go to {x}, am I in {c}?"],
            {"x": c.capital, "c": _alias(rng, other)}, truth, f"{c.capital} is in {c.name}.",
            f"{c.capital} is in {c.name}, the user says {other.name}.")


def _continent(rng: random.Random) -> Question:
    c = rng.choice(COUNTRIES)
    truth = rng.random() < 0.5
    place = c.continent if truth else _wrong(rng, c.continent, CONTINENTS + ["Antarctica"], made=False)
    if not truth and place in ("North America", "South America") and rng.random() < 0.3:
        place = "the ocean"
    return (["[Is|So is] {c} in {x}?", "Does {c} lie in {x}?", "Is it true that {c} is in {x}?", "Is {c} [part of|a part of] {x}?",
             "{c} is in {x}, [right|isn't it|yes or no|true or false|correct]?",
             "Is {c} a country in {x}?", "Does {c} belong to {x}?", "Do you find {c} in {x}?",
             "[Would you say|Do you think|Is it right|Am I right] that {c} is in {x}?", "Isn't {c} in {x}?", "{c} is in {x}[.|!]",
             "Is {x} the continent of {c}?"],
            {"x": place, "c": _alias(rng, c)}, truth, f"{c.name} is in {c.continent}.", f"{c.name} is in {c.continent}, the user says {place}.")


def _currency(rng: random.Random) -> Question:
    c = rng.choice(COUNTRIES)
    truth = rng.random() < 0.5
    money = c.currency if truth else _wrong(rng, c.currency, _CURRENCIES + ["euro", "dollar", "pound", "peso", "yen"])
    if not truth and c.currency.endswith(money.lower()):
        money = "florin"
    money = money.lower() if money not in ("US dollar",) else money
    return (["Is the {x} the currency of {c}?", "Is the currency of {c} the {x}?", "Do [people|they|you] pay with the {x} in {c}?",
             "Does {c} [use|have] the {x}?", "Is it true that {c} uses the {x}?",
             "{c} uses the {x}, [right|doesn't it|yes or no|true or false]?", "Can I pay with the {x} in {c}?", "Is the {x} used in {c}?",
             "[Would you say|Do you think|Am I right] that {c} uses the {x}?",
             "Is the {x} the money of {c}?"],
            {"x": money, "c": _alias(rng, c)}, truth, f"the currency of {c.name} is the {c.currency}.",
            f"The currency of {c.name} is the {c.currency}, the user says {money}.")


def _language(rng: random.Random) -> Question:
    c = rng.choice(COUNTRIES)
    truth = rng.random() < 0.5
    tongue = c.language if truth else _wrong(rng, c.language, _LANGUAGES)
    patterns = ["Is {x} the [main |]language [of|in] {c}?", "Is the [main |]language of {c} {x}?",
                "{x} is the [main |]language of {c}, [right|isn't it|yes or no|true or false]?",
                "[Would you say|Do you think|Am I right|Is it true] that {x} is the [main |]language of {c}?",
                "Does {c} have {x} as its [main |]language?"]
    if tongue not in _WIDE or truth:  # French is spoken in many countries whose main language is another
        patterns += ["Do [people|they] speak {x} in {c}?", "Is {x} [spoken|the language people speak] in {c}?",
                     "Is it true that they speak {x} in {c}?", "Does {c} speak {x}?",
                     "Will I hear {x} in {c}?", "Should I learn {x} for {c}?"]
    return (patterns,
            {"x": tongue, "c": _alias(rng, c)}, truth, f"the main language of {c.name} is {c.language}.",
            f"The main language of {c.name} is {c.language}, the user says {tongue}.")


def _kind(rng: random.Random) -> Question:
    n = rng.choice(ANIMALS)
    truth = rng.random() < 0.5
    if rng.random() < 0.12:
        return (["[Is|So is] {a} an animal?", "Are {s} animals?", "Is it true that {s} are animals?", "{a} is an animal, [right|isn't it|yes or no|true or false]?",
                 "Do {s} count as animals?", "Would you call {a} an animal?", "{s} are animals[.|!]"],
                {"a": a(n.name), "s": n.plural}, True, f"{a(n.name)} is an animal.", f"{upper(a(n.name))} is an animal, the user says animal.")
    kind = n.kind if truth else _wrong(rng, n.kind, KINDS + ["plant", "fruit", "planet", "country", "robot", "vegetable", "flower", "machine"],
                                       made=False)
    return (["[Is|So is] {a} {k}?", "Are {s} {m}?", "Is it true that {a} is {k}?", "Is it true that {s} are {m}?",
             "{a} is {k}, [right|isn't it|yes or no|true or false]?",
             "[Would you say|Do you think|Am I right] that {a} is {k}?", "Would you call {a} {k}?", "Does {a} count as {k}?", "Do {s} count as {m}?",
             "Isn't {a} {k}?", "Is {k} what {a} is?", "{a} is {k}[.|!]", "{s} are {m}[.|!]"],
            {"a": a(n.name), "s": n.plural, "k": a(kind), "m": {"fish": "fish", "country": "countries"}.get(kind, kind + "s")}, truth,
            f"{a(n.name)} is {a(n.kind)}.",
            f"{upper(a(n.name))} is {a(n.kind)}, the user says {kind}.")


def _legs(rng: random.Random) -> Question:
    n = rng.choice(ANIMALS)
    truth = rng.random() < 0.5
    legs = n.legs if truth else rng.choice([x for x in (0, 2, 3, 4, 5, 6, 7, 8, 10, 12, 100) if x != n.legs])
    count = rng.choice([e.NUMBER_WORDS[legs], str(legs)]) if legs else "no"
    right = "no legs" if n.legs == 0 else f"{n.legs} legs"
    return (["[Does|So does] {a} have {x} legs?", "Do {s} have {x} legs?", "Has {a} [got |]{x} legs?", "Is it true that {a} has {x} legs?",
             "{a} has {x} legs, [right|yes or no|true or false|doesn't it]?",
             "Are there {x} legs on {a}?", "{a} has {x} legs[.|!]", "Does {a} walk on {x} legs?",
             "[Would you say|Do you think|Am I right] that {s} have {x} legs?"],
            {"a": a(n.name), "s": n.plural, "x": count}, truth, f"{a(n.name)} has {right}.",
            f"{upper(a(n.name))} has {right}, the user says {count}.")


def _fly(rng: random.Random) -> Question:
    fliers = rng.random() < 0.5
    n = rng.choice([x for x in ANIMALS if x.flies == fliers])
    return (["Can {a} fly?", "Can {s} fly?", "Do {s} fly?", "Does {a} fly?", "Is {a} able to fly?", "Are {s} able to fly?",
             "Is it true that {s} [can |]fly?", "{s} can fly, [right|can't they|yes or no|true or false]?",
             "[Would you say|Do you think|Am I right] that {s} can fly?", "Can you see {s} fly?", "Could {a} fly over a house?",
             "Do {s} [have wings and |]fly?"],
            {"a": a(n.name), "s": n.plural}, n.flies, f"{a(n.name)} {'can' if n.flies else 'cannot'} fly.",
            f"{upper(n.plural)} {'can' if n.flies else 'cannot'} fly.")


def _young(rng: random.Random) -> Question:
    n = rng.choice([x for x in ANIMALS if x.young != "larva"])
    truth = rng.random() < 0.5
    young = n.young if truth else _wrong(rng, n.young, sorted({x.young for x in ANIMALS}))
    return (["Is a [baby|young] {n} [called|] {x}?", "Is {x} a [baby|young] {n}?", "Do you call a baby {n} {x}?",
             "Is it true that a baby {n} is [called |]{x}?",
             "A baby {n} is called {x}, [right|yes or no|true or false|isn't it]?", "Is {x} the name of a baby {n}?",
             "[Would you say|Do you think|Am I right] that a baby {n} is called {x}?"],
            {"n": n.name, "x": a(young.lower())}, truth, f"a baby {n.name} is called {a(n.young)}.",
            f"A baby {n.name} is {a(n.young)}, the user says {young}.")


def _symbol(rng: random.Random) -> Question:
    name, symbol, _ = rng.choice(ELEMENTS)
    truth = rng.random() < 0.5
    other = symbol if truth else rng.choice([s for _, s, _ in ELEMENTS if s != symbol] + ["Xy", "Zz", "Q", "Aa", "Gx", "Jj", name[:2].capitalize()])
    truth = other == symbol
    return (["Is {x} the [chemical |]symbol [of|for] {n}?", "Is the [chemical |]symbol [of|for] {n} {x}?", "Does {x} stand for {n}?",
             "Does {n} have the symbol {x}?", "Is it true that {x} is the symbol of {n}?",
             "{x} is the symbol of {n}, [right|isn't it|yes or no|true or false]?", "Is {n} written {x}?",
             "[Would you say|Do you think|Am I right] that {x} is the symbol of {n}?", "Is {x} short for {n}?"],
            {"n": name, "x": other}, truth, f"the symbol of {name} is {symbol}.", f"The symbol of {name} is {symbol}, the user says {other}.")


def _number(rng: random.Random) -> Question:
    name, _, number = rng.choice(ELEMENTS)
    truth = rng.random() < 0.5
    other = number if truth else rng.choice([n for n in (number + 1, number - 1, number + 10, rng.randint(1, 118), rng.randint(1, 118)) if n > 0])
    truth = other == number
    return (["Is {x} the atomic number of {n}?", "Is the atomic number of {n} {x}?", "Does {n} have the [atomic |]number {x}?",
             "Does {n} have {x} protons?", "Is {n} element [number |]{x}?",
             "Is it true that {n} has the atomic number {x}?", "{n} has the atomic number {x}, [right|yes or no|true or false|doesn't it]?",
             "Is element [number |]{x} {n}?",
             "[Would you say|Do you think|Am I right] that {n} has the atomic number {x}?", "Are there {x} protons in {n}?"],
            {"n": name, "x": str(other)}, truth, f"the atomic number of {name} is {number}.",
            f"The atomic number of {name} is {number}, the user says {other}.")


def _element(rng: random.Random) -> Question:
    thing = rng.choice(["a dog", "a cat", "France", "Paris", "Jupiter", "a horse", "a table", "a car", "music", "Spain", "water", "a whale", "love",
                        "an owl", "Berlin", "bread"])
    name, symbol, number = rng.choice(ELEMENTS)
    truth = rng.random() < 0.6
    patterns = ["Is {x} a[ chemical|n] element?", "Is it true that {x} is a chemical element?",
                "{x} is a chemical element, [right|yes or no|true or false|isn't it]?",
                "Does {x} count as a chemical element?", "Is {x} in the periodic table?", "Do you find {x} in the periodic table?",
                "[Would you say|Do you think|Am I right] that {x} is an element?",
                "Can I find {x} in the periodic table?", "Does the periodic table list {x}?"]
    if truth:
        return patterns, {"x": name}, True, f"{name} is a chemical element.", f"The user asks whether {name} is an element."
    return patterns, {"x": thing}, False, f"{thing} is not a chemical element.", f"The user asks whether {thing} is an element."


def _planet(rng: random.Random) -> Question:
    truth = rng.random() < 0.5
    name, place, _, _ = rng.choice(PLANETS)
    if rng.random() < 0.5:
        order = e.ORDINALS[place - 1 if truth else rng.choice([i for i in range(8) if i != place - 1])]
        return (["Is {x} the {o} planet[ from the sun|]?", "Is the {o} planet[ from the sun|] {x}?", "Is it true that {x} is the {o} planet?",
                 "{x} is the {o} planet, [right|yes or no|true or false]?",
                 "[Would you say|Do you think|Am I right] that {x} is the {o} planet?"],
                {"x": name, "o": order}, truth, f"{name} is the {e.ORDINALS[place - 1]} planet from the sun.",
                f"{name} is the {e.ORDINALS[place - 1]} planet, the user says {order}.")
    patterns = ["Is {x} a planet?", "Is it true that {x} is a planet?", "{x} is a planet, [right|yes or no|true or false|isn't it]?",
                "Does {x} count as a planet?", "[Would you say|Do you think|Am I right] that {x} is a planet?",
                "Is there a planet [called|named] {x}?", "Do you know a planet [called|named] {x}?"]
    if truth:
        return patterns, {"x": name}, True, f"{name} is a planet.", f"The user asks whether {name} is a planet."
    other = _wrong(rng, "", ["Pluto", "Rome", "Madrid", "Brazil", "iron", "London", "Ceres", "Sirius", "Europe", "Apollo", "Titan", "Oxygen", "Paris",
                             "Tokyo", "Africa"])
    return patterns, {"x": other}, False, f"{other} is not a planet.", f"The user asks whether {other} is a planet."


def _colour(rng: random.Random) -> Question:
    thing, colour = rng.choice(e.COLOURS)
    truth = rng.random() < 0.5
    other = colour if truth else _wrong(rng, colour, _COLOURS, made=False)
    return (["[Is|So is] {t} {x}?", "Is it true that {t} is {x}?", "{t} is {x}, [right|isn't it|yes or no|true or false]?",
             "[Would you say|Do you think|Am I right] that {t} is {x}?", "Isn't {t} {x}?",
             "Is {x} the [colour|color] of {t}?", "Is the [colour|color] of {t} {x}?", "Does {t} have the [colour|color] {x}?", "Does {t} look {x}?",
             "{t} is {x}[.|!]"],
            {"t": thing, "x": other}, truth, f"{thing} is {colour}.", f"{upper(thing)} is {colour}, the user says {other}.")


def _opposite(rng: random.Random) -> Question:
    word, other = rng.choice(list(OPPOSITES.items()))
    truth = rng.random() < 0.5
    said = other if truth else _wrong(rng, other, list(OPPOSITES) + ["purple", "tired", "salty", "round", "wooden", "Swedish"])
    said = said if truth else said.lower()
    if said == word:
        said = "purple"
    return (["Is {x} the opposite of {w}?", "Is the opposite of {w} {x}?", "Does {x} mean the opposite of {w}?",
             "Is it true that {x} is the opposite of {w}?",
             "{x} is the opposite of {w}, [right|isn't it|yes or no|true or false]?",
             "[Would you say|Do you think|Am I right] that {x} is the opposite of {w}?", "Is {x} an antonym of {w}?"],
            {"w": word, "x": said}, truth, f"the opposite of {word} is {other}.", f"The opposite of {word} is {other}, the user says {said}.")


def _book(rng: random.Random) -> Question:
    book, writer = rng.choice(e.BOOKS)
    truth = rng.random() < 0.5
    said = writer if truth else _wrong(rng, writer, _WRITERS)
    return (["Did {x} write {b}?", "Was {b} written by {x}?", "Is {x} the [author|writer] of {b}?", "Is {b} [a book |]by {x}?",
             "Is it true that {x} wrote {b}?",
             "{x} wrote {b}, [right|yes or no|true or false]?", "[Would you say|Do you think|Am I right] that {x} wrote {b}?",
             "Is the author of {b} {x}?", "{x} wrote {b}[.|!]"],
            {"b": book, "x": said}, truth, f"{book} was written by {writer}.", f"{book} was written by {writer}, the user says {said}.")


def _maker(rng: random.Random) -> Question:
    thing, maker = rng.choice([x for x in e.INVENTIONS if x[0].startswith("the ") and not x[0].startswith(("the theory", "the law", "the periodic", "the C "))]
                              + [("dynamite", "Alfred Nobel"), ("Morse code", "Samuel Morse"), ("Braille", "Louis Braille")])
    truth = rng.random() < 0.5
    said = maker if truth else _wrong(rng, maker, _MAKERS)
    return (["Did {x} invent {t}?", "Was {t} invented by {x}?", "Is {x} the inventor of {t}?", "Is it true that {x} invented {t}?",
             "{x} invented {t}, [right|yes or no|true or false]?",
             "[Would you say|Do you think|Am I right] that {x} invented {t}?", "Is the inventor of {t} {x}?"],
            {"t": thing, "x": said}, truth, f"{thing} was invented by {maker}.", f"{upper(thing)} was invented by {maker}, the user says {said}.")


def _calendar(rng: random.Random) -> Question:
    items, what = rng.choice([(e.DAYS, "day"), (e.MONTHS, "month")])
    i = rng.randrange(len(items))
    truth = rng.random() < 0.5
    after = rng.random() < 0.5
    right = items[(i + (1 if after else -1)) % len(items)]
    said = right if truth else rng.choice([x for x in items if x != right])
    word = "after" if after else "before"
    return ([f"Does {{x}} come [right |]{word} {{d}}?", f"Is {{x}} the {what} {word} {{d}}?", f"Is the {what} {word} {{d}} {{x}}?",
             f"Is it true that {{x}} comes {word} {{d}}?",
             f"{{x}} comes {word} {{d}}, [right|doesn't it|yes or no|true or false]?",
             f"[Would you say|Do you think|Am I right] that {{x}} comes {word} {{d}}?"],
            {"d": items[i], "x": said}, truth, f"{right} comes {word} {items[i]}.", f"{right} comes {word} {items[i]}, the user says {said}.")


def _sides(rng: random.Random) -> Question:
    shape, sides = rng.choice(e.SHAPES)
    truth = rng.random() < 0.5
    said = sides if truth else rng.choice([x for x in range(2, 13) if x != sides])
    return (["Does {s} have {x} [sides|corners]?", "Has {s} [got |]{x} [sides|corners]?", "Is it true that {s} has {x} [sides|corners]?",
             "{s} has {x} sides, [right|doesn't it|yes or no|true or false]?",
             "[Would you say|Do you think|Am I right] that {s} has {x} sides?", "Are there {x} [sides|corners] in {s}?"],
            {"s": a(shape), "x": rng.choice([str(said), e.NUMBER_WORDS[said]])}, truth, f"{a(shape)} has {sides} sides.",
            f"{upper(a(shape))} has {sides} sides, the user says {said}.")


def _truth(rng: random.Random) -> Question:
    verb, rest, truth, right = rng.choice(TRUTHS)
    return (["{v} {r}?", "{v} {r}?", "[Tell me|Say|Quick question|Question|Yes or no|I wonder]: {q}?",
             "[I would like to know|Do you know|Can you tell me|Quiz|My son asks|So]: {q}?", "{v} {r}, yes or no?", "{v} {r} or not?",
             "{v} {r}, [do you think|in your opinion|please|Nibble]?",
             "[Please answer|Answer] with yes or no: {q}?"],
            {"v": verb, "r": rest, "q": f"{verb.lower()} {rest}"}, truth, right, f"The user asks: {verb.lower()} {rest}?")


_VOICES = ["cat", "dog", "cow", "sheep", "horse", "duck", "pig", "lion", "owl", "frog", "bee", "snake", "donkey", "goose", "mouse", "wolf",
           "elephant"]


def _sound(rng: random.Random) -> Question:
    n = rng.choice([x for x in ANIMALS if x.name in _VOICES])
    truth = rng.random() < 0.5
    other = n if truth else rng.choice([x for x in ANIMALS if x.name in _VOICES and x.sound != n.sound])
    verb = {"buzzes": "buzz", "hisses": "hiss"}.get(other.sound, other.sound[:-1])
    return (["Does {a} {x}?", "Do {s} {x}?", "Can {a} {x}?", "Is it true that {s} {x}?", "{s} {x}, [right|don't they|yes or no|true or false]?",
             "[Would you say|Do you think|Am I right] that {s} {x}?"],
            {"a": a(n.name), "s": n.plural, "x": verb}, truth, f"{a(n.name)} {n.sound}.", f"{upper(a(n.name))} {n.sound}, the user says {verb}.")


def _category(rng: random.Random) -> Question:
    """What sort of thing a name is: a city, a country, an animal."""
    c = rng.choice([x for x in COUNTRIES if x.name not in ("Singapore", "England", "Scotland", "Wales")])
    thing, kind = rng.choice([(c.name, "country"), (c.capital, "city"), (rng.choice(e.DAYS), "day"), (rng.choice(e.MONTHS), "month"),
                              (rng.choice(PLANETS[1:])[0], "planet"), (rng.choice(CONTINENTS), "continent"),
                              (c.name, "country"), (c.capital, "city")])
    truth = rng.random() < 0.5
    said = kind if truth else rng.choice([k for k in ("country", "city", "day", "month", "continent", "river", "animal", "colour", "fruit", "person",
                                                      "book", "number") if k != kind])
    if said == "city" and thing in ("Luxembourg", "Kuwait", "Panama", "Guatemala", "Mexico"):
        said = "river"
    return (["Is {t} {k}?", "Is it true that {t} is {k}?", "{t} is {k}, [right|isn't it|yes or no|true or false]?",
             "[Would you say|Do you think|Am I right] that {t} is {k}?", "Isn't {t} {k}?", "Is {t} the name of {k}?"],
            {"t": thing, "k": a(said)}, truth, f"{thing} is {a(kind)}.", f"{thing} is {a(kind)}, the user says {said}.")


def _capital_continent(rng: random.Random) -> Question:
    c = rng.choice([x for x in COUNTRIES if x.name not in ("England", "Scotland", "Wales", "Singapore")])
    truth = rng.random() < 0.5
    place = c.continent if truth else _wrong(rng, c.continent, CONTINENTS, made=False)
    return (["[Is|So is] {k} in {x}?", "Is {k} a city in {x}?", "Does {k} lie in {x}?", "Is it true that {k} is in {x}?",
             "{k} is in {x}, [right|isn't it|yes or no|true or false]?", "Is {k} part of {x}?", "Do you find {k} in {x}?"],
            {"k": c.capital, "x": place}, truth, f"{c.capital} is in {c.continent}.",
            f"{c.capital} is in {c.name}, that is in {c.continent}, the user says {place}.")


def _same(rng: random.Random) -> Question:
    """Whether two words are the same: what all the other kinds come down to in the end."""
    pools = [_CITIES, [c.capital for c in COUNTRIES], [c.name for c in COUNTRIES], [n.name for n in ANIMALS], _CURRENCIES, _LANGUAGES,
             list(OPPOSITES)]
    pool = rng.choice(pools)
    x = rng.choice(pool) if rng.random() < 0.7 else stranger(rng)
    truth = rng.random() < 0.5
    y = x if truth else _wrong(rng, x, pool) if rng.random() < 0.7 else _near(rng, x)
    return (["Is {x} the same[ word|] as {y}?", "Are {x} and {y} the same[ word|]?", "Is {x} equal to {y}?", "Is the word {x} the word {y}?",
             "Do {x} and {y} read the same?",
             "{x} and {y}: the same[ word|]?", "Are these words the same: {x} and {y}?"],
            {"x": x, "y": y}, truth, f"{x} is {x}." if truth else f"{x} is not {y}.", f"The first is {x}, the user says {y}.")


def _near(rng: random.Random, word: str) -> str:
    """A word with one letter of `word` changed."""
    spots = [i for i, letter in enumerate(word) if letter.isascii() and letter.islower()]
    if not spots:
        return word + "a"
    at = rng.choice(spots)
    return word[:at] + rng.choice([c for c in "abcdefghijklmnopqrstuvwxyz" if c != word[at]]) + word[at + 1:]


def _refused(rng: random.Random, session: Session) -> Turn:
    """A yes/no question on something outside the world."""
    name = rng.choice(OTHER_COUNTRIES) if rng.random() < 0.25 else no_country(rng) if rng.random() < 0.6 else stranger(rng).capitalize()
    thing = stranger(rng)
    made = thing.capitalize()
    patterns, fields = rng.choice([
        (["Is {x} the capital of {c}?", "Is the capital of {c} {x}?", "{x} is the capital of {c}, [right|yes or no|true or false]?",
          "Is it true that {x} is the capital of {c}?", "Is {x} in {c}?",
          "True or false: {x} is the capital of {c}.", "{x} is the capital of {c}[.|!]"],
         {"c": name, "x": _wrong(rng, "", _CITIES + [c.capital for c in COUNTRIES])}),
        (["Is {k} in {c}?", "Is {k} a city in {c}?", "Does {k} lie in {c}?", "{k} is in {c}, [right|isn't it|yes or no]?", "Can I find {k} in {c}?"],
         {"k": rng.choice(_CITIES) if rng.random() < 0.7 else made, "c": rng.choice(COUNTRIES).name}),
        (["Is {c} in {x}?", "Does {c} lie in {x}?", "Is {c} a country in {x}?", "Is it true that {c} is in {x}?", "Is {c} part of {x}?",
          "{c} is in {x}[.|!]"], {"c": name, "x": rng.choice(CONTINENTS)}),
        (["Do [people|they] speak {x} in {c}?", "Is {x} the language of {c}?"], {"c": name, "x": rng.choice(_LANGUAGES)}),
        (["Do [people|they] pay with the {x} in {c}?", "Does {c} use the {x}?", "Is the {x} the currency of {c}?"],
         {"c": name, "x": rng.choice(_CURRENCIES)}),
        (["Is {o} {k}?", "Are {t}s able to fly?", "Can {o} fly?", "Does {o} have {i} legs?", "Is it true that {o} is {k}?"],
         {"t": thing, "o": a(thing), "k": a(rng.choice(KINDS)), "i": str(rng.randint(0, 8))}),
        (["Is {z} the symbol of {t}?", "Is {i} the atomic number of {t}?"], {"t": thing, "z": rng.choice(ELEMENTS)[1],
                                                                             "i": str(rng.randint(1, 100))}),
    ])
    return Turn("yesno", say(rng, patterns, **fields), unknown(session), thinking="That is not in my small world.")


# kind of question -> how often: roughly by the number of facts behind it
_KINDS: list[tuple[Callable[[random.Random], Question], float]] = [
    (_capital, 6), (_capital_in, 3), (_continent, 3), (_currency, 2), (_language, 2), (_kind, 2.5), (_legs, 1.5), (_fly, 1.5), (_young, 0.8),
    (_symbol, 1.2), (_number, 0.8), (_element, 0.8), (_planet, 1), (_colour, 1.2), (_opposite, 1.2), (_book, 1), (_maker, 0.6), (_calendar, 0.8),
    (_sides, 0.6), (_truth, 2), (_sound, 0.8), (_category, 1), (_capital_continent, 1), (_same, 2.5)]


def yesno(rng: random.Random, session: Session) -> list[Turn]:
    if rng.random() < 0.07:
        return [_refused(rng, session)]
    kind = rng.choices([k for k, _ in _KINDS], [w for _, w in _KINDS])[0]
    patterns, fields, truth, right, chain = kind(rng)
    word = "yes" if truth else "no"
    sentence = f"{upper(word)}, {right}"
    if "the user says" in chain:  # a comparison: what is right comes first
        chain += f" So {word}."
        sentence = sentence if session.thinking else f"{upper(right[:-1])}, so {word}."
    if fields.get("a", "x").startswith(("a ", "an ")) and rng.random() < 0.12:
        fields = dict(fields, a="the " + fields["a"].split(" ", 1)[1])
    return [Turn("yesno", dress(rng, say(rng, patterns, **fields)), styled(session, word, sentence), thinking=chain)]


SKILLS = {"yesno": Skill(yesno)}
