"""What is no question: keys hit at random, remarks on daily life, other languages. Each has one fixed answer."""

from __future__ import annotations

import random

from training.skills.base import Session, Skill, Turn, styled
from training.skills.data.foreign import FOREIGN
from training.skills.data.topics import FOOD, SUBJECTS
from training.skills.wording import upper

NOT_UNDERSTOOD = "I did not understand that. Could you say it in other words?"
ENGLISH = "Please ask me in English: it is the only language that I speak well."
REMARK = "I see. What would you like to know?"

_ROWS = ["qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm", "1234567890"]
_MARKS = ["???", "?", "!", "!!!", "...", ".", "??", "?!", "!?!", "-", "--", "...?", "#", "##", "*", "***", "~", "&", "%", "$$$", "()", "/", "///",
          ";", ";;", ",", ",,", "@", "=", "___", "^", "\\"]


def _mash(rng: random.Random) -> str:
    """One string of keys: along a row, or consonants without a vowel."""
    if rng.random() < 0.5:
        row = rng.choice(_ROWS[:5])
        if rng.random() < 0.2:
            row = row[::-1]
        start = rng.randrange(len(row) - 3)
        text = row[start:start + rng.randint(4, 8)]
        if len(text) < 4:
            text += row[:3]
        if rng.random() < 0.25:
            text += text
    else:
        text = "".join(rng.choice("bcdfghjklmnpqrstvwxz") for _ in range(rng.randint(4, 11)))
    return text


def gibberish(rng: random.Random, session: Session) -> list[Turn]:
    draw = rng.random()
    if draw < 0.06:
        text = rng.choice(_MARKS)
    elif draw < 0.12:
        text = str(rng.randint(0, 10 ** rng.randint(1, 6))) + rng.choice(["", "", "?", "!", "."])
    elif draw < 0.18:
        text = rng.choice("abcdefghjklmnopqrstuvwxz") * rng.randint(3, 12)
    else:
        text = " ".join(_mash(rng) for _ in range(rng.choice([1, 1, 1, 2, 2, 3, 4])))
        case = rng.random()
        text = upper(text) if case < 0.1 else text
        text += rng.choice(["", "", "", "", "?", "!", ".", "??", "...", " " + rng.choice(["?", "!!", "..."])])
    return [Turn("unclear", text, styled(session, "I did not understand that.", NOT_UNDERSTOOD), thinking="These are no words.", vary="none")]


def foreign(rng: random.Random, session: Session) -> list[Turn]:
    """A sentence in another language."""
    patterns, fields = rng.choice(FOREIGN[:3] * 2 + FOREIGN)
    text = rng.choice(patterns)
    for name, values in fields.items():
        text = text.replace("{" + name + "}", rng.choice(values))
    opening = rng.random()
    if opening < 0.2 and text[0].isascii():
        text = rng.choice(["Nibble, ", "Ok, ", "Hey, ", "Hi, ", "Hello! "]) + text
    if rng.random() < 0.2:
        text = text.rstrip("?.？。")
    if rng.random() < 0.15:
        text = text.lower()
    return [Turn("unclear", text, styled(session, "Please ask in English.", ENGLISH), thinking="This is not English.", vary="none")]


_WHO = ("I;We;They;My neighbour;My uncle;My aunt;My boss;The teacher;The postman;A friend of mine;My cousin;The old man next door;The children;Our "
        "dog;"
        "My colleague;The doctor;The woman at the shop;My grandfather;My grandmother;Somebody;The man in the blue coat;My landlord;The baker;The "
        "girl from school").split(";")
_DID = ("went to {p};bought {t};found {t} in {p};lost {t} in {p};painted {t};broke {t};repaired {t};sold {t};saw {t} in {p};walked to {p};drove to "
        "{p};"
        "cooked {f};ate {f} for {m};had {f} for {m};forgot {t} in {p};borrowed {t};cleaned {t};waited in {p};met a friend in {p};sat in {p};ran "
        "through {p};"
        "carried {t} to {p};left {t} in {p};dropped {t};washed {t};talked about {t};dreamed of {t};looked at {t};took {t} to {p};worked in {p};slept "
        "in {p}").split(";")
