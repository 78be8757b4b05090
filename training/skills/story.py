"""Short stories from a grammar: a hero, a place, a problem, a turn and an ending. The name and the theme may come from the user. Not scored exactly."""

from __future__ import annotations

import random

from training.skills.base import Session, Skill, Turn, made_up_name, styled
from training.skills.data.common_sense import OBJECTS
from training.skills.data.countries import COUNTRIES
from training.skills.data.plots import (ADJECTIVES, ANIMALS, END, FRIEND_HE, FRIEND_KINDS, FRIEND_SHE, HE_ONLY, HER_NAMES, HIS_NAMES, OPEN, OTHERS,
                                        PEOPLE, PLACES, PLOTS,
                                        SHE_ONLY, THINGS)
from training.skills.data.topics import SUBJECTS
from training.skills.wording import a, expand, say, upper

_ASK = ["[Tell|Write|Read|Give] [me|us] a [short |little |nice |new |good |bedtime |]story[ {t}][.| please.|, please.|]",
        "[Can|Could|Would|Will] you [please |][tell|write|make up] [me |us |]a [short |little |nice |bedtime |]story[ {t}][ for me|]?",
        "I[ want| would like| need|'d like] [to hear |]a [short |little |nice |bedtime |]story[ {t}][.|]",
        "[A|One] [short |little |]story[ {t}][, please|][.|]",
        "[Make up|Invent|Tell|Write] a [short |little |funny |]story[ {t}][.| for my son.| for my daughter.| for the children.|]",
        "[Do you know|Have you got] a [short |nice |good |]story[ {t}]?", "Story time[:| -] {t}[.|]", "Let me hear a story[ {t}][.|]",
        "Please tell [me |us |]a story[ {t}][.|]", "[How about|What about] a [little |]story[ {t}]?"]
_ASK_PLAIN = [pattern.replace("[ {t}]", "") for pattern in _ASK if "[ {t}]" in pattern]
_ASK_THEME = [pattern.replace("[ {t}]", " {t}") for pattern in _ASK]


def _pronouns(rng: random.Random, kind: str, he_only: set[str], she_only: set[str]) -> tuple[str, str, str]:
    male = kind in he_only or (kind not in she_only and rng.random() < 0.5)
    return ("he", "him", "his") if male else ("she", "her", "her")


def story(rng: random.Random, session: Session) -> list[Turn]:
    kind = rng.choice(PEOPLE) if rng.random() < 0.4 else rng.choice(ANIMALS) if rng.random() < 0.75 else rng.choice(OTHERS)
    he, him, his = _pronouns(rng, kind, HE_ONLY, SHE_ONLY)
    hero = rng.choice(HIS_NAMES if he == "he" else HER_NAMES)
    plot = rng.choice(list(PLOTS))
    themes, sentences = PLOTS[plot]
    thing = rng.choice(THINGS)
    place = rng.choice(PLACES)
    friend = rng.choice([f for f in FRIEND_KINDS if not f.endswith(" " + kind)])
    fhe, fhim, fhis = _pronouns(rng, friend, FRIEND_HE, FRIEND_SHE)

    # What the user gives: a name, a kind of hero, a theme, a place, or nothing.
    wishes = []
    draw = rng.random()
    if draw < 0.55:
        hero = made_up_name(rng) if rng.random() < 0.5 else hero
        who = rng.choice([f"{a(kind)} {rng.choice(['named', 'called'])} {hero}", hero, f"{a(kind)} with the name {hero}", f"{hero} the {kind}"])
        wishes.append(f"about {who}")
        if rng.random() < 0.35:
            wishes.append(rng.choice(["and ", "and "]) + _fill(rng.choice(themes), {"T": thing}, False))
        if rng.random() < 0.2:
            wishes.append(place)
    elif draw < 0.7:
        wishes.append(f"about {a(kind)}")
        if rng.random() < 0.4:
            wishes.append("and " + _fill(rng.choice(themes), {"T": thing}, False))
    elif draw < 0.9:
        wishes.append("about " + _fill(rng.choice(themes), {"T": thing}, False))
        if rng.random() < 0.3:
            wishes.append(f"with a hero {rng.choice(['named', 'called'])} {hero}")
    elif draw < 0.95:  # a theme that no plot has: some story is better than none
        wishes.append("about " + rng.choice([rng.choice(SUBJECTS), a(rng.choice(OBJECTS)), rng.choice(COUNTRIES).name]))
    wish = " ".join(wishes)
    user = say(rng, _ASK_THEME, t=wish) if wish else say(rng, _ASK_PLAIN)

    fields = {"H": hero, "K": kind, "P": place, "T": thing, "fk": friend, "A": rng.choice(ADJECTIVES), "he": he, "him": him, "his": his,
              "He": upper(he), "His": upper(his),
              "fhe": fhe, "fhim": fhim, "fhis": fhis, "Fhe": upper(fhe)}
    text = " ".join(_fill(expand(rng, rng.choice(row)), fields) for row in [OPEN, *sentences, END])
    return [Turn("story", user, styled(session, text, text), thinking=f"A story about {hero}, {a(kind)}.", exact=False, vary="edge")]


def _fill(text: str, fields: dict[str, str], sentence: bool = True) -> str:
    for name, value in fields.items():
        text = text.replace("a {" + name + "}", a(value)).replace("A {" + name + "}", upper(a(value))) if name in ("A", "K", "fk", "T") else text
        text = text.replace("{" + name + "}", value)
    return upper(text) if sentence else text


SKILLS = {"story": Skill(story)}
