"""The DeepSeek-V4 chat format, profile `preview`: messages -> pieces of a prompt, byte for byte as nibble writes it (src/text/chat_encoding.cc).

A conversation is a list of OpenAI messages as dicts: system ({"content", "tools", "response_format"}), user, assistant ({"content", "reasoning_content", "tool_calls"})
and tool ({"content", "tool_call_id"}). A call is {"id"?, "name", "arguments": dict} or the same inside {"function": ...} with `arguments` as JSON.
The result is a list of `Piece`: control strings, each one id, and plain text in between. Plain text never becomes a control id, whatever it spells.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import NamedTuple

BEGIN = "<｜begin▁of▁sentence｜>"
END = "<｜end▁of▁sentence｜>"
PAD = "<｜▁pad▁｜>"
USER = "<｜User｜>"
ASSISTANT = "<｜Assistant｜>"
THINK = "<think>"
THINK_END = "</think>"
DSML = "｜DSML｜"

# Loss weights of the pieces of a training session.
ANSWER_WEIGHT = 1.0
CONTEXT_WEIGHT = 0.1
ROLE_WEIGHT = 0.0

# The fixed texts of the format. Copyright (c) 2023 DeepSeek, MIT licence.
TOOLS_HEAD = """## Tools

You have access to a set of tools to help answer the user's question. You can invoke tools by writing a "<｜DSML｜tool_calls>" block like the following:

<｜DSML｜tool_calls>
<｜DSML｜invoke name="$TOOL_NAME">
<｜DSML｜parameter name="$PARAMETER_NAME" string="true|false">$PARAMETER_VALUE</｜DSML｜parameter>
...
</｜DSML｜invoke>
<｜DSML｜invoke name="$TOOL_NAME2">
...
</｜DSML｜invoke>
</｜DSML｜tool_calls>

String parameters should be specified as is and set `string="true"`. For all other types (numbers, booleans, arrays, objects), pass the value in JSON format and set `string="false"`.

If thinking_mode is enabled (triggered by <think>), you MUST output your complete reasoning inside <think>...</think> BEFORE any tool calls or final response.

Otherwise, output directly after </think> with tool calls or final response.

### Available Tool Schemas

"""
TOOLS_TAIL = """

You MUST strictly follow the above defined tool name and parameter schemas to invoke tool calls.
"""
RESPONSE_FORMAT = """## Response Format:

You MUST strictly adhere to the following schema to reply:
"""
EFFORT_MAX = """Reasoning Effort: Absolute maximum with no shortcuts permitted.
You MUST be very thorough in your thinking and comprehensively decompose the problem to resolve the root cause, rigorously stress-testing your logic against all potential paths, edge cases, and adversarial scenarios.
Explicitly write out your entire deliberation process, documenting every intermediate step, considered alternative, and rejected hypothesis to ensure absolutely no assumption is left unchecked.

