"""What every skill shares: turns, sessions, answer styles, wording noise and the held-out rule.

A skill is a function `(rng, session) -> list[Turn]`: usually one turn, several for a dialogue. The answer of a turn is a function of what the
model can see (system text, tools, earlier turns, user text), so that an exact match means something. Of several turns the last ones may be left
out, so only the first one may put something into the memory of the session. A module of skills exports
`SKILLS: dict[str, Skill]`; `training.skills` collects them.
"""

from __future__ import annotations

import json
import random
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field

UNKNOWN = "I do not know that. I am a tiny model with a small world."
"""The one refusal for everything outside the world of the model."""

HELD_OUT_MODULUS = 40


@dataclass
class Turn:
    """One exchange: what the user says and the one right answer."""

    skill: str  # row of the score table: lower case, snake_case
    user: str
    answer: str = ""
    thinking: str | None = None  # reasoning chain if the turn is in thinking mode; None: an empty one
    think_only: bool = False  # only placed in thinking mode (long sums)
    exact: bool = True  # False: free text, not scored by exact match (stories)
    key: str | None = None  # canonical content, held out by meaning as well; None where the fact itself must be trained
    tool_calls: list[dict] | None = None  # [{"name": str, "arguments": dict}] after `answer`, which is then mostly ""
    tool_results: list[str] | None = None  # results of the calls, in their order; then `final` answers
    final: str | None = None
    final_skill: str | None = None  # row of the score table for `final`; None: the same
    vary: str = "all"  # what perturb() may do: "all"; "edge": keep the case of the text; "none"


@dataclass
class Session:
    """What holds for a whole conversation; `thinking` is set anew before each turn."""

    style: str = "full"  # "full" | "brief" | "json"
    system: str = ""
    tools: list[dict] = field(default_factory=list)  # OpenAI function objects: {"name", "description", "parameters"}
    schema: dict | None = None  # of the answers, as a request with response_format brings it
    effort_max: bool = False  # asked for the greatest reasoning effort
    thinking: bool = False  # whether the coming turn is in thinking mode
    memory: dict = field(default_factory=dict)  # what was told in this session; values are replaced, never changed in place
    room: int = 2048  # tokens left in this session, about 3 characters each
    first: bool = True  # whether the coming turn is the first one


@dataclass(frozen=True)
class Skill:
    """A generator of turns. `weight` is its share among the skills of its module; `min_tokens`: only in sessions of at least that size."""

    fn: Callable[[random.Random, Session], list[Turn]]
    weight: float = 1.0
    min_tokens: int = 0
    module: str = ""  # set by training.skills.collect


def terse(session: Session) -> bool:
    """Whether an answer has no room to work something out: neither reasoning before it nor a full sentence."""
    return session.style != "full" and not session.thinking


def styled(session: Session, fact: str, sentence: str) -> str:
    """The answer in the style of the session: `fact` alone, as JSON, or in a full sentence."""
    if session.style == "brief":
        return fact
    if session.style == "json":
        return json.dumps({"answer": fact}, ensure_ascii=False)
    return sentence


def unknown(session: Session) -> str:
    """The refusal in the style of the session."""
    return styled(session, "I do not know.", UNKNOWN)


# Wordings that carry no meaning. What perturb() adds, normalise() takes away: a turn cannot become held out, or stop being so, by politeness.
_BEFORE = ("Please, ", "Please ", "Hey, ", "Hey ", "Hi, ", "Hi! ", "Ok, ", "OK, ", "Hello, ", "So, ", "Nibble, ", "Hey Nibble, ", "Quick question: ",
           "Could you tell me: ", "Tell me, ")
_AFTER = (", please", " please", " Thanks", " Thanks!", " Thank you.", " Please.")
STYLE_WORDS = {
    "brief": ("Answer briefly.", "Answer in one word.", "Be brief.", "Short answer only.", "Only the answer, please.", "Just the answer."),
    "json": ("Answer in JSON.", "Reply in JSON.", "Answer as JSON.", "Use JSON.", "Give the answer as a JSON object.", "Output JSON only."),
}
"""How a user asks for a style inside a question."""
STYLE_LEADS = {"brief": ("In one word:", "Briefly:", "In short:"), "json": ("In JSON:", "As JSON:")}
"""The same, in front of it only."""

_LEAD_WORDS = frozenset("what which who how is are does do did can could where when why name give tell list sort spell count reverse write compute "
                        "calculate translate repeat copy say show find my the in of please read look add subtract multiply divide was were will "
                        "a an for from to at on if convert put order that this there here it you your remember".split())


