"""Tool calls: tools are offered under ever other names, so names and parameters can only be copied from the prompt; then answers from the results.

A session offers some intents as tools (`offer`). A turn asks for one or two of them and is a call, or for something that no tool can do.
"""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass

from training.skills import unknown
from training.skills.base import Session, Skill, Turn, made_up_word, styled
from training.skills.data.intents import CONFLICTS, INTENTS, Intent, Values, deed, spoken

NO_TOOL = "I do not have a tool for that."

_DESCRIBED = ("{V}.", "{V}.", "Use this tool to {v}.", "Call this to {v}.", "This function can {v}.", "A tool to {v}.", "{V}. Returns JSON.", "{V}")
_ERRORS = ("not found", "timeout", "no connection", "access denied", "unknown name", "try again later")
_JOIN = ("{a} And {b}", "{a} {B}", "{a} Also: {b}", "{a} Then {b}", "First: {a} Second: {b}")

# Open questions that sound like something a tool might do: with tools around they are left to the intents.
_TOOLISH = re.compile(r"weather|rain|sunny|snow|wind|hot|cold|warm|tonight|today|tomorrow|now\b|time|late|date|day|mail|order|book|table|reserve|play|music|song|"
                      r"search|look|find|google|web|internet|convert|currency|money|euro|dollar|stock|share|price|cost|timer|alarm|remind|note|list|buy|light|lamp|"
                      r"distance|far|kilomet|parcel|track|calculat|comput|train|wake|set|send|\d", re.IGNORECASE)


@dataclass(frozen=True)
class _Offered:
    """An intent under the names of this session; `id` tells intents apart."""

    id: str
    intent: Intent
    name: str
    parameters: dict[str, str]  # slot -> parameter name


def _schema(rng: random.Random, intent: Intent, name: str, parameters: dict[str, str]) -> dict:
    """The function object of an intent under its names here."""
    with_texts = rng.random() < 0.4
    properties = {}
    for slot, what in intent.slots.items():
        kind: dict = {"type": what.kind}
        if what.kind == "array":
            kind["items"] = {"type": "string"}
        if with_texts:
            kind["description"] = rng.choice(what.about)
        properties[parameters[slot]] = kind
    required = list(properties)
    if intent.optional and rng.random() < 0.3:
        properties.update([rng.choice(intent.optional)])
    about = rng.choice(intent.about)
    schema = {"name": name, "description": rng.choice(_DESCRIBED).format(v=about, V=about[0].upper() + about[1:]),
              "parameters": {"type": "object", "properties": properties}}
    if rng.random() < 0.85:
        schema["parameters"]["required"] = required
    if rng.random() < 0.1:
        schema["parameters"]["additionalProperties"] = False
    return schema


def _named(rng: random.Random, intent: Intent, taken: set[str]) -> str:
    """A name that is not taken. Any name may stand for any tool: the description tells."""
    name = rng.choice(intent.names)
    while name in taken or rng.random() < 0.12:
        name = f"{made_up_word(rng, 4, 8)}{rng.choice(('', '', '_tool', '_api', '_2'))}"
    return name


def _parameters(rng: random.Random, intent: Intent) -> dict[str, str]:
    """A name for each parameter, all different."""
    plain = rng.random() < 0.5
    chosen: dict[str, str] = {}
    for slot, what in intent.slots.items():
        name = what.names[0] if plain else rng.choice(what.names)
        chosen[slot] = name if name not in chosen.values() else f"{name}_2"
    return chosen


def offer(rng: random.Random, size: int) -> tuple[list[dict], dict]:
    """Tools for a session of `size` tokens and what the session must remember of them."""
    count = rng.choice((1, 1, 2)) if size <= 512 else rng.choice((1, 2, 2, 3, 3, 4))
    ids = rng.sample(("calculator", "weather", "search"), min(count, 3)) if rng.random() < 0.35 else rng.sample(list(INTENTS), count)
    for pair in CONFLICTS:
        if pair <= set(ids):
            ids.remove(max(pair))
    chosen = {name: INTENTS[name] for name in ids}
    for name in ids:
        if rng.random() < 0.2:
            del chosen[name]
            chosen.update([deed(rng)])
    offered: list[_Offered] = []
    for id, intent in chosen.items():
        name = _named(rng, intent, {other.name for other in offered})
        offered.append(_Offered(id, intent, name, _parameters(rng, intent)))
    return [_schema(rng, one.intent, one.name, one.parameters) for one in offered], {"tools": tuple(offered)}


def excluded_modules(session: Session) -> frozenset[str]:
    """Modules whose questions would have two right answers in this session: by themselves or through a tool, or the lack of one."""
    modules: set[str] = {"unknown"} if session.tools else set()
    for offered in session.memory.get("tools", ()):
        modules |= offered.intent.excludes
    return frozenset(modules)


def _open_question(rng: random.Random) -> str:
    """A question about the wide world, which is for a search or for nobody."""
    while True:
        text = unknown.SKILLS["unknown"].fn(rng, Session())[0].user
        if not _TOOLISH.search(text) and len(text) < 90:
            return text


