"""The evaluation set: held-out prompts with their one right answer, and held-out conversations for perplexity.

    python3 -m training.suite --out models/tiny/eval [--cases 200] [--seed 7] [--long 0]

writes suite.jsonl (what `nibble eval --suite` reads), text.jsonl and, with --long N, long.jsonl: N questions each about texts of 1,800, 4,000
and 8,000 tokens; the last two are longer than anything in training. Every case asks a held-out turn; the turns before it are held out too where they are not just context.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import random
import sys
from collections import Counter
from collections.abc import Iterator

from training import checks, sessions
from training.skills import collect, retrieval, tools
from training.skills.base import Session, Skill, Turn, held_out, normalise

_TRIES = 8000  # sessions for one skill before its rows are given up as too small
_FREE_TEXT_TRIES = 50  # a skill without a case after so many sessions has no right answers
_STYLE_ROWS = {"brief": "style_brief", "json": "style_json"}
_SYSTEM_SHARE = 0.05  # of the system texts that ask for nothing: kept
_TEXT_ROOMS = (100, 100, 100, 100, 200, 300, 400, 500, 600, 800, 1000, 1990)  # tokens that a case about a text may have
_LONG_TEXTS = (1800, 4000, 8000)  # tokens: as long as training has them, and longer
_TEXTS = 60  # conversations for perplexity
_TEXT_TOKENS = 400
_DEFAULT_TOKENS = 256  # what nibble eval allows an answer without max_tokens


class Suite:
    """Collects cases, at most `quota` for a row of the score table, all different."""

    def __init__(self, quota: int, seed: int) -> None:
        self.quota = quota
        self.cases: dict[str, list[dict]] = {}
        self._seed = seed
        self._seen: set[str] = set()
        self._writer = sessions.Writer(evaluation=True)
        self._skills = collect()

    def fill(self) -> None:
        """Cases of all skills, then of the styles."""
        for name, skill in self._skills.items():
            rng = random.Random(f"{self._seed}:{name}")
            rows: set[str] = set()
            for tried in range(_TRIES):
                rows.update(self._session(rng, skill, "full"))
                if all(len(self.cases[row]) >= self.quota for row in rows) and (rows or tried > _FREE_TEXT_TRIES):
                    break
        plain = [skill for skill in self._skills.values() if skill.module not in ("retrieval", "tools", "memory")]
        for style, row in _STYLE_ROWS.items():
            rng = random.Random(f"{self._seed}:{style}")
            while len(self.cases.get(row, ())) < self.quota:
                self._session(rng, rng.choice(plain), style, row)

    def add(self, row: str, case: dict, in_context: bool) -> None:
        """Takes a case unless its row is full or it is there already, be it with other politeness or, if not `in_context`, other turns before it."""
        cases = self.cases.setdefault(row, [])
        asked = case["messages"][-1]
        by_text = asked["role"] == "user" and not in_context  # what tools answer depends on their results, too
        text = f"{row} {normalise(asked['content']) or asked['content']}" if by_text else json.dumps(case, sort_keys=True)
        if len(cases) < self.quota and text not in self._seen:
            self._seen.add(text)
            cases.append({"id": f"{row}-{len(cases) + 1:04d}", "skill": row, **case})

    def _session(self, rng: random.Random, skill: Skill, style: str, row: str = "") -> list[str]:
        """Cases from one new session; returns their rows."""
        session, _, rate = self._writer.open(rng, sessions.ROW_TOKENS)
        while session.style != style or session.schema or session.effort_max:  # the form of a case has no place for these
            session, _, rate = self._writer.open(rng, sessions.ROW_TOKENS)
        if style == "full" and rng.random() > _SYSTEM_SHARE:
            session.system = ""
        session.tools, session.memory = tools.offer(rng, 1024 if rng.random() < 0.04 else 512) if skill.module == "tools" else ([], {})
        if skill.module == "retrieval":
            session.room = rng.choice(_TEXT_ROOMS)
        history: list[dict] = []
        rows: list[str] = []
        draws = rng.randint(2, 4) if skill.module == "memory" else 1
        for draw in range(draws):
            if rng.random() < 0.04:
                other = rng.choice([one for one in self._skills.values() if one.module not in ("retrieval", "tools", "memory", "story")])
                for turn in self._writer.draw(rng, other, session, rate)[:1]:
                    history += _history(turn, session)
            turns = self._writer.draw(rng, skill, session, rate)
            asked = self._one_of(rng, turns) if skill.module == "retrieval" else -1  # one question about each text
            for at, turn in enumerate(turns):
                if turn.exact and held_out(turn) and asked in (-1, at):
                    for name, case in _cases(turn, session, history):
                        rows.append(row or name)
                        self.add(row or name, case, skill.module in ("memory", "retrieval"))
                history += _history(turn, session)
        return rows

    def _one_of(self, rng: random.Random, turns: list[Turn]) -> int:
        """The place of one turn, if possible of a row that is not full."""
        wanted = [at for at, turn in enumerate(turns) if turn.exact and len(self.cases.get(turn.skill, ())) < self.quota]
        return rng.choice(wanted or range(len(turns))) if turns else -1


def _history(turn: Turn, session: Session) -> list[dict]:
    """The messages of a turn that is over. Without tools the reasoning of earlier turns is not in the prompt."""
    messages = sessions.answer_messages(turn, session.thinking and bool(session.tools))
    results = [at for at, message in enumerate(messages) if message["role"] == "tool"]
    for number, at in enumerate(results):
        messages[at]["tool_call_id"] = f"c{number}"
    return [_openai(message) for message in messages]


def _openai(message: dict) -> dict:
    if "tool_calls" not in message:
        return message
    calls = [{"id": f"c{at}", "type": "function", "function": {"name": call["name"], "arguments": json.dumps(call["arguments"], ensure_ascii=False)}}
             for at, call in enumerate(message["tool_calls"])]
    return {**message, "tool_calls": calls}


def _cases(turn: Turn, session: Session, history: list[dict]) -> Iterator[tuple[str, dict]]:
    """(row, case) of each answer of a turn: one, or the call and the answer from the results."""
    system = [{"role": "system", "content": session.system}] if session.system else []
    asked = system + history + [{"role": "user", "content": turn.user}]
    reasoning = (turn.thinking or "") if session.thinking else ""
    if turn.tool_calls is None:
        yield turn.skill, _case(asked, session, reasoning + turn.answer, _expect(turn.answer, session))
        return
    calls = json.dumps(turn.tool_calls)
    yield turn.skill, _case(asked, session, reasoning + 3 * calls + 100 * " ", {"tool_calls": turn.tool_calls})
    if turn.tool_results is not None:
        given = system + history + _history(turn, session)[:-1]
        yield turn.final_skill or turn.skill, _case(given, session, turn.final or "", _expect(turn.final or "", session))


def _expect(answer: str, session: Session) -> dict:
    return {"json": json.loads(answer)} if session.style == "json" and answer.startswith("{") else {"text": answer}


def _case(messages: list[dict], session: Session, longest: str, expect: dict) -> dict:
    """A case; `longest` is what is generated, and no token is shorter than a byte."""
    offered = {"tools": [{"type": "function", "function": tool} for tool in session.tools]} if session.tools else {}
    thinking = {"thinking": True} if session.thinking else {}
    longest_tokens = len(longest.encode()) + 16
    limit = {"max_tokens": longest_tokens} if longest_tokens > _DEFAULT_TOKENS else {}
    return {"messages": messages, **offered, **thinking, **limit, "expect": expect}


def long_cases(count: int, seed: int) -> Iterator[dict]:
    """`count` questions each about texts of about `_LONG_TEXTS` tokens."""
    for tokens in _LONG_TEXTS:
        made, number = 0, 0
        while made < count:
            rng = random.Random(f"{seed}:long:{tokens}:{number}")
            number += 1
            session = Session(room=2 * tokens)
            turn = retrieval.make(rng, session, tokens, rng.randint(5, 10))[0]
            if turn.exact and held_out(turn):
                made += 1
                for _, case in _cases(turn, session, []):
                    yield {"id": f"long{tokens}-{made:04d}", "skill": f"retrieval_{tokens}", **case}


def texts(count: int, seed: int) -> Iterator[dict]:
    """Held-out conversations of which the assistant's words count for perplexity: half of them stories, if there are any."""
    writer = sessions.Writer(evaluation=True)
    skills = list(collect().values())
    stories = [skill for skill in skills if skill.module == "story"]
    plain = [skill for skill in skills if skill.module not in ("retrieval", "tools")]
    for number in range(count):
        rng = random.Random(f"{seed}:texts:{number}")
        session, length, messages = Session(), 0, []
        while length < 3 * _TEXT_TOKENS:
            for turn in writer.draw(rng, rng.choice(stories if stories and number % 2 else plain), session, 0.0):
                new = _history(turn, session)
                messages += new
                length += sum(len(message["content"]) for message in new)
            if stories and number % 2 and messages:
                break
        yield {"id": f"text-{number + 1:04d}", "messages": messages}


