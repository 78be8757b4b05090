"""Questions about a long text that stands in the prompt: 1 to 14 facts between everyday sentences, then questions about them.

Facts have a key (the red lantern, Anna, the concert) and values; in short texts keys and values are often made up, so they can only be copied, in
longer ones they are words of the lists and numbers. Some questions are about what the text does not say: one fixed answer. The whole text is held out
by its facts.
"""

from __future__ import annotations

import random
import re

from training.skills import story
from training.skills.base import Session, Skill, Turn, made_up_name, made_up_word, styled, terse
from training.skills.data import filler, household
from training.skills.textfacts import NOT_IN_TEXT, Fact, Question, code, event, person, place, relation, role, simple

READ = "I have read it. What would you like to know?"

_CHARACTERS_A_TOKEN = 3.2
_QUESTION_TOKENS = 32
_LONG_ENOUGH = 200  # characters of a text that is given without a question
_LONGEST_SHARE = 0.95  # of the room of a session, less a question
_PLAIN_TOKENS = 350  # a text longer than this has plain facts
_NEAR_TOKENS = 100  # a longer text is beyond the window: no questions whose answer stands far from what is asked by
_BARE_TOKENS = 45  # a text shorter than this is its facts alone
_MOST_FACTS, _FACT_TOKENS = 14, 25
_MOST_QUESTIONS = 20  # the more of them, the more is learned from one long text
_FULL_SHARE = 0.15  # of the texts that fill their session but for a question or two
_SHORT_SHARE = 0.25  # of those of at most _PLAIN_TOKENS, also where there is more room
_SENTENCE_END = re.compile(r"(?<=[.!?]) (?=[A-Z])")


def _absent(rng: random.Random, nouns: list[str], keys: set[str], text: str, plain: bool) -> Question:
    """A question of the same form about a key that no text has."""
    while True:
        make = rng.choice((code, code, simple, place, event, relation))
        fact = make(rng, nouns, plain)
        if fact.key not in keys and fact.key not in text:
            return Question("not_in_text", fact.questions[0].text, "", NOT_IN_TEXT)


def _facts(rng: random.Random, count: int, old: frozenset[str], plain: bool) -> tuple[list[Fact], list[str], set[str]]:
    """`count` facts with different keys, the nouns that they are about, and all keys and values in use."""
    nouns = rng.sample(household.THINGS, 2) if rng.random() < 0.4 else list(household.THINGS)  # few nouns: keys that look alike
    kinds = rng.choice(([code], [simple], [code, simple], [code, place], [place, event], [role, code], [relation], [relation], [code, place, event,
                                                                                                                                role, relation, simple], ["person"], ["person"],
                        ["person"],
                        ["person", code], ["person", code, place, event, role, relation]))
    facts: list[Fact] = []
    taken = set(old)
    for _ in range(10 * count):
        if len(facts) == count:
            break
        kind = rng.choice(kinds)
        if plain and kind is role:
            kind = code
        fact = person(rng, taken, plain) if kind == "person" else kind(rng, nouns, plain)
        if fact.key not in taken and not any(fact.key in other.sentence or other.key in fact.sentence for other in facts):  # "box" and "red box"
            taken.add(fact.key)
            facts.append(fact)
    return facts, nouns, taken


def _story(rng: random.Random) -> list[str]:
    """The sentences of a story."""
    turn, = story.SKILLS["story"].fn(rng, Session())
    return _SENTENCE_END.split(turn.answer)


def _gibberish(rng: random.Random) -> list[str]:
    """Sentences of words that mean nothing, as in a language that the model does not know."""
    return [" ".join(made_up_word(rng, 2, 9) for _ in range(rng.randint(4, 12))).capitalize() + "." for _ in range(rng.randint(1, 4))]


_REPEATED = ("The grass is green. The sky is blue. The sun is yellow. Here we go. There and back again.", "Nothing to see here.",
             "This line is of no interest.", "Blah blah blah.",
             "Lorem ipsum dolor sit amet.", "All work and no play makes a dull day.", "One day is like the other.",
             "The quick brown fox jumps over the lazy dog.")


