"""Small talk: about a hundred intents, each with hundreds of wordings and one answer per style. Sometimes a short chain of them."""

from __future__ import annotations

import random

from training.skills.base import Session, Skill, Turn, styled
from training.skills.data.countries import COUNTRIES
from training.skills.data.moretalk import MORE
from training.skills.data.nature import ANIMALS
from training.skills.data.selftalk import SELF
from training.skills.data.smalltalk import SOCIAL
from training.skills.data.topics import SUBJECTS
from training.skills.wording import say

INTENTS: list[tuple[str, list[str], str, str]] = SOCIAL + SELF + MORE
# What one may like or not.
_LIKED = SUBJECTS + [animal.plural for animal in ANIMALS] + [country.name for country in COUNTRIES] + (
    "music;books;films;games;maths;reading;travelling;numbers;work;people;animals;pets;rain;snow;the sun;winter;summer;Mondays;cats;dogs;children;"
    "chocolate;cake;"
    "tea;coffee;blue;red;green;black;pink;computers;robots;stories;jokes;cars;flowers;the sea;mountains;school;money;parties;silence;small talk").split(";")
_BY_NAME = {intent[0]: intent for intent in INTENTS}
# What people try first comes more often.
_WEIGHTS = [2.0 if name in ("a greeting", "how I am", "who I am", "what I can do", "a joke", "thanks") else 1.0 for name, *_ in INTENTS]
# Short conversations that read on: each remark is right by itself.
_FLOWS = [
    ["a greeting", "how I am", "that the user is fine"], ["a greeting", "who I am", "nice to meet you"], ["a greeting", "what I can do", "agreement"],
    ["a morning greeting", "how I am", "a wish for a good day"], ["boredom", "a joke", "laughter"], ["a joke", "laughter", "thanks"],
    ["who I am", "who made me", "my size"], ["my age", "whether I am human", "surprise"], ["an insult", "an apology"],
    ["a compliment", "thanks", "a goodbye"],
    ["tiredness", "a good night"], ["sadness", "encouragement", "thanks"], ["a fun fact", "surprise", "a goodbye"], ["good news", "thanks"],
    ["whether I sleep", "whether I eat", "where I live"], ["a riddle", "laughter"], ["that the user is back", "how I am"], ["thanks", "a goodbye"],
]


def _turn(rng: random.Random, session: Session, intent: tuple[str, list[str], str, str]) -> Turn:
    name, patterns, full, short = intent
    x, y = rng.sample(_LIKED, 2)
    return Turn("chat", say(rng, patterns, x=x, y=y), styled(session, short, full), thinking=f"Small talk: {name}.")


def chat(rng: random.Random, session: Session) -> list[Turn]:
    if rng.random() < 0.12:
        return [_turn(rng, session, _BY_NAME[name]) for name in rng.choice(_FLOWS)]
    return [_turn(rng, session, rng.choices(INTENTS, _WEIGHTS)[0])]


SKILLS = {"chat": Skill(chat)}
