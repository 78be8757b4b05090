"""Refusals: one fixed sentence for everything outside the small world, whatever is asked and however.

Real topics, famous people, activities, known things asked about what is not known of them, made-up names in the very wordings that known facts use.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable

from training.skills.base import Session, Skill, Turn, unknown
from training.skills import unclear
from training.skills.data import common_sense as cs
from training.skills.data import open_questions as q
from training.skills.data import topics as t
from training.skills.data.countries import COUNTRIES, OTHER_CITIES, OTHER_COUNTRIES
from training.skills.data.everyday import BOOKS, INVENTIONS, PAST_TENSE, PLURALS
from training.skills.data.nature import ANIMALS, ELEMENTS, OTHER_ELEMENTS, PLANETS
from training.skills.facts import EVERYDAY, OPPOSITES, WORLD, Fact, no_country, stranger
from training.skills.wording import ABOUT, a, ask, dress, say

_CITIES = [row.split("|")[0] for row in OTHER_CITIES]
_OBJECTS = [thing for thing in cs.OBJECTS if thing not in {n.name for n in ANIMALS} | {"fish", "beer", "wine", "cheese", "bread", "soup", "paper",
                                                                                       "glass", "wood", "hair", "skin"}]
_CAPITALS = [c.capital for c in COUNTRIES]
_KNOWN_WORDS = sorted(set(OPPOSITES) | {w for w, _ in PLURALS} | {w for w, _ in PAST_TENSE})
_KINDS_OF = ("medieval;modern;ancient;urban;rural;cheap;wild;secret;classical;digital;industrial;tropical;Nordic;Roman;military;organic;global;local;"
             "early;late;"
             "underground;royal;Victorian;Japanese;Persian;African;European;Chinese;Russian;American;Arctic;scientific;religious;political;economic;"
             "social;"
             "electric;mechanical;chemical;medical;legal;musical;commercial;private;public;traditional;experimental;professional;amateur;famous;"
             "forgotten").split(";")
_NOUNS = ("art;music;poetry;farming;fishing;trade;law;medicine;cooking;dance;theatre;weapons;ships;roads;bridges;castles;churches;schools;markets;"
          "money;laws;wars;kings;"
          "cities;villages;houses;gardens;clothes;shoes;games;toys;books;newspapers;films;songs;instruments;machines;engines;tools;maps;languages;"
          "customs;"
          "festivals;religions;myths;philosophy;science;physics;chemistry;biology;geography;history;politics;economics;banking;taxes;transport;"
          "aviation;"
          "shipping;mining;forestry;energy;weather;rivers;mountains;islands;deserts;forests;birds;insects;plants;flowers;trees;fruit;vegetables;"
          "bread;wine;cheese").split(";")
_OTHER_ANIMALS = ("otter;badger;beaver;moose;hippo;rhino;cheetah;leopard;jaguar;hyena;lemur;sloth;llama;walrus;seal;lobster;jellyfish;starfish;squid;"
                  "eel;trout;herring;"
                  "tuna;pigeon;sparrow;robin;seagull;pelican;flamingo;peacock;vulture;hawk;stork;heron;turkey;toad;newt;chameleon;iguana;cobra;wasp;"
                  "beetle;moth;"
                  "mosquito;grasshopper;cricket;scorpion;tick;flea;worm;slug;mole;rat;hamster;ferret;weasel;bison;buffalo;antelope;gazelle;unicorn;"
                  "dragon;dinosaur").split(";")
_OTHER_WORDS = ("table;purple;seven;music;window;garden;yellow;chair;pencil;elbow;tractor;mountain;orange;banana;telephone;thunder;spoon;carpet;"
                "violin;Tuesday;"
                "kitchen;bicycle;umbrella;biscuit;swimming;camera;pocket;ladder;button;river;cheese;helmet;circle;planet;jungle;candle;basket;engine;"
                "doctor;green").split(";")


def _topic(rng: random.Random) -> str:
    """A real topic, or a composed one."""
    draw = rng.random()
    if draw < 0.72:
        return rng.choice(t.SUBJECTS)
    if draw < 0.94:
        return f"{rng.choice(_KINDS_OF)} {rng.choice(_NOUNS)}"
    return f"{rng.choice(_NOUNS)} in {rng.choice(COUNTRIES).name}"


def _person(rng: random.Random) -> str:
    draw = rng.random()
    if draw < 0.6:
        return rng.choice(t.PEOPLE)
    if draw < 0.8:
        return f"{stranger(rng).capitalize()} {stranger(rng).capitalize()}"
    return rng.choice(_FIRST) + " " + (rng.choice(_LAST) if rng.random() < 0.7 else stranger(rng).capitalize())


_FIRST = "Anna Peter John Mary Tom Lucy Carl Elena Hugo Ivan Maria Omar Priya Wei Yuki Sarah David Laura Ahmed Nina Paul Clara Felix Rosa Victor Alice".split()
_LAST = ("Smith Jones Miller Brown Garcia Rossi Novak Silva Tanaka Kim Chen Patel Müller Schmidt Dubois Martin Jensen Kowalski Ivanov Lopez Walker "
         "Hill "
         "Green King Baker Fischer Weber Moreau Costa Santos").split()


_WHOLE = [pattern for pattern in q.TOPIC if pattern != "{x}[?|]"]


def _about_topic(rng: random.Random) -> str:
    if rng.random() < 0.07:  # a bare word that is none looks like keys hit at random: never alone
        return say(rng, ABOUT[:-1] + _WHOLE, T=stranger(rng), x=stranger(rng), z=_topic(rng))
    topic = _topic(rng)
    if rng.random() < 0.15:
        return say(rng, ABOUT, T=topic)
    return say(rng, q.TOPIC, x=topic, z=_topic(rng))


def _about_person(rng: random.Random) -> str:
    person = _person(rng)
    patterns = q.PERSON if person in t.PEOPLE else [pattern for pattern in q.PERSON if pattern != "{p}[?|]"]
    return say(rng, patterns, p=person, q=_person(rng))


def _how_to(rng: random.Random) -> str:
    return say(rng, q.ACTIVITY, v=rng.choice(t.ACTIVITIES))


def _wanted(rng: random.Random) -> str:
    return say(rng, q.WANTED, w=rng.choice(t.WORKS_WANTED), x=_topic(rng))


def _wishes(rng: random.Random) -> str:
    return say(rng, q.WISH, f=rng.choice(t.FOOD), x=_topic(rng))


def _program(rng: random.Random) -> str:
    return say(rng, q.PROGRAM, g=rng.choice(t.PROGRAMS), l=rng.choice(t.CODE_LANGUAGES))


def _event(rng: random.Random) -> str:
    return say(rng, q.EVENT, y=str(rng.choice([rng.randint(1000, 2040), rng.randint(1900, 2030)])))


def _known_country(rng: random.Random) -> str:
    c, h = rng.sample([x.name for x in COUNTRIES], 2)
    if rng.random() < 0.35:
        return ask(rng, q.COUNTRY[0], c=c)
    return say(rng, q.COUNTRY[1:], c=c, h=h)


def _known_city(rng: random.Random) -> str:
    k, j = rng.sample(_CAPITALS + _CITIES, 2)
    if rng.random() < 0.3:
        return ask(rng, q.CITY[0], k=k)
    return say(rng, q.CITY[1:], k=k, j=j)


def _known_animal(rng: random.Random) -> str:
    n, m = rng.sample(ANIMALS, 2)
    return say(rng, q.ANIMAL, s=n.plural, a=a(n.name), b=a(m.name), t=m.plural)


def _known_element(rng: random.Random) -> str:
    x, z = rng.sample([name for name, _, _ in ELEMENTS if name != "radium"], 2)
    if rng.random() < 0.4:
        return ask(rng, q.ELEMENT[0], x=x)
    return say(rng, q.ELEMENT[1:], x=x, z=z)


def _known_thing(rng: random.Random) -> str:
    draw = rng.randrange(4)
    if draw == 0:
        p, other = rng.sample([row[0] for row in PLANETS], 2)
        return ask(rng, q.PLANET[0], p=p) if rng.random() < 0.4 else say(rng, q.PLANET[1:], p=p, q=other)
    if draw == 1:
        return say(rng, q.BOOK, b=rng.choice(BOOKS)[0])
    if draw == 2:
        return say(rng, q.INVENTION, t=rng.choice([thing for thing, _ in INVENTIONS if thing.startswith("the ")]))
    return say(rng, q.WORD, w=rng.choice(_KNOWN_WORDS + _OTHER_WORDS))


def _fits(patterns: tuple[str, ...], keys: str) -> list[str]:
    """The patterns whose only fields are `keys`."""
    return [p for p in patterns if all(f"{{{k}}}" not in p for k in "abcdefghijklmnopqrstuvwxyz" if k not in keys)]


def _family(facts: list[Fact], need: str, keys: str) -> list[tuple[str, list[str]]]:
    """Wordings of known facts that name their subject by the fields `keys` only."""
    found = {}
    for fact in facts:
        patterns = _fits(fact.patterns, keys)
        noun = fact.noun if need in fact.noun and _fits((fact.noun,), keys) else ""
        if (noun or patterns) and need in noun + " ".join(patterns):
            found[(noun, tuple(patterns))] = None
    return [(noun, list(patterns)) for noun, patterns in found]


_COUNTRY_FORMS = _family(WORLD, "{c}", "c")
_CAPITAL_FORMS = _family(WORLD, "{k}", "k")
_CURRENCY_FORMS = _family(WORLD, "{m}", "m")
_LANGUAGE_FORMS = _family(WORLD, "{l}", "l")
_ANIMAL_FORMS = _family([f for f in WORLD if "{s}" in " ".join(f.patterns) or "{n}" in f.noun], "{a}", "asn")
_ELEMENT_FORMS = _family([f for f in WORLD if "z" in f.fields], "{x}", "x")
_SYMBOL_FORMS = _family([f for f in WORLD if "z" in f.fields], "{z}", "z")
_NUMBER_FORMS = _family([f for f in WORLD if "z" in f.fields], "{i}", "i")
_OPPOSITE_FORMS = _family([f for f in EVERYDAY if "opposite" in f.noun], "{w}", "w")
_BOOK_FORMS = _family([f for f in EVERYDAY if "b" in f.fields], "{b}", "b")
_MAKER_FORMS = _family([f for f in EVERYDAY if "inventor" in f.noun], "{t}", "t")
_SYMBOLS = {symbol.lower() for _, symbol, _ in ELEMENTS}
_NUMBERS = {number for _, _, number in ELEMENTS}


def _form(rng: random.Random, forms: list[tuple[str, list[str]]], **fields: str) -> str:
    noun, patterns = rng.choice(forms)
    if noun:
        return ask(rng, noun, patterns or None, **fields)
    return say(rng, patterns, **fields)


def _unknown_place(rng: random.Random) -> str:
    """What is known of countries, asked about one that is not in the world or not at all."""
    name = rng.choice(OTHER_COUNTRIES) if rng.random() < 0.25 else no_country(rng) if rng.random() < 0.6 else stranger(rng).capitalize()
    draw = rng.random()
    if draw < 0.65:
        return _form(rng, _COUNTRY_FORMS, c=name)
    if draw < 0.75:
        return say(rng, ABOUT[:-1], T=name)
    if draw < 0.9:
        return _form(rng, _CAPITAL_FORMS, k=rng.choice(_CITIES) if rng.random() < 0.5 else stranger(rng).capitalize())
    if draw < 0.95:
        return _form(rng, _CURRENCY_FORMS, m=stranger(rng))
    return _form(rng, _LANGUAGE_FORMS, l=stranger(rng).capitalize())


def _unknown_thing(rng: random.Random) -> str:
    """What is known of animals, elements, words and books, asked about others."""
    draw = rng.random()
    if draw < 0.4:
        word = rng.choice(_OTHER_ANIMALS) if rng.random() < 0.5 else stranger(rng)
        return _form(rng, _ANIMAL_FORMS, a=a(word), s=word + "s", n=word)
    if draw < 0.55:
        return _form(rng, _ELEMENT_FORMS, x=rng.choice(OTHER_ELEMENTS) if rng.random() < 0.5 else stranger(rng))
    if draw < 0.65:
        if rng.random() < 0.5:
            return _form(rng, _NUMBER_FORMS, i=str(rng.choice([n for n in range(93, 400) if n not in _NUMBERS])))
        while (symbol := rng.choice("ABCDEFGHJKLMQRTVXYZ") + rng.choice("jqxyzwvkghp")).lower() in _SYMBOLS:
            pass
        return _form(rng, _SYMBOL_FORMS, z=symbol)
    if draw < 0.75:
        word = rng.choice([w for w in _OTHER_WORDS if w not in OPPOSITES]) if rng.random() < 0.5 else stranger(rng)
        return _form(rng, _OPPOSITE_FORMS, w=word)
    if draw < 0.88:
        title = f"The {rng.choice(_KINDS_OF).capitalize()} {rng.choice(_NOUNS).capitalize()}" if rng.random() < 0.6 else f"{stranger(rng).capitalize()} and {stranger(rng).capitalize()}"
        return _form(rng, _BOOK_FORMS, b=title)
    return _form(rng, _MAKER_FORMS, t="the " + (stranger(rng) if rng.random() < 0.5 else f"{rng.choice(_KINDS_OF)} {rng.choice(_NOUNS)}"))


def _object(rng: random.Random) -> str:
    """Things of daily life: what they are, their colour, how many parts they have."""
    thing = a(rng.choice(_OBJECTS))
    return say(rng, q.OBJECT, t=thing, s=rng.choice(cs.PARTS), z=a(rng.choice(_OBJECTS)))


def _superlative(rng: random.Random) -> str:
    noun = f"the {rng.choice(cs.SUPERLATIVES)} {rng.choice(cs.RANKED)}"
    place = rng.choice(["", "", " in the world", " on Earth", " ever", " of all", f" in {rng.choice(COUNTRIES).name}", " in Europe", " in history",
                        " in space"])
    if rng.random() < 0.5:
        return ask(rng, noun + place)
    return say(rng, ["[What is|What's|Which is|Where is|How big is|How old is|Who built|What was] {x}?", "Do you know {x}?", "How do I find {x}?"],
               x=noun + place)


def _sentence(rng: random.Random) -> str:
    """Something to be done with a sentence of the user."""
    sentence = unclear.remark(rng, Session())[0].user
    return say(rng, cs.FIXES, s=sentence, l=rng.choice(["French", "Spanish", "German", "Italian", "Chinese", "Latin"]))


def _maths(rng: random.Random) -> str:
    number = rng.choice([n for n in range(2, 999) if math.isqrt(n) ** 2 != n])
    return say(rng, q.MATHS, n=str(number), m=str(rng.randint(2, 99)), k=str(rng.randint(2, 9)))


def _cipher(rng: random.Random) -> str:
    """Letters with digits, as names of substances, models and standards are."""
    letters = lambda count: "".join(rng.choice("ACDGHJKLPQRSTUVXYZ") for _ in range(count))
    name = f"{letters(rng.choice((1, 1, 2, 3)))}{rng.randint(2, 99)}{letters(rng.choice((0, 0, 1)))}"
    return say(rng, ABOUT[:-1], T=name)


def _now(rng: random.Random) -> str:
    return say(rng, q.NOW, k=str(rng.randint(2, 12)))


def _opinion(rng: random.Random) -> str:
    return say(rng, q.OPINION)


_FREE: list[tuple[Callable[[random.Random], str], float]] = [
    (_about_topic, 8), (_about_person, 3), (_how_to, 3), (_wanted, 1.5), (_wishes, 1.5), (_program, 1.5), (_known_country, 3), (_known_city, 1.5),
    (_known_animal, 2),
    (_known_element, 1.5), (_known_thing, 2.5), (_unknown_place, 7), (_unknown_thing, 3.5), (_maths, 1), (_opinion, 2.5), (_object, 2),
    (_superlative, 1.5), (_sentence, 1), (_cipher, 0.7)]
# What a tool could answer: asked only in sessions without tools.
_TOOLS: list[tuple[Callable[[random.Random], str], float]] = [(_event, 1.5), (_now, 2.5)]
_CHAIN = "That is not in my small world."


def unknown_questions(rng: random.Random, session: Session) -> list[Turn]:
    pool = _FREE if session.tools else _FREE + _TOOLS
    kind = rng.choices([k for k, _ in pool], [w for _, w in pool])[0]
    return [Turn("unknown", dress(rng, kind(rng)), unknown(session), thinking=_CHAIN)]


SKILLS = {"unknown": Skill(unknown_questions)}
