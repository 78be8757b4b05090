"""Single words into French, Spanish and German and back; the refusal for words and languages outside the table."""

from __future__ import annotations

import random

from training.skills.base import Session, Skill, Turn, made_up_word, styled, unknown
from training.skills.data.dictionary import LANGUAGES, WORDS
from training.skills.wording import say

_TO = [
    "[How [do|would|can] [you|I|we|people] [say|write]|How to say] {w} in {l}?", "[What is|What's|Whats] [the word |]{w} in {l}?",
    "[What is|What's] the {l} [word|term|translation] [for|of] {w}?",
    "Translate [the word |]{w} [into|to] {l}.", "[Can|Could|Would] you [please |]translate [the word |]{w} [into|to] {l}?",
    "{w} in {l}[?|, please.|]", "[Give|Tell] me the {l} [word|translation] [for|of] {w}.", "{l} for {w}[?|]",
    "[Say|Write] [the word |]{w} in {l}.", "[Do you know|Can you tell me|Would you know] the {l} word for {w}?",
    "What do [people|they] say for {w} in {l}?", "[What|Which] {l} word means {w}?", "I need the {l} word for {w}.",
    "How is {w} [called|said|written] in {l}?", "In {l}, what is {w}?", "What do you call {w} in {l}?",
    "[My friend|My teacher|My son] asks: what is {w} in {l}?", "Put {w} into {l}.", "{w} - {l}?",
]
_FROM = [
    "What does the {l} word {w} mean[ in English|]?", "What does {w} mean in {l}?",
    "[What is|What's] [the English for|the English word for|the meaning of] the {l} word {w}?",
    "Translate the {l} word {w}[ into English| to English|].",
    "[Can|Could|Would] you [please |]translate {w} from {l}[ into English| to English|]?", "Translate {w} from {l}[ into English| to English|].",
    "[What is|What's] {w} in English, from {l}?", "The {l} word {w}[ in English| means what|, in English|]?",
    "[Give|Tell] me the [English word for|meaning of] the {l} word {w}.", "I read the {l} word {w}. What does it mean?",
    "[Do you know|Can you tell me|Explain] what the {l} word {w} means[?|.|]", "In {l}, what does {w} mean?",
    "[How do you|How would you] say the {l} word {w} in English?",
    "{l} to English: {w}", "What is the meaning of {w} in {l}?", "[Which|What] English word is the {l} {w}?",
]
_OTHER_LANGUAGES = "Italian;Portuguese;Dutch;Russian;Chinese;Japanese;Arabic;Latin;Greek;Polish;Turkish;Korean;Hindi;Swedish;Finnish;Swahili;Hebrew;Danish;Czech;Hungarian;Irish;Welsh".split(";")
_OTHER_WORDS = ("elephant;computer;umbrella;kangaroo;democracy;spoon;shoulder;elbow;bicycle;lawyer;spaceship;thunder;carpet;ceiling;pepper;onion;"
                "garlic;strawberry;pillow;"
                "blanket;mirror;scissors;hammer;ladder;engine;tractor;doctor;nurse;police;soldier;castle;tower;island;desert;volcano;butterfly;"
                "spider;frog;snake;"
                "honest;angry;lazy;clever;beautiful;strange;to run;to eat;to sleep;to think;to swim;freedom;justice;science;history;thirteen;forty;"
                "hundred;purple;orange").split(";")


def _quoted(rng: random.Random, word: str) -> str:
    return f'"{word}"' if rng.random() < 0.25 else f"'{word}'" if rng.random() < 0.1 else word


# "bonjour" is both hello and good morning: the first row of a foreign word is its meaning.
_BACK: dict[tuple[str, str], str] = {}
for _english, _foreign in WORDS:
    for _language, _word in _foreign.items():
        _BACK.setdefault((_language, _word), _english)


_KNOWN = frozenset(word.lower() for word in [english for english, _ in WORDS] + [word for _, word in _BACK])


def _stranger(rng: random.Random) -> str:
    """A made-up word that is not in the table."""
    while (word := made_up_word(rng)) in _KNOWN:
        pass
    return word


def translate(rng: random.Random, session: Session) -> list[Turn]:
    english, foreign = rng.choice(WORDS)
    language = rng.choice(LANGUAGES)
    draw = rng.random()
    if draw < 0.1:
        word = rng.choice(_OTHER_WORDS) if rng.random() < 0.6 else _stranger(rng)
        if rng.random() < 0.4:
            word, language = english, rng.choice(_OTHER_LANGUAGES)
        text = say(rng, _TO, w=_quoted(rng, word), l=language)
        return [Turn("translate", text, unknown(session), thinking="That word is not in my small world.")]
    if draw < 0.14:
        text = say(rng, _FROM, w=_quoted(rng, _stranger(rng)), l=rng.choice(LANGUAGES + _OTHER_LANGUAGES))
        return [Turn("translate", text, unknown(session), thinking="That word is not in my small world.")]
    if draw < 0.6:
        word = foreign[language]
        return [Turn("translate", say(rng, _TO, w=_quoted(rng, english), l=language),
                     styled(session, word, f"The {language} word for {english} is {word}."),
                     thinking=f"The user wants {english} in {language}.")]
    word = rng.choice(list(_BACK))
    language, foreign_word = word
    meaning = _BACK[word]
    return [Turn("translate", say(rng, _FROM, w=_quoted(rng, foreign_word), l=language),
                 styled(session, meaning, f"The {language} word {foreign_word} means {meaning}."),
                 thinking=f"The user wants the {language} word {foreign_word} in English.", vary="edge")]


SKILLS = {"translate": Skill(translate)}