"""


class Piece(NamedTuple):
    """A stretch of the prompt: one control string, or plain text. `weight` is the loss weight of its tokens."""

    text: str
    control: bool
    weight: float


class Pieces(list[Piece]):
    """Pieces in order; neighbouring plain texts are one piece, because BPE must see them joined."""

    def add(self, text: str, weight: float) -> None:
        """Appends plain text."""
        if text and self and not self[-1].control:
            text, weight = self[-1].text + text, max(weight, self.pop().weight)
        if text:
            self.append(Piece(text, False, weight))

    def control(self, text: str, weight: float) -> None:
        """Appends a control string."""
        self.append(Piece(text, True, weight))

    def scaffold(self, text: str, weight: float) -> None:
        """Appends text of the format itself, in which the control strings that it may hold are meant as such."""
        while text:
            at, found = min(((at, mark) for mark in (DSML, THINK, THINK_END) if (at := text.find(mark)) >= 0), default=(len(text), ""))
            self.add(text[:at], weight)
            if found:
                self.control(found, weight)
            text = text[at + len(found):]


def json_text(value: object) -> str:
    """A JSON value as it stands in a prompt."""
    return json.dumps(value, ensure_ascii=False)


def add_system(pieces: Pieces, text: str, tools: list[dict], schema: dict | None = None) -> None:
    """The system text, the section that offers `tools` (function objects) and the schema of the answer."""
    pieces.add(text, CONTEXT_WEIGHT)
    if tools:
        pieces.scaffold("\n\n" + TOOLS_HEAD, CONTEXT_WEIGHT)
        pieces.add("\n".join(json_text(tool) for tool in tools), CONTEXT_WEIGHT)
        pieces.scaffold(TOOLS_TAIL, CONTEXT_WEIGHT)
    if schema:
        pieces.add("\n\n" + RESPONSE_FORMAT + json_text(schema), CONTEXT_WEIGHT)


def tool_result(text: str) -> str:
    """A tool result as a block of a user turn; it cannot end itself early."""
    return "<tool_result>" + text.replace("</tool_result>", "<\\/tool_result>") + "</tool_result>"


def add_user(pieces: Pieces, blocks: Iterable[str]) -> None:
    """A user turn: texts of the user and tool results."""
    pieces.control(USER, ROLE_WEIGHT)
    pieces.add("\n\n".join(blocks), CONTEXT_WEIGHT)


def open_answer(pieces: Pieces, thinking: bool) -> None:
    """What makes the model answer, with reasoning or without."""
    pieces.control(ASSISTANT, ROLE_WEIGHT)
    pieces.control(THINK if thinking else THINK_END, ROLE_WEIGHT)


def add_answer(pieces: Pieces, reasoning: str | None, content: str, calls: list[dict] | None = None, end: bool = True) -> None:
    """An assistant message; `reasoning` is None where `</think>` has been written already."""
    if reasoning is not None:
        pieces.add(reasoning, ANSWER_WEIGHT)
        pieces.control(THINK_END, ANSWER_WEIGHT)
    pieces.add(content, ANSWER_WEIGHT)
    if calls:
        pieces.scaffold(f"\n\n<{DSML}tool_calls>\n", ANSWER_WEIGHT)
        for call in calls:
            _add_call(pieces, call)
        pieces.scaffold(f"</{DSML}tool_calls>", ANSWER_WEIGHT)
    if end:
        pieces.control(END, ANSWER_WEIGHT)


def _arguments(value: str | dict) -> dict:
    if isinstance(value, dict):
        return value
    try:
        parsed = json.loads(value)
    except ValueError:
        parsed = None
    return parsed if isinstance(parsed, dict) else {"arguments": value}


def _add_call(pieces: Pieces, call: dict) -> None:
    call = call.get("function", call)
    pieces.scaffold(f"<{DSML}invoke name=\"", ANSWER_WEIGHT)
    pieces.add(call["name"] + "\">\n", ANSWER_WEIGHT)
    for number, (key, value) in enumerate(_arguments(call["arguments"]).items()):
        is_string = isinstance(value, str)
        pieces.scaffold(("\n" if number else "") + f"<{DSML}parameter name=\"", ANSWER_WEIGHT)
        pieces.add(f'{key}" string="{"true" if is_string else "false"}">' + (value if is_string else json_text(value)), ANSWER_WEIGHT)
        pieces.scaffold(f"</{DSML}parameter>", ANSWER_WEIGHT)
    pieces.scaffold(f"\n</{DSML}invoke>\n", ANSWER_WEIGHT)


def _join_turns(messages: list[dict]) -> list[tuple[str, list[dict]]]:
    """(role, messages): results of tools and user messages that follow each other are one user turn."""
    turns: list[tuple[str, list[dict]]] = []
    for message in messages:
        role = "user" if message["role"] == "tool" else message["role"]
        if role == "user" and turns and turns[-1][0] == "user":
            turns[-1][1].append(message)
        else:
            turns.append((role, [message]))
    return turns


def _sort_results(turns: list[tuple[str, list[dict]]]) -> None:
    """Results go in the order of the calls that they answer; texts keep their places."""
    order: dict[str, int] = {}
    for role, members in turns:
        if role == "assistant" and members[0].get("tool_calls"):
            order = {call["id"]: at for at, call in enumerate(members[0]["tool_calls"]) if call.get("id")}
        places = [at for at, message in enumerate(members) if message["role"] == "tool"]
        if order and len(places) > 1:
            results = sorted((members[at] for at in places), key=lambda message: order.get(message.get("tool_call_id", ""), 0))
            for at, message in zip(places, results):
                members[at] = message


def _block(message: dict) -> str:
    content = message.get("content") or ""
    return tool_result(content) if message["role"] == "tool" else content


def render(messages: list[dict], thinking: bool = False, drop_thinking: bool = True, effort_max: bool = False) -> Pieces:
    """The prompt of a conversation. After a last user turn an answer is opened. ValueError: a role that is not handled here."""
    dropping = thinking and drop_thinking and not any(message.get("tools") for message in messages)
    turns = _join_turns(messages)
    _sort_results(turns)
    last_question = max((at for at, (role, _) in enumerate(turns) if role == "user"), default=-1)
    pieces = Pieces()
    pieces.control(BEGIN, ROLE_WEIGHT)
    if effort_max and thinking:
        pieces.add(EFFORT_MAX, CONTEXT_WEIGHT)
    for at, (role, members) in enumerate(turns):
        message = members[0]
        if role == "system":
            tools = [tool.get("function", tool) for tool in message.get("tools") or []]
            add_system(pieces, message.get("content") or "", tools, message.get("response_format"))
        elif role == "user":
            add_user(pieces, map(_block, members))
            if at + 1 == len(turns) or turns[at + 1][0] == "assistant":
                open_answer(pieces, thinking and (not dropping or at >= last_question))
        elif role == "assistant":
            shows_reasoning = thinking and (not dropping or at > last_question)
            add_answer(pieces, (message.get("reasoning_content") or "") if shows_reasoning else None, message.get("content") or "",
                       message.get("tool_calls"), not message.get("wo_eos"))
        else:
            raise ValueError(f"role {role!r} has no place in training")
    return pieces


def prompt_text(pieces: Iterable[Piece]) -> str:
    """The pieces as one string."""
    return "".join(piece.text for piece in pieces)


def encode(pieces: Iterable[Piece], plain: Callable[[str], list[int]], control_ids: dict[str, int]) -> tuple[list[int], list[float]]:
    """Token ids of `pieces` and their loss weights. `plain` encodes text without control strings."""
    ids: list[int] = []
    weights: list[float] = []
    for text, control, weight in pieces:
        if control:
            ids.append(control_ids[text])
            weights.append(weight)
        else:
            new = plain(text)
            ids += new
            weights += [weight] * len(new)
    return ids, weights
