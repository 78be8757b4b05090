"""Word problems in plain English: gain, lose, together, how many more, twice as many, rows of things, sharing, times of day. One or two operations."""

from __future__ import annotations

import random

from .base import Session, Turn, made_up_name, styled, terse
from .calculation import add_steps, subtract_steps, worked
from .sum_wordings import in_words

_GIRLS = "Anna Mia Emma Lily Sara Nora Grace Julia Lea Zoe Amy Ruth Eva Kate Ella Rosa Mary Alice Clara Jane".split()
_BOYS = "Tom Ben Max Leo Paul Sam Jack Noah Omar Finn Luke Adam Peter Karl Hugo Tim Ivan Erik John Bob".split()
_THINGS = {"apple": "apples", "pear": "pears", "book": "books", "pencil": "pencils", "coin": "coins", "egg": "eggs", "ball": "balls", "stamp": "stamps",
           "card": "cards", "cookie": "cookies", "flower": "flowers", "shell": "shells", "marble": "marbles", "toy": "toys", "orange": "oranges",
           "sticker": "stickers", "pen": "pens", "cake": "cakes", "stone": "stones", "nut": "nuts", "banana": "bananas", "candle": "candles"}
_GROUPS = {"box": "boxes", "bag": "bags", "row": "rows", "basket": "baskets", "shelf": "shelves", "table": "tables", "jar": "jars", "tray": "trays"}

_GAIN = ("{N} has {a} {A} and buys {b} more. How many {T} does {N} have now?", "{N} has {a} {A}. {S} gets {b} more. How many {T} does {N} have?",
         "{N} has {a} {A}. {M} gives {N} {b} more. How many {T} does {N} have now?", "{N} had {a} {A} and found {b} more. How many {T} does {s} have now?",
         "{N} picks {a} {A} in the morning and {b} in the evening. How many {T} does {N} have?",
         "If {N} has {a} {A} and gets {b} more, how many {T} does {s} have?")
_I_GAIN = ("I have {a} {A} and buy {b} more. How many {T} do I have now?", "I had {a} {A} and got {b} more. How many {T} do I have?", "If I have {a} {A} and you give me {b} more, how many {T} do I have?",
           "I have {a} {A}. {M} gives me {b} more. How many {T} do I have now?")
_I_LOSE = ("I have {a} {A} and eat {b}. How many {T} do I have left?", "I had {a} {A} and lost {b}. How many {T} are left?", "If I have {a} {A} and give {b} to {M}, how many {T} do I have left?",
           "I have {a} {A} and give you {b}. How many do I have left?")
_OLDER = ("{M} is {a} {Z} old. {N} is {b} {Y} older. How old is {N}?", "{N} is {b} {Y} older than {M}. {M} is {a} {Z} old. How old is {N}?",
          "{N} is {a} {Z} old. How old will {s} be in {b} {Y}?", "{M} is {a}. {N} is {b} {Y} older than {M}. How old is {N}?")
_YOUNGER = ("{M} is {a} {Z} old. {N} is {b} {Y} younger. How old is {N}?", "{N} is {b} {Y} younger than {M}. {M} is {a} {Z} old. How old is {N}?",
            "{N} is {a} {Z} old. How old was {s} {b} {Y} ago?")
_TOGETHER = ("{N} has {a} {A} and {M} has {b}. How many {T} do they have together?", "{N} has {a} {A}. {M} has {b} {B}. How many {T} do they have in all?",
             "There are {a} {A} on the table and {b} on the floor. How many {T} are there in all?",
             "{N} brings {a} {A} and {M} brings {b}. How many {T} are there altogether?")
_LOSE = ("{N} has {a} {A} and gives {b} to {M}. How many {T} does {N} have left?", "{N} has {a} {A}. {S} loses {b} of them. How many {T} does {N} have now?",
         "{N} had {a} {A} and sold {b}. How many {T} are left?", "There are {a} {A} in a bag. {N} takes out {b}. How many {T} are left in the bag?",
         "If {N} has {a} {A} and gives away {b}, how many {T} are left?", "{N} has {a} {A} and uses {b}. How many {T} are left?")