def _write(path: pathlib.Path, lines: list[dict]) -> None:
    content = "".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines)
    path.write_text(content, encoding="utf-8")
    print(f"{path}: {len(lines)} lines, {len(content.encode())} bytes")


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="training.suite", description="Writes the held-out evaluation set.")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="folder for suite.jsonl, text.jsonl and long.jsonl")
    parser.add_argument("--cases", type=int, default=200, help="cases for a skill (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--long", type=int, default=0, help="questions for each length of the long texts (default: none)")
    options = parser.parse_args(arguments)
    checks.room(options.out, 8 << 20)
    suite = Suite(options.cases, options.seed)
    suite.fill()
    _write(options.out / "suite.jsonl", [case for row in sorted(suite.cases) for case in suite.cases[row]])
    _write(options.out / "text.jsonl", list(texts(_TEXTS, options.seed)))
    if options.long:
        _write(options.out / "long.jsonl", list(long_cases(options.long, options.seed)))
    counts = Counter({row: len(cases) for row, cases in suite.cases.items()})
    small = {row: count for row, count in counts.items() if count < options.cases}
    print(f"{len(counts)} skills, {sum(counts.values())} cases")
    if small:
        print(f"skills with fewer than {options.cases} cases: {small}", file=sys.stderr)


if __name__ == "__main__":
    main()