def _request(rng: random.Random, offered: _Offered, open_share: float = 0.0) -> tuple[str, dict, Values]:
    """(user text, call, slot values) for an offered tool. `open_share`: how often a search is for an open question."""
    intent = offered.intent
    values: Values = {slot: what.draw(rng) for slot, what in intent.slots.items()}
    text = rng.choice(intent.asks).format(**{slot: spoken(value) for slot, value in values.items()})
    if offered.id == "search" and rng.random() < open_share:
        values["q"] = text = _open_question(rng)
    return text, {"name": offered.name, "arguments": {offered.parameters[slot]: value for slot, value in values.items()}}, values


def _result(rng: random.Random, what: Intent, values: Values) -> tuple[str, str, str]:
    """(result text, fact, sentence) of a call."""
    if rng.random() < 0.06:
        error = rng.choice(_ERRORS)
        return json.dumps({"error": error}), f"error: {error}", f"The tool failed: {error}."
    added = what.result(rng, values)
    words = {name: spoken(value) for name, value in {**values, **added}.items()}
    if len(added) == 1 and rng.random() < 0.35:
        result = words[next(iter(added))]
    else:
        result = json.dumps(added, ensure_ascii=False)
    return result, what.fact.format(**words), what.sentence.format(**words)


def _vary(*ids: str) -> str:
    """What perturb may do: values are copied as they stand, so their case must not change."""
    return "none" if "search" in ids else "all" if set(ids) == {"calculator"} else "edge"


def _call(rng: random.Random, session: Session) -> list[Turn]:
    offered = session.memory["tools"]
    if rng.random() < 0.4:
        return _two_calls(rng, session, offered)
    one = rng.choice(offered)
    user, call, values = _request(rng, one, 0.3)
    turn = Turn("tool_call", user, thinking=f"The tool {one.name} can do this.", tool_calls=[call], key=f"tool {user.lower()}",
                final_skill="tool_answer",
                vary=_vary(one.id))
    if rng.random() < 0.85:
        result, fact, sentence = _result(rng, one.intent, values)
        turn.tool_results, turn.final = [result], styled(session, fact, sentence)
    return [turn]


def _two_requests(rng: random.Random, pair: list[_Offered], requests: list[tuple[str, dict, Values]]) -> str:
    """One user text that asks for both."""
    (a, _, first), (b, _, second) = requests
    if pair[0].id == pair[1].id == "weather" and rng.random() < 0.5:
        return rng.choice(("What is the weather in {a} and in {b}?", "Compare the weather in {a} and {b}.", "How is the weather in {a} and {b}?",
                           "What's the weather like in {a} and {b}?")).format(a=first["c"], b=second["c"])
    a = a if a[-1] in ".?" else a + "."
    if pair[1].id == "music" or b.startswith("I "):
        return rng.choice(("{a} {b}", "First: {a} Second: {b}")).format(a=a, b=b)
    return rng.choice(_JOIN).format(a=a, b=b[0].lower() + b[1:], B=b)


def _two_calls(rng: random.Random, session: Session, offered: tuple[_Offered, ...]) -> list[Turn]:
    pair = [rng.choice(offered), rng.choice(offered)]
    requests = [_request(rng, one) for one in pair]
    if requests[0][0] == requests[1][0]:
        return []
    user = _two_requests(rng, pair, requests)
    name = pair[0].name
    thinking = f"I call {name} twice." if name == pair[1].name else f"I call {name} and {pair[1].name}."
    turn = Turn("tool_call_two", user, thinking=thinking, tool_calls=[call for _, call, _ in requests], key=f"tool {user.lower()}",
                final_skill="tool_answer",
                vary=_vary(pair[0].id, pair[1].id))
    if rng.random() < 0.85:
        results = [_result(rng, one.intent, values) for one, (_, _, values) in zip(pair, requests)]
        turn.tool_results = [result for result, _, _ in results]
        sentences = [sentence if sentence.endswith(".") else sentence + "." for _, _, sentence in results]
        turn.final = styled(session, "; ".join(fact for _, fact, _ in results), " ".join(sentences))
    return [turn]


def _missing(rng: random.Random, session: Session) -> list[Turn]:
    have = {offered.id for offered in session.memory["tools"]}
    if "search" not in have and rng.random() < 0.3:
        return [turn for turn in unknown.SKILLS["unknown"].fn(rng, session) if not _TOOLISH.search(turn.user)]
    for group in CONFLICTS:
        if have & group:
            have |= group
    id, intent = deed(rng)
    if rng.random() < 0.75 or id in have:
        id = rng.choice([name for name in INTENTS if name not in have and name != "calculator"])
        intent = INTENTS[id]
    user, _, _ = _request(rng, _Offered(id, intent, "", {slot: slot for slot in intent.slots}))
    return [Turn("tool_missing", user, styled(session, "No tool.", NO_TOOL), thinking="No tool can do this.", key=f"tool {user.lower()}",
                 vary=_vary(id))]


def _tools(rng: random.Random, session: Session) -> list[Turn]:
    if "tools" not in session.memory:
        return []
    return _missing(rng, session) if rng.random() < 0.25 else _call(rng, session)


SKILLS = {"tools": Skill(_tools)}