_LOST = ("{N} had {a} {A} and gave away {b}. How many {T} does {s} have now?", "{N} had {a} {A} and gave {b} to {M}. How many {T} does {s} have left?", "{N} had {a} {A} and ate {b}. How many are left?",
         "{N} had {a} {A}. {S} gave {b} to {M}. How many {T} does {N} have now?", "{N} had {a} {A} and lost {b} of them. How many {T} does {s} have?",
         "{N} had {a} {A}, but {b} are gone. How many {T} are left?")
_MORE = ("{N} has {a} {A} and {M} has {b}. How many more {T} does {N} have than {M}?", "{N} has {a} {A}. {M} has {b} {B}. How many more does {N} have?")
_TIMES = ("There are {a} {G} with {b} {B} each. How many {T} are there?", "{N} has {a} {G}. Each {g} holds {b} {B}. How many {T} does {N} have?",
          "{N} buys {a} {G} with {b} {B} in each. How many {T} are there in all?", "Each {g} has {b} {B}. How many {T} are in {a} {G}?")
_PRICE = ("One {t} costs {b} euros. How much do {a} {T} cost?", "A {t} costs {b} dollars. {N} buys {a} {T}. How much does {s} pay?",
          "If one {t} costs {b} coins, how many coins do {a} {T} cost?", "{N} bought {a} {T} for {b} euros each. How much did {s} pay?",
          "I bought {a} {T} for {b} euros each. How much did I pay?", "I buy {a} {T} at {b} dollars each. What do I pay?",
          "{a} {T} at {b} euros each: how much is that?", "{N} sells {a} {T} for {b} euros each. How much does {s} get?")
_PER = ("There are {a} {A} and {b} {G}. How many {T} per {g}, if all get the same number?", "There are {a} {A} in {b} {G}, the same number in each. How many {T} per {g}?",
        "There are {a} children and {b} teams. How many children per team?", "{a} {A} for {b} children: how many {T} per child?", "There are {a} {A} for {b} children. How many {T} per child?")
_TRIP = ("A train leaves at {b} and arrives at {a}. How long is the trip?", "A train leaves at {b} o'clock and arrives at {a} o'clock. How many hours does it take?",
         "{N} works from {b} to {a}. How many hours does {s} work?", "A film starts at {b} and ends at {a}. How many hours is it long?", "The shop is open from {b} to {a}. How many hours is that?",
         "{N} sleeps from {b} to {a}. How many hours does {s} sleep?")
_SHARE = ("{N} shares {a} {A} equally among {b} friends. How many {T} does each friend get?", "{a} {A} are put into {b} {G}, the same number in each. How many {T} are in each {g}?",
          "{b} children share {a} {A} equally. How many {T} does each child get?", "{N} divides {a} {A} equally between {b} children. How many {T} does each child get?")

_PLUS = {"gain": _GAIN, "i gain": _I_GAIN, "older": _OLDER, "together": _TOGETHER}
_MINUS = {"lose": _LOSE, "lost": _LOST, "i lose": _I_LOSE, "younger": _YOUNGER, "more": _MORE, "trip": _TRIP}


_TWO_STEPS = ("{N} has {a} {A}, {v} {b} and {w} {c}. How many {T} does {N} have?", "{N} has {a} {A}. {S} {v} {b} and {w} {c}. How many {T} does {N} have now?",
              "{N} has {a} {A}. {S} {v} {b}. Then {s} {w} {c}. How many {T} does {s} have?", "If {N} has {a} {A}, {v} {b} and {w} {c}, how many {T} does {s} have?")
_I_TWO_STEPS = ("I have {a} {A}, {v} {b} and {w} {c}. How many {T} do I have?", "I have {a} {A}. I {v} {b} and {w} {c}. How many {T} do I have now?",
                "If I have {a} {A}, {v} {b} and {w} {c}, how many {T} do I have?", "I have {a} {A}. I {v} {b}. Then I {w} {c}. How many do I have now?")
