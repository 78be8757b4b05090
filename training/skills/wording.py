"""Many wordings from short patterns.

A pattern is a text with choices in square brackets, which may nest and may be empty: `[What is|What's] the capital of {c}[?|]`. Fields in braces
are filled in last, so that a slip of the finger never lands in a name.
"""

from __future__ import annotations

import random
from functools import lru_cache

from training.skills.base import typo

TYPO_SHARE = 0.05

# Around a noun phrase: {N} is "the capital of France". The same frames ask what the model knows and what it does not.
ASK = [
    "[What is|What's|Whats|What would be|Which is] {N}?",
    "[Tell me|Give me|Name|State|Say] {N}[.|, please.|]",
    "[Can|Could|Would|Will] you [please |][tell me|name|give me|state] {N}?",
    "[Do|Would] you [happen to |][know|remember] {N}?",
    "I [need|want|would like|have] to [know|find out|learn] {N}.",
    "I['m| am] [looking for|trying to remember|curious about|asking for|after] {N}.",
    "I [forgot|do not know|don't know|can't remember] {N}. [What is it|Can you help|Do you know it|Help me]?",
    "{N}?",
    "[Quick question|Quiz|Question|A question for you|One thing]: [what is|what's|] {N}?",
    "[My friend|My son|My teacher|Somebody|My daughter] [asked me|wants to know|asks] {N}. [What is it|What should I say|What do I answer]?",
    "[Let me know|Remind me of|I wonder about] {N}[.|, please.]",
    "[So|And|Well,|Ok,|Now] what is {N}?",
    "[Any idea|Have you any idea|Got any idea] what {N} is?",
    "[I wonder|I would love to know|I'd like to know|Tell me|Please tell me|Explain] what {N} is.",
    "[Do you know|Can you tell me|Could you say|Would you know] what {N} is?",
]

# Around a topic that is asked about as a whole: "Tell me about dogs."
ABOUT = [
    "[What is|What's] {T}?",
    "Tell me [something |a bit |a little |more |a few words |]about {T}[.|]", "[Say|Write] [something|a bit|a little|more|a few words] about {T}[.|]",
    "[Can|Could|Would] you [tell me|say] [something|a little|more] about {T}?",
    "[What do you know|What can you say|What can you tell me|What do you have] about {T}?",
    "[Do you know|Have you heard of|Have you any facts on] {T}?",
    "[Describe|Explain|Introduce|Define] {T}[ to me|].",
    "[I want|I would like|I'd like|I need] to [know|learn|hear] [something|more] about {T}.",
    "Give me [a fact|some facts|information|something] about {T}[.|?]", "Any [facts|information|news] about {T}?",
    "[Teach me|Inform me] about {T}.",
    "[Who or what|What exactly|What on earth] is {T}?",
    "{T}[?|]",
]


_LEADS = (
    "I am learning about the world.;I have a test tomorrow.;We talked about it at school.;I am doing a quiz.;My homework is about this.;I am "
    "curious.;I cannot find my book.;It is raining, so I am reading.;"
    "I am writing a report.;I sit on the train and wonder.;We are playing a game.;I read about it yesterday.;My sister did not believe me.;I just "
    "had breakfast.;I am new here.;Let us try something.;"
    "I have asked everybody.;This may be easy for you.;You are my last hope.;Here is a question.;Help me with my homework.;Nobody could tell me.;I "
    "want to learn something.;I need this for a crossword.;"
    "Today is a good day.;I heard that you know a lot.;I will ask you something.;My friend and I made a bet.;I always mix this up.;I have been "
    "thinking about this all day.").split(";")


def dress(rng: random.Random, text: str) -> str:
    """The question as it is, or after a sentence that does not matter, or with too many marks."""
    draw = rng.random()
    if draw < 0.04:
        return f"{rng.choice(_LEADS)} {text}"
    if draw < 0.05 and text[-1] in "?!":
        return text + rng.choice([text[-1], text[-1] * 2, "!", "?"])
    return text


@lru_cache(maxsize=None)
def _parse(pattern: str) -> tuple:
    """The pattern as a tuple of texts (str) and choices (tuple of such tuples)."""
    pos = 0

    def sequence(stop: str) -> tuple:
        nonlocal pos
        parts: list = []
        start = pos
        while pos < len(pattern) and pattern[pos] not in stop:
            if pattern[pos] != "[":
                pos += 1
                continue
            if start < pos:
                parts.append(pattern[start:pos])
            options = []
            while pattern[pos] != "]":
                pos += 1
                options.append(sequence("|]"))
            pos += 1
            parts.append(tuple(options))
            start = pos
        if start < pos:
            parts.append(pattern[start:pos])
        return tuple(parts)

    return sequence("")


def _walk(rng: random.Random, parts: tuple) -> str:
    return "".join(part if isinstance(part, str) else _walk(rng, rng.choice(part)) for part in parts)


def _wordings(parts: tuple) -> int:
    total = 1
    for part in parts:
        if not isinstance(part, str):
            total *= sum(_wordings(option) for option in part)
    return total


def wordings(patterns: list[str]) -> int:
    """How many texts the patterns stand for."""
    return sum(_wordings(_parse(pattern)) for pattern in patterns)


def expand(rng: random.Random, pattern: str) -> str:
    """One of the texts that `pattern` stands for."""
    return _walk(rng, _parse(pattern))


def say(rng: random.Random, patterns: list[str], **fields: str) -> str:
    """A text from one of the patterns, now and then with a slip of the finger, its fields filled in, its first letter large."""
    text = expand(rng, rng.choice(patterns))
    while "  " in text:
        text = text.replace("  ", " ")
    text = text.strip().replace(" .", ".").replace(" ?", "?").replace(" ,", ",")
    if rng.random() < TYPO_SHARE:
        text = typo(rng, text)
    for name, value in fields.items():
        text = text.replace("{" + name + "}", value)
    return upper(text)


def ask(rng: random.Random, noun: str, extra: list[str] | None = None, **fields: str) -> str:
    """A question for the thing that `noun` (a pattern) names: in one of the common frames or in one of the wordings `extra`."""
    if extra and rng.random() < 0.5:
        return say(rng, extra, **fields)
    return say(rng, ASK, N=expand(rng, noun), **fields)


def upper(text: str) -> str:
    """The text with a large first letter."""
    return text[:1].upper() + text[1:]


def a(noun: str) -> str:
    """The noun with its indefinite article."""
    return ("an " if noun[0].lower() in "aeiou" and not noun.startswith(("uni", "eu", "one")) else "a ") + noun