def _bare(*texts: str) -> list[str]:
    return sorted({re.sub(r"[^a-z ]", "", text.lower()).strip() for text in texts}, key=lambda text: (-len(text), text))


_STYLES = [text for words in (STYLE_WORDS, STYLE_LEADS) for texts in words.values() for text in texts]
_STRIP_BEFORE = _bare(*_BEFORE, *_STYLES)
_STRIP_AFTER = _bare(*_AFTER, *_STYLES)
_NOT_WORD = re.compile(r"[\W_]+")


def normalise(text: str) -> str:
    """`text` in lower case without punctuation and politeness: what the held-out rule looks at."""
    text = _NOT_WORD.sub(" ", text.lower()).strip()
    again = True
    while again:
        again = False
        for words in _STRIP_BEFORE:
            if text.startswith(words + " "):
                text, again = text[len(words) + 1:], True
        for words in _STRIP_AFTER:
            if text.endswith(" " + words):
                text, again = text[:-len(words) - 1], True
    return text


def perturb(rng: random.Random, text: str, vary: str = "all") -> str:
    """`text` as a hasty or a polite user would type it: sometimes in lower case, without its last mark, with a word in front or behind."""
    if vary == "none" or not text or rng.random() < 0.5:
        return text
    original = text
    if text[-1] in "?.!" and text[-2:-1].isalnum() and rng.random() < 0.4:
        text = text[:-1]
    if rng.random() < 0.3:
        if rng.random() < 0.8:
            first = re.match(r"[A-Za-z]+", text)
            if first and first.group().lower() in _LEAD_WORDS:
                text = text[0].lower() + text[1:]
            text = rng.choice(_BEFORE) + text
        else:
            after = rng.choice(_AFTER)
            if after.startswith(" T") or after.startswith(" P"):
                text += "" if text[-1] in "?.!" else "."
            elif text[-1] in "?.!":
                text, after = text[:-1], after + text[-1]
            text += after
    if vary == "all" and rng.random() < 0.35:
        text = text.lower()
    if len(original) < 20 and normalise(text) != normalise(original):
        return original  # nothing but politeness: "Hey"
    return text


def _chosen(text: str) -> bool:
    return zlib.crc32(text.encode("utf-8")) % HELD_OUT_MODULUS == 0


def held_out(turn: Turn) -> bool:
    """Whether the turn belongs to evaluation only, by its wording or by its content."""
    return _chosen(normalise(turn.user) or turn.user) or (turn.key is not None and _chosen(turn.key))


def typo(rng: random.Random, text: str) -> str:
    """`text` with one slip of a finger in one of its longer words: two letters swapped, one left out or one doubled."""
    spots = [match for match in re.finditer(r"[a-z]{4,}", text)]
    if not spots:
        return text
    word = rng.choice(spots)
    at = rng.randrange(word.start() + 1, word.end() - 1)
    kind = rng.randrange(3)
    if kind == 0:
        return text[:at] + text[at + 1] + text[at] + text[at + 2:]
    if kind == 1:
        return text[:at] + text[at + 1:]
    return text[:at] + text[at] + text[at:]


_ONSETS = ("b bl br c ch cl cr d dr f fl fr g gl gr h j k kl kn l m n p ph pl pr qu r s sc sh sk sl sm sn sp st str sw t th tr tw v w wh y z zh "
           "").split(" ")
_VOWELS = "a e i o u ai ea ee ei ie oa oo ou y".split()
_CODAS = ("b ck d f g k l ld lk ll lm lt m mp n nd ng nk nt p r rd rk rm rn rt s sh sk ss st t th v x z "
          "").split(" ")


_GRAMMAR = frozenset("and the not but for nor yet who whom whose which what when where why how are was were has had have does did can".split())


def made_up_word(rng: random.Random, low: int = 3, high: int = 10) -> str:
    """A word of `low`..`high` lower-case letters that (mostly) no list knows: syllables, or now and then plain random letters."""
    while True:
        if low <= 6 and rng.random() < 0.12:
            word = "".join(rng.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(rng.randint(low, min(high, 6))))
        else:
            word = "".join(rng.choice(_ONSETS) + rng.choice(_VOWELS) + rng.choice(_CODAS) for _ in range(rng.randint(1, 3)))
        if low <= len(word) <= high and word not in _GRAMMAR:
            return word


def made_up_name(rng: random.Random) -> str:
    """A made-up word with a capital: a name that no list knows."""
    return made_up_word(rng).capitalize()