def _repeated(rng: random.Random, characters: int, facts: list[Fact]) -> list[list[str]]:
    """The same few sentences again and again."""
    lines = [rng.choice(_REPEATED)] if rng.random() < 0.5 else filler.sentences(rng, rng.randint(1, 4))[0]
    lines = [line for line in lines if not any(fact.key in line for fact in facts)]
    return [lines[:] for _ in range(characters // max(1, sum(len(line) + 1 for line in lines)))] if lines else []


def _surroundings(rng: random.Random, characters: int, facts: list[Fact]) -> list[list[str]]:
    """Paragraphs of about `characters` in all that name none of the facts' keys."""
    if rng.random() < 0.08:
        return _repeated(rng, characters, facts) or [[]]
    paragraphs: list[list[str]] = []
    kinds = rng.choice(("everyday", "everyday", "mixed", "story"))
    while characters > 0:
        draw = rng.random()
        if kinds == "everyday" or (kinds == "mixed" and draw < 0.6):
            new = filler.sentences(rng, min(8, max(1, characters // 48)))
        else:
            new = [_gibberish(rng) if kinds == "mixed" and draw > 0.9 else _story(rng)]
        for paragraph in new:
            text = " ".join(paragraph)
            characters -= len(text)
            if characters > -60 and not any(fact.key in text for fact in facts):
                paragraphs.append(paragraph)
    return paragraphs or [[]]


def _prose(rng: random.Random, facts: list[Fact], characters: int) -> str:
    """Paragraphs with the facts in between."""
    paragraphs = _surroundings(rng, characters - sum(len(fact.sentence) + 1 for fact in facts), facts)
    for fact in facts:
        paragraph = rng.choice(paragraphs)
        paragraph.insert(rng.randint(0, len(paragraph)), fact.sentence)
    return rng.choice(("\n\n", "\n\n", "\n", " ")).join(" ".join(paragraph) for paragraph in paragraphs)


def _notes(rng: random.Random, facts: list[Fact], characters: int) -> str:
    """A list of notes; those that are no facts are everyday sentences."""
    mark = rng.choice(("- ", "* ", "", "> ", "# "))
    lines = [fact.note for fact in facts]
    paragraphs = _surroundings(rng, characters - sum(len(line) + 3 for line in lines), facts)
    lines += [sentence.rstrip(".") for paragraph in paragraphs for sentence in paragraph]
    rng.shuffle(lines)
    return "\n".join(mark + line for line in lines)


_INTROS = ("Read this text.\n\n{t}", "Here is a text:\n\n{t}", "{t}", "Text: {t}", "Please read the following.\n\n{t}", "This is what I know:\n{t}",
           "Here are my notes.\n{t}", "I have a text for you.\n\n{t}", "\"{t}\"", "Read carefully:\n{t}", "Context:\n{t}", "Story: {t}",
           "A letter from home:\n\n{t}")
_WITH_QUESTION = ("{t}\n\n{q}", "{t} {q}", "{t}\n\nQuestion: {q}", "{t}\n\nNow answer: {q}", "{t}\n{q}")
_QUESTION_FIRST = ("{q}\n\n{t}", "Answer from the text: {q}\n\n{t}")
_FIRST_SHARE = 0.4  # of the questions asked together with their text: before it, which is harder, and a skill of its own
_PREFIXES = ("", "", "", "", "According to the text, ", "In the text: ", "From the text: ", "And ", "Next: ", "One more: ")


def _asked(rng: random.Random, text: str) -> str:
    prefix = rng.choice(_PREFIXES)
    return prefix + (text[0].lower() + text[1:] if prefix and text.split(" ")[0].strip("'s") in ("What", "Which", "Where", "When", "Who", "How",
                                                                                                 "Tell", "Do", "Does", "Is",
                                                                                                  "In", "At", "On", "Give", "Find", "To",
                                                                                                  "Name") else text)


def make(rng: random.Random, session: Session, text_tokens: int, count: int) -> list[Turn]:
    """A text of about `text_tokens` tokens with `count` facts, and questions about it as long as there is room."""
    old = session.memory.get("texts", frozenset())
    notes = " ".join(subject for subject, _ in session.memory.get("notes", ()))
    plain = text_tokens > _PLAIN_TOKENS
    facts, nouns, taken = _facts(rng, count, old, plain)
    characters = 0 if text_tokens < _BARE_TOKENS else int(text_tokens * _CHARACTERS_A_TOKEN)
    text = _notes(rng, facts, characters) if rng.random() < 0.2 else _prose(rng, facts, characters)
    questions = [question for fact in facts for question in fact.questions if text_tokens <= _NEAR_TOKENS or not question.far]
    questions += [_absent(rng, nouns, taken, notes + text, plain) for _ in range(rng.choice((0, 1, 1, 2)))]
    if terse(session):  # few verdicts where the fact has no place before them
        questions = [question for question in questions if question.fact not in ("yes", "no") or rng.random() < 0.3] or questions
    rng.shuffle(questions)
    for question in questions:
        if question.skill == "not_in_text":
            question.fact = "not in the text"
    limit = max(1, int(session.room - len(text) / 3) // _QUESTION_TOKENS)
    questions = questions[:min(limit, rng.randint(2, _MOST_QUESTIONS))]
    key = "retrieval " + "|".join(sorted(fact.key + fact.note for fact in facts))
    turns = []
    opening = rng.choice(_INTROS).format(t=text)
    if len(text) > _LONG_ENOUGH and rng.random() < 0.25:
        turns.append(Turn("not_in_text", opening, styled(session, "OK", READ), key=key, exact=False, vary="none"))
    for question in questions:
        skill, user = question.skill, _asked(rng, question.text)
        if not turns:
            first = rng.random() < _FIRST_SHARE and question.fact not in ("yes", "no")
            skill = "question_first" if first else skill
            user = rng.choice(_QUESTION_FIRST if first else _WITH_QUESTION).format(t=opening, q=question.text)
        turns.append(Turn(skill, user, styled(session, question.fact, question.sentence), key=key, vary="edge" if turns else "none"))
    session.memory["texts"] = old | taken
    return turns


def _retrieval(rng: random.Random, session: Session) -> list[Turn]:
    longest = max(40, int(_LONGEST_SHARE * session.room) - 60)
    draw = rng.random()
    if draw < _FULL_SHARE:
        text_tokens = longest
    elif draw < _FULL_SHARE + _SHORT_SHARE:
        text_tokens = rng.randint(30, min(longest, _PLAIN_TOKENS))
    else:
        text_tokens = int(30 + (longest - 30) * rng.random() ** 0.8)
    return make(rng, session, text_tokens, rng.randint(1, max(1, min(_MOST_FACTS, text_tokens // _FACT_TOKENS))))


SKILLS = {"retrieval": Skill(_retrieval)}
