"""Small Python functions. The names of the function and of its arguments may be anything: they are copied letter by letter."""

from __future__ import annotations

import keyword
import random

from training.skills.base import Session, Skill, Turn, made_up_word, styled
from training.skills.data.functions import FUNCTIONS
from training.skills.wording import say, upper

_WORDS = ("get set make find tidy clean read write load save build check count sort merge split pick drop move send open close run stop start data "
          "item value list name "
          "file user order price total index table node page line word text number point color size time date code key result input output up all "
          "new old fast safe my the").split()
# names inside the bodies, which an argument must not hide
_TAKEN = set("item result i x y max min sum len abs sorted list dict range print all".split())

_INFINITIVES = {"multiplies": "multiply", "does": "do", "is": "be", "has": "have"}


def _infinitive(said: str) -> str:
    """"adds two numbers" -> "add two numbers"."""
    verb, rest = said.split(" ", 1)
    return f"{_INFINITIVES.get(verb, verb.removesuffix('s'))} {rest}"


_ASK = [
    "[Write|Give me|Show me|Make|Create|I need|Define|Code] a [Python |small Python |]function [called|named] {f} that {d}{g}.",
    "[Write|Give me|Show me|Make|Create|I need] a [Python |]function that {d}{g}. [Call it|Name it|Its name is|It should be called|The name should "
    "be] {f}.",
    "[Can|Could|Would] you [write|make|give me|show me] a [Python |]function [called|named] {f} that {d}{g}?",
    "[Write|Code|Define] {f}, a [Python |]function that {d}{g}.", "In Python, [write|define|make] a function {f} that {d}{g}.",
    "[Call it|Name it] {f}: a [Python |]function that {d}{g}.", "Python function {f} that {d}{g}[.|, please.|]",
    "[How do I|How can I|How would you|How to] write a [Python |]function [called|named] {f} that {d}{g}?",
    "Function name {f}: it {d}{g}. Write it in Python.",
    "[Write|Make|Create|I need|Give me] a [Python |]function [called|named] {f} to {i}{g}.", "[Write|Define] {f} in Python: it {d}{g}.",
    "I want a [Python |]function {f}. It {d}{g}.", "A [Python |]function {f} to {i}{g}[.|, please.]",
    "[Write|Make|Give me|I need] a [Python |]function that {d}{g}[, call it|, named|, called|, and call it|, name it|; name:] {f}[.|]",
    "[Write|Make] a [Python |]function to {i}{g}[, call it|, named|, called|. Call it|. Name it] {f}[.|]",
    "[Write|Make] a [Python |]function. [Call it|Name it] {f}. It {d}{g}.", "def {f}: a function that {d}{g}[.|]",
]
_ASK_PLAIN = [
    "[Write|Give me|Show me|Make|Create|I need|Define|Code] a [Python |small Python |]function that {d}{g}.",
    "[Can|Could|Would] you [write|make|give me|show me] a [Python |]function that {d}{g}?", "In Python, [write|define|make] a function that {d}{g}.",
    "Python function that {d}{g}[.|, please.|]", "[How do I|How can I|How would you|How to] write a [Python |]function that {d}{g}?",
    "Python code that {d}{g}[.|]", "[Write|Show me|Give me] [Python |]code that {d}{g}.",
    "[Write|Make|Create|I need|Give me] a [Python |]function to {i}{g}.", "[How do I|How can I|How to|How would you] {i}{g} in Python?",
    "[Write|Give me|Show me] Python code to {i}{g}.", "[Can|Could] you [write|code] a function to {i}{g}?",
]
_ARGUMENTS = [" [with|from|and takes|with the arguments|using|with parameters] {x} and {y}", " [given|of] {x} and {y}"]
_ARGUMENT = [" [with the argument|and takes|called with|with the parameter|using] {x}", " [given] {x}"]


def identifier(rng: random.Random) -> str:
    """A name that may never have been seen: words, made-up words, letters and digits."""
    while True:
        parts = [rng.choice(_WORDS) if rng.random() < 0.45 else made_up_word(rng, 2, 8) for _ in range(rng.choice([1, 2, 2, 2, 3]))]
        case = rng.random()
        name = "_".join(parts) if case < 0.75 else parts[0] + "".join(upper(p) for p in parts[1:]) if case < 0.9 else "".join(parts)
        if rng.random() < 0.1:
            name += rng.choice(["_", ""]) + str(rng.randint(1, 99))
        if not keyword.iskeyword(name) and name not in _TAKEN and len(name) <= 24:
            return name


def _argument(rng: random.Random) -> str:
    while True:
        name = rng.choice(_WORDS) if rng.random() < 0.4 else made_up_word(rng, 2, 8) if rng.random() < 0.7 else identifier(rng)
        if not keyword.iskeyword(name) and name not in _TAKEN:
            return name


_HELLO = ["[Write|Give me|Show me|Make|Create|I need|Code] [a|a small|a simple|the|] [Python |]hello world[ program| script| in Python|][.|, please.|]",
          "[Write|Give me|Show me] a [Python |]program that [prints|says|writes] hello world[.|]", "hello world in Python[.|, please.|]",
          "[How do I|How to|How can I] [print|write|say] hello world in Python?", "[Can|Could|Would] you [write|give me|show me] [a |the |]hello world in Python?"]


def code(rng: random.Random, session: Session) -> list[Turn]:
    if rng.random() < 0.03:
        text = 'print("Hello, world!")'
        return [Turn("code", say(rng, _HELLO), styled(session, text, f"```python\n{text}\n```"), thinking="The program only prints a text.")]
    said, default, arguments, body = rng.choice(FUNCTIONS)
    named = rng.random() < 0.8
    name = identifier(rng) if named and rng.random() < 0.9 else default
    named = named or name != default
    takes = ""
    if arguments and rng.random() < 0.4:
        fresh: list[str] = []
        while len(fresh) < len(arguments):
            word = _argument(rng)
            if word not in fresh and word != name:
                fresh.append(word)
        arguments = fresh
        takes = say(rng, _ARGUMENTS if len(arguments) == 2 else _ARGUMENT, x=arguments[0], y=arguments[-1])
        takes = " " + takes[0].lower() + takes[1:]
    lines = [f"def {name}({', '.join(arguments)}):"]
    for line in body:
        lines.append("    " + line.replace("$a", arguments[0] if arguments else "").replace("$b", arguments[-1] if arguments else ""))
    text = "\n".join(lines)
    words = rng.choice(said)
    if "whether" in words and rng.random() < 0.5:
        words = words.replace("whether", "if")
    user = say(rng, _ASK if named else _ASK_PLAIN, f=name, d=words, i=_infinitive(words), g=takes)
    if named and user.startswith(upper(name)):
        user = name + user[len(name):]
    return [Turn("code", user, styled(session, text, f"```python\n{text}\n```"), thinking=f"The function is called {name}.", vary="edge",
                 key=f"code {name}" if named and name != default else None)]


SKILLS = {"code": Skill(code)}