_THINGS = ("a red car;a new bicycle;the old clock;a green umbrella;a heavy box;the kitchen table;a pair of shoes;a blue hat;the lamp;the front door;"
           "a wooden chair;"
           "a big basket;the garden fence;a small boat;an old book;a letter;the keys;a silver coin;a warm coat;the radio;a map;a guitar;two tickets;"
           "a black cat;"
           "the window;a birthday cake;a strange stone;the washing machine;some flowers;a broken cup").split(";")
_PLACES = ("the market;the station;the park;the office;the library;the garden;the kitchen;the city;the forest;the harbour;the museum;the mountains;"
           "the village;"
           "the cinema;the school;the church;the bakery;the beach;the castle;the bus;the train;the attic;the cellar;the hospital;the restaurant").split(";")
_FOODS = "soup;an apple;fish and rice;bread and cheese;noodles;a big salad;pancakes;an omelette;potatoes;toast;a sandwich;beans;pizza;porridge;curry".split(";")
_MEALTIME = ["I had {f} for {m}{w}", "I ate {f}{w}", "We had {f} for {m}{w}", "I cooked {f} for {m}{w}", "I am eating {f}", "For {m} there was {f}"]
_MEALS = "lunch;dinner;breakfast;supper".split(";")
_WHEN = [" yesterday", " this morning", " last week", " on Monday", " last night", " two days ago", " on Sunday", " an hour ago", " last summer",
         " in the evening", "", "", " again", " after work", " before noon"]
_FACTS = ("The train was late{w};The bus did not come{w};The shop was closed{w};The match was cancelled{w};The lights went out{w};The water was "
          "cold{w};The street was empty{w};"
          "The door was open{w};The party was loud{w};The film was long{w};The queue was long{w};The music was good{w};There was a storm{w};There "
          "was nobody at {p}{w};There were many people in {p}{w};"
          "The road to {p} was blocked{w};Somebody left {t} in {p}{w};There is {t} in {p};We have {t} in {p};There was smoke over {p}{w};The meeting "
          "took three hours{w};The printer was broken{w}").split(";")

_TASTES = ("I like {x};I really like {x};I am interested in {x};I read a book about {x};I know a lot about {x};I know nothing about {x};I am tired "
           "of {x};We talked about {x} at school;My friends like {x};"
           "My son loves {x};I saw a film about {x};I have {n} books about {x};I am afraid of {x};I dreamed of {x};I collect pictures of {x};"
           "Everybody talks about {x};I watched a programme about {x};"
           "My sister teaches {x};I used to like {x};I could talk for hours about {x};I gave a talk on {x};I am not interested in {x};I prefer {x};I "
           "had a long discussion about {x};I wrote a paper on {x}").split(";")


def remark(rng: random.Random, session: Session) -> list[Turn]:
    draw = rng.random()
    if draw < 0.25:
        text = rng.choice(_TASTES).replace("{x}", rng.choice(SUBJECTS)).replace("{n}", rng.choice(["two", "three", "many", "some", "ten"]))
        return [Turn("unclear", text + rng.choice([".", ".", ".", "!", ""]), styled(session, "I see.", REMARK), thinking="A remark, no question.")]
    pattern = rng.choice(_MEALTIME) if draw < 0.32 else rng.choice(_FACTS) if draw < 0.5 else f"{rng.choice(_WHO)} {rng.choice(_DID)}{{w}}"
    if rng.random() < 0.15:
        pattern += f" and {rng.choice(_DID)}".replace("{w}", "")
    things = rng.sample(_THINGS, 2)
    text = pattern.replace("{p}", rng.choice(_PLACES)).replace("{f}", rng.choice(_FOODS if rng.random() < 0.5 else FOOD)).replace("{m}",
                                                                                                  rng.choice(_MEALS)).replace("{w}", rng.choice(_WHEN))
    while "{t}" in text:
        text = text.replace("{t}", things.pop() if things else rng.choice(_THINGS), 1)
    return [Turn("unclear", text + rng.choice([".", ".", ".", "!", ""]), styled(session, "I see.", REMARK), thinking="A remark, no question.")]


def unclear(rng: random.Random, session: Session) -> list[Turn]:
    return rng.choices([gibberish, foreign, remark], [0.4, 0.2, 0.4])[0](rng, session)


SKILLS = {"unclear": Skill(unclear)}