_MORE_VERBS, _LESS_VERBS = ("buys", "finds", "gets", "picks up"), ("loses", "sells", "gives away", "eats", "uses")
_AS_MANY = ("{N} has {a} {A}. {M} has {k} as many. How many {T} does {M} have?", "{N} has {a} {A} and {M} has {k} as many. How many {T} does {M} have?",
            "{M} has {k} as many {T} as {N}. {N} has {a} {A}. How many {T} does {M} have?", "I have {a} {A} and {M} has {k} as many. How many {T} does {M} have?")
_FOLD = {2: ("twice", "twice", "two times"), 3: ("three times", "3 times"), 4: ("four times", "4 times"), 5: ("five times", "5 times")}


def _two_steps(rng: random.Random, session: Session) -> Turn:
    """Two changes one after the other; never below zero."""
    girl = rng.random() < 0.5
    one, many = rng.choice(list(_THINGS.items()))
    high = rng.choice((9, 20) if not terse(session) else (5,))
    while True:
        values = [rng.randint(1, high) for _ in range(3)]
        signs = [rng.choice((1, -1)), rng.choice((1, -1))]
        middle = values[0] + signs[0] * values[1]
        result = middle + signs[1] * values[2]
        if middle >= 0 and result >= 0:
            break
    verbs = [rng.choice(_MORE_VERBS if sign > 0 else _LESS_VERBS) for sign in signs]
    mine = rng.random() < 0.5
    if mine:
        verbs = [" ".join([verb.split(" ")[0][:-1], *verb.split(" ")[1:]]) for verb in verbs]
    a, b, c = values
    user = rng.choice(_I_TWO_STEPS if mine else _TWO_STEPS).format(
        N=rng.choice(_GIRLS if girl else _BOYS), S="She" if girl else "He", s="she" if girl else "he", a=a, b=b, c=c, v=verbs[0], w=verbs[1],
        A=_plural(a, one, many), T=many)
    steps = [f"{a} {'+' if signs[0] > 0 else '-'} {b} = {middle}", f"{middle} {'+' if signs[1] > 0 else '-'} {c} = {result}"]
    sentence = f"The answer is {result} {_plural(result, one, many)}."
    return Turn("wordproblem", user, styled(session, str(result), sentence if session.thinking else f"{', '.join(steps)}. {sentence}"),
                thinking=f"{'. '.join(steps)}." if session.thinking else None, key=f"two steps {a} {b} {c}", vary="edge")


_ARRIVE = ("A train leaves at {t} and takes {m} minutes. When does it arrive?", "The bus leaves at {t}. The trip takes {m} minutes. When does it arrive?",
           "A film starts at {t} and is {m} minutes long. When does it end?", "It is {t}. What time will it be in {m} minutes?",
           "{N} starts at {t} and needs {m} minutes. When is {s} done?", "What time is it {m} minutes after {t}?", "A lesson begins at {t} and takes {m} minutes. When is it over?")


def _clock(rng: random.Random, session: Session) -> Turn:
    """A time of day some minutes later."""
    girl = rng.random() < 0.5
    hour, minute, more = rng.randint(1, 22), 5 * rng.randrange(12), 5 * rng.randint(1, 11)
    total = minute + more
    if terse(session) and total >= 60:
        minute, total = 0, more
    time = f"{hour + total // 60}:{total % 60:02d}"
    steps = f"{minute} + {more} = {total}" + (f", {total} - 60 = {total - 60}" if total >= 60 else "") + f", so {time}."
    user = rng.choice(_ARRIVE).format(N=rng.choice(_GIRLS if girl else _BOYS), s="she" if girl else "he", t=f"{hour}:{minute:02d}", m=more)
    sentence = f"The answer is {time}."
    return Turn("wordproblem", user, styled(session, time, sentence if session.thinking else f"{steps} {sentence}"),
                thinking=steps if session.thinking else None, key=f"clock {hour} {minute} {more}", vary="edge")


def _plural(count: int, one: str, many: str) -> str:
    return one if count == 1 else many


def word_problem(rng: random.Random, session: Session) -> list[Turn]:
    """One problem; its answer is a short sentence, its chain names the operation and does it."""
    kind = rng.random()
    if kind < 0.18:
        return [_two_steps(rng, session)]
    if kind < 0.25:
        return [_clock(rng, session)]
    girl = rng.random() < 0.5
    name, other = rng.choice(_GIRLS if girl else _BOYS), rng.choice(_BOYS if girl else _GIRLS)
    if rng.random() < 0.15:
        other = made_up_name(rng)
    one, many = rng.choice(list(_THINGS.items()))
    group, groups = rng.choice(list(_GROUPS.items()))
    kind = rng.choice(("gain", "gain", "i gain", "older", "together", "lose", "lose", "lost", "i lose", "younger", "more", "trip", "times", "price", "share", "as many"))
    high = rng.choice((9, 20) if terse(session) else (9, 20, 60, 99))
    a, b = rng.randint(1, high), rng.randint(1, high)
    unit_one, unit_many = one, many
    if kind in _MINUS:
        a, b = max(a, b) + 1, min(a, b)
        if kind == "trip":
            a, b = rng.sample(range(1, 13), 2)
            a, b = max(a, b), min(a, b)
        template, op, result, steps = rng.choice(_MINUS[kind]), "-", a - b, subtract_steps(a, b)
        why = "The difference is asked" if kind == "more" else "The number gets smaller"
    elif kind in ("times", "price"):
        a, b = rng.randint(2, 12), rng.randint(2, 12)
        template, op, result, steps = rng.choice(_TIMES if kind == "times" else _PRICE), "*", a * b, ""
        why = "The same number many times"
        if kind == "price":
            unit_one, unit_many = next((u, u + "s") for u in ("euro", "dollar", "coin") if u + "s" in template)
    elif kind == "as many":
        a, b = rng.randint(1, 12), rng.randint(2, 5)
        template, op, result, steps = rng.choice(_AS_MANY).replace("{k}", rng.choice(_FOLD[b])), "*", a * b, ""
        why = "The same number many times"
    elif kind == "share":
        b, each = rng.randint(2, 12), rng.randint(1, 12)
        a = b * each
        template, op, result, steps = rng.choice(_SHARE + _PER), "/", each, ""
        why = "Equal parts"
        if "children per team" in template:
            unit_one, unit_many = "child", "children"
    else:
        template, op, result, steps = rng.choice(_PLUS[kind]), "+", a + b, add_steps(a, b)
        why = "The numbers come together"
    if kind in ("older", "younger"):
        unit_one, unit_many = "year", "years"
    elif kind == "trip":
        unit_one, unit_many = "hour", "hours"
    in_letters = max(a, b) <= 12 and rng.random() < 0.2
    if one[0] in "aeiou":
        template = template.replace("A {t}", "An {t}")
    user = template.format(N=name, M=other, S="She" if girl else "He", s="she" if girl else "he", a=in_words(a) if in_letters else a, b=in_words(b) if in_letters else b, A=_plural(a, one, many),
                           B=_plural(b, one, many), t=one, T=many, Y=_plural(b, "year", "years"), Z=_plural(a, "year", "years"), g=group, G=groups)
    user = user[0].upper() + user[1:]
    chain = f"{why}: {a}{op}{b}. {steps + ' ' if max(a, b) > 9 and steps else ''}{a}{op}{b}={result}."
    sentence = f"The answer is {result} {_plural(result, unit_one, unit_many)}."
    answer = styled(session, str(result), sentence if session.thinking else f"{worked(op, a, b)}. {sentence}")
    key = f"problem {kind} {a} {b}" if max(a, b) > 12 else None
    return [Turn("wordproblem", user, answer, thinking=chain if session.thinking else None, key=key, vary="edge")]
