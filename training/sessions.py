"""Training data: conversations of exactly 128..2,048 tokens, packed into rows; the held-out rule; worker processes.

A session is filled with turns of random skills until it is full, the last one is cut. Rows hold 16, 8, 4, 2 or 1 sessions; each starts at a
multiple of 128, where all blocks of the model's attention lie as they do in a fresh prompt. What a batch holds depends on (seed, step) only, not
on the number of workers. Training data has no held-out turn, evaluation data has nothing else.
"""

from __future__ import annotations

import array
import ctypes
import itertools
import json
import marshal
import os
import random
import signal
import struct
import subprocess
import sys
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from training import chat
from training.skills import collect, tools
from training.skills.base import STYLE_LEADS, STYLE_WORDS, Session, Skill, Turn, held_out, perturb
from training.tokenizer import Tokenizer

ROW_TOKENS = 2048
_PR_SET_PDEATHSIG = 1
# Sessions per row, for each 32 rows: 7 rows of one long session, 7 of 2, 6 of 4, 7 of 8, 5 of 16.
_ROW_KINDS = (1, 2, 8, 4, 16, 1, 2, 8, 4, 16, 1, 2, 8, 4, 1, 2, 8, 4, 16, 1, 2, 8, 4, 16, 1, 2, 8, 4, 16, 1, 2, 8)
assert [_ROW_KINDS.count(kind) for kind in (1, 2, 4, 8, 16)] == [7, 7, 6, 7, 5]

# Share of the sessions that are about a long text, by their size; more than two fifths of all tokens.
_RETRIEVAL_SHARE = {128: 0.1, 256: 0.25, 512: 0.35, 1024: 0.6, 2048: 0.8}
_TOOLS_SHARE = 0.45  # of the other sessions of at least _TOOLS_TOKENS
_TOOLS_TOKENS = 512
_MEMORY_SHARE = 0.1  # of the rest: sessions in which much is told and asked
# How often a session of a family of skills comes back to it.
_AGAIN = {"retrieval": 0.7, "tools": 0.7, "memory": 0.5}
_STYLES = (("full", 0.7), ("brief", 0.15), ("json", 0.15))
_THINKING_RATES = (0.0, 0.3, 1.0)
_TURN_STYLE_SHARE = 0.06  # turns that ask for a style themselves
_TRAINING_TRIES = 20
_EVALUATION_TRIES = 400
_BATCH_SECONDS = 60

_EFFORT_SHARE = 0.05  # of the sessions that think in every turn: asked for the greatest effort
_SCHEMA_SHARE = 0.25  # of the sessions in JSON: with a schema, and words for it or not
_SCHEMA = {"type": "object", "properties": {"answer": {"type": "string"}}, "required": ["answer"]}

_NEUTRAL = ("You are a helpful assistant.", "You are Nibble, a tiny language model.", "You are a helpful, honest assistant.", "Be kind and clear.",
            "You are a friendly assistant.", "Help the user.", "You are Nibble.", "You answer questions of a user.",
            "You are talking to a new user.", "The assistant is polite and exact.",
            "You work for a small shop. Answer the customers.", "Answer the questions of the user.", "Today you help in a library.",
            "Be a good assistant.",
            "You are a careful assistant. Think before you answer.", "This is a test of a language model.", "You are an expert.",
            "Talk like a friend.",
            "Keep calm and answer well.", "Do what the user asks.", "You help people with small questions.", "Never make things up.",
            "If you do not know something, say so.", "You are running on a small computer.", "The user may make typing errors.")
_SYSTEM_STYLES = {
    "brief": STYLE_WORDS["brief"] + ("Answer with as few words as possible.", "Give only the answer, no sentence.", "Be short.", "Keep it brief.",
                                     "Your answers are as short as possible."),
    "json": STYLE_WORDS["json"] + ("Always answer in JSON.", 'Answer with a JSON object that has the key "answer".', "All answers must be JSON.",
                                   "Respond in JSON format.", 'Reply with {"answer": ...} only.'),
}


@dataclass
class Conversation:
    """A finished session. `spans`: (begin, end, skill) of each whole answer that has one right form, reasoning and end token included."""

    tokens: list[int] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    spans: list[tuple[int, int, str]] = field(default_factory=list)

    def add(self, tokens: list[int], weights: list[float]) -> None:
        """Appends tokens with their loss weights."""
        self.tokens += tokens
        self.weights += weights


def answer_messages(turn: Turn, thinking: bool) -> list[dict]:
    """The messages of a turn in OpenAI form: the user's and all that follow."""
    reasoning = {"reasoning_content": turn.thinking or ""} if thinking else {}
    messages = [{"role": "user", "content": turn.user}]
    if turn.tool_calls is None:
        return messages + [{"role": "assistant", **reasoning, "content": turn.answer}]
    messages.append({"role": "assistant", **reasoning, "content": turn.answer, "tool_calls": turn.tool_calls})
    if turn.tool_results is not None:
        messages += [{"role": "tool", "content": result} for result in turn.tool_results]
        messages.append({"role": "assistant", **({"reasoning_content": ""} if thinking else {}), "content": turn.final})
    return messages


def turn_pieces(turn: Turn, thinking: bool) -> Iterator[tuple[chat.Pieces, chat.Pieces, str]]:
    """(context, answer, skill) of each answer of a turn: one, or two with tool results between."""
    def context(blocks: list[str]) -> chat.Pieces:
        pieces = chat.Pieces()
        chat.add_user(pieces, blocks)
        chat.open_answer(pieces, thinking)
        return pieces

    answer = chat.Pieces()
    chat.add_answer(answer, (turn.thinking or "") if thinking else None, turn.answer, turn.tool_calls)
    yield context([turn.user]), answer, turn.skill
    if turn.tool_results is not None:
        answer = chat.Pieces()
        chat.add_answer(answer, "" if thinking else None, turn.final or "")
        yield context([chat.tool_result(result) for result in turn.tool_results]), answer, turn.final_skill or turn.skill


class Writer:
    """Makes sessions. `evaluation`: only held-out turns, all skills alike often; otherwise no held-out turn, in the mix of training.skills."""

    def __init__(self, evaluation: bool = False) -> None:
        self.evaluation = evaluation
        self._skills = collect()
        self._choices: dict[tuple[int, str, frozenset[str]], tuple[list[Skill], list[float]]] = {}

    def open(self, rng: random.Random, size: int) -> tuple[Session, str, float]:
        """A new session, its main family of skills ("" for none) and its share of turns in thinking mode."""
        style = rng.choices([name for name, _ in _STYLES], [share for _, share in _STYLES])[0]
        system = rng.choice(_NEUTRAL) if rng.random() < 0.35 else ""
        schema = _SCHEMA if style == "json" and rng.random() < _SCHEMA_SHARE else None
        if style != "full" and (schema is None or rng.random() < 0.5):
            words = rng.choice(_SYSTEM_STYLES[style])
            system = rng.choice((f"{system} {words}", f"{words} {system}", f"{system}\n{words}")) if system else words
        family = ""
        if rng.random() < _RETRIEVAL_SHARE.get(size, 0.75):
            family = "retrieval"
        elif size >= _TOOLS_TOKENS and rng.random() < _TOOLS_SHARE:
            family = "tools"
        elif rng.random() < _MEMORY_SHARE:
            family = "memory"
        offered, memory = tools.offer(rng, size) if family == "tools" else ([], {})
        rate = rng.choice(_THINKING_RATES)
        effort_max = rate == 1.0 and size > 256 and rng.random() < _EFFORT_SHARE
        return Session(style, system, offered, schema=schema, effort_max=effort_max, memory=memory, room=size), family, rate

    def system_pieces(self, session: Session) -> chat.Pieces:
        """The begin token and all that stands before the first user text."""
        pieces = chat.Pieces()
        pieces.control(chat.BEGIN, chat.ROLE_WEIGHT)
        if session.effort_max:
            pieces.add(chat.EFFORT_MAX, chat.CONTEXT_WEIGHT)
        chat.add_system(pieces, session.system, session.tools, session.schema)
        return pieces

    def turns(self, rng: random.Random, session: Session, family: str, size: int, thinking_rate: float) -> list[Turn]:
        """The next turns; `session.thinking` says in which mode they are."""
        again = _AGAIN.get(family, 0.0)
        while True:
            wanted = family if family and (session.first or rng.random() < again) else ""
            skills, cumulative = self._choice(size, wanted, tools.excluded_modules(session))
            skill = rng.choices(skills, cum_weights=cumulative)[0]
            turns = self.draw(rng, skill, session, thinking_rate)
            if turns:
                session.first = False
                return turns

    def draw(self, rng: random.Random, skill: Skill, session: Session, thinking_rate: float) -> list[Turn]:
        """Turns of `skill` on the right side of the held-out rule; [] if none were found."""
        told, style = session.memory, session.style
        for _ in range(_EVALUATION_TRIES if self.evaluation else _TRAINING_TRIES):
            session.thinking = rng.random() < thinking_rate
            session.memory = dict(told)
            asked = ""
            if style == "full" and rng.random() < _TURN_STYLE_SHARE:
                session.style = rng.choice(("brief", "json"))
                asked = rng.choice(STYLE_WORDS[session.style] + STYLE_LEADS[session.style])
            turns = skill.fn(rng, session)
            session.style = style
            if any(turn.think_only for turn in turns) and not session.thinking:
                if thinking_rate == 0.0:
                    continue
                session.thinking = True
            for turn in turns:
                turn.user = _ask_style(rng, perturb(rng, turn.user, turn.vary), asked)
            turns = self._cut(turns)
            if turns:
                return turns
        session.memory = told
        return []

    def _cut(self, turns: list[Turn]) -> list[Turn]:
        """The turns that may be used: for training those before the first held-out one. What a skill remembers is told in its first turn."""
        held = [held_out(turn) for turn in turns]
        if self.evaluation:
            return turns if any(held) else []
        return turns[:held.index(True)] if True in held else turns

    def _choice(self, size: int, family: str, excluded: frozenset[str]) -> tuple[list[Skill], list[float]]:
        """Skills to draw from and their cumulative weights: those of a family, or all that have no sessions of their own."""
        key = (size, family, excluded)
        if key not in self._choices:
            fits = lambda module: module == family if family else module not in excluded and module not in ("retrieval", "tools")
            members = [skill for skill in self._skills.values() if size >= skill.min_tokens and fits(skill.module)]
            weights = [1.0 if self.evaluation else skill.weight for skill in members]
            self._choices[key] = members, list(itertools.accumulate(weights))
        return self._choices[key]

    def conversation(self, rng: random.Random, size: int, tokenizer: Tokenizer) -> Conversation:
        """A session of exactly `size` tokens."""
        session, family, thinking_rate = self.open(rng, size)
        done = Conversation()
        done.add(*tokenizer.encode_pieces(self.system_pieces(session)))
        while len(done.tokens) < size:
            session.room = size - len(done.tokens)
            for turn in self.turns(rng, session, family, size, thinking_rate):
                scored = turn.exact and (not self.evaluation or held_out(turn))
                for context, answer, skill in turn_pieces(turn, session.thinking):
                    done.add(*tokenizer.encode_pieces(context))
                    begin = len(done.tokens)
                    done.add(*tokenizer.encode_pieces(answer))
                    if scored and len(done.tokens) <= size:
                        done.spans.append((begin, len(done.tokens), skill))
        del done.tokens[size:], done.weights[size:]
        return done


def _ask_style(rng: random.Random, text: str, asked: str) -> str:
    """`text` with the request for a style in front, or behind a question that has its mark."""
    if not asked:
        return text
    behind = text.endswith("?") and not asked.endswith(":") and rng.random() < 0.7
    return f"{text} {asked}" if behind else f"{asked} {text}"


def sample_texts(characters: int, seed: int) -> list[str]:
    """Plain texts of training sessions, as much as `characters`: what the tokenizer is trained on."""
    recorder = _Recorder()
    writer = Writer()
    step = 0
    while recorder.characters < characters:
        for row in range(len(_ROW_KINDS)):
            _row(writer, recorder, row, ROW_TOKENS, _seeded(seed, step, row, "texts"))
        step += 1
    return recorder.texts


class _Recorder:
    """Stands for the tokenizer that is not there yet: counts three characters as a token and keeps the texts."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.characters = 0

    def encode_pieces(self, pieces: chat.Pieces) -> tuple[list[int], list[float]]:
        length = 0
        for piece in pieces:
            if not piece.control:
                self.texts.append(piece.text)
                self.characters += len(piece.text)
            length += 1 if piece.control else len(piece.text) // 3
        return [0] * length, [0.0] * length


def _seeded(*parts: object) -> random.Random:
    return random.Random(":".join(map(str, parts)))


def _row(writer: Writer, tokenizer: Tokenizer, kind: int, row_tokens: int, rng: random.Random) -> list[Conversation]:
    """The sessions of a row: their number depends on `kind`, all have one size. Longer rows than ROW_TOKENS hold longer sessions."""
    size = max(128, min(row_tokens, max(row_tokens, ROW_TOKENS) // _ROW_KINDS[kind % len(_ROW_KINDS)]))
    return [writer.conversation(rng, size, tokenizer) for _ in range(row_tokens // size)]


def make_batch(writer: Writer, tokenizer: Tokenizer, rows: int, row_tokens: int, seed: int | str, step: int) -> dict:
    """One batch as plain lists: tokens, weights, start ([rows][row_tokens]) and turns [(row, begin, end, skill)]."""
    if row_tokens % 128 or not 128 <= row_tokens:
        raise ValueError(f"row_tokens must be a multiple of 128, is {row_tokens}")
    batch: dict[str, list] = {"tokens": [], "weights": [], "start": [], "turns": []}
    for row in range(rows):
        tokens: list[int] = []
        weights: list[float] = []
        start: list[int] = []
        kind = step * rows + row
        for session in _row(writer, tokenizer, kind, row_tokens, _seeded(seed, step, row, "evaluation" if writer.evaluation else "training")):
            at = len(tokens)
            batch["turns"] += [(row, at + begin, at + end, skill) for begin, end, skill in session.spans]
            tokens += session.tokens
            weights += session.weights
            start += [at] * len(session.tokens)
        for name, values in (("tokens", tokens), ("weights", weights), ("start", start)):
            batch[name].append(values)
    return batch


class BatchStream:
    """Endless batches from worker processes: dicts of numpy arrays [rows, row_tokens], tokens and start int32, weights float32.

    `weights[i]` is the loss weight of predicting `tokens[i]`, `start[i]` the position in the row at which its session begins. Batch number
    `start_step + n` is the n-th one, whatever the number of workers; workers=0 makes the batches in this process.
    """

    def __init__(self, tokenizer: Tokenizer, rows: int = 32, row_tokens: int = ROW_TOKENS, seed: int = 1, workers: int = 14, start_step: int = 0,
                 evaluation: bool = False) -> None:
        self._tokenizer = tokenizer
        self._job = {"rows": rows, "row_tokens": row_tokens, "seed": seed, "evaluation": evaluation}
        self._step = start_step
        self._writer = Writer(evaluation) if workers == 0 else None
        self._workers = [_Worker({**self._job, "step": start_step + number, "stride": workers}, tokenizer) for number in range(workers)]
        self._next = 0

    def __iter__(self) -> Iterator[dict]:
        return self

    def __next__(self) -> dict:
        if self._writer is not None:
            job = self._job
            batch = _packed(make_batch(self._writer, self._tokenizer, job["rows"], job["row_tokens"], job["seed"], self._step))
        else:
            batch = self._workers[self._next].read()
            self._next = (self._next + 1) % len(self._workers)
        self._step += 1
        return _unpacked(batch)

    def close(self) -> None:
        """Ends the workers."""
        for worker in self._workers:
            worker.close()


def heldout_batches(tokenizer: Tokenizer, rows: int, row_tokens: int, count: int, seed: int, workers: int = 2) -> Iterator[dict]:
    """`count` batches of held-out turns, as BatchStream's, with `turns`: [(row, begin, end, skill)], the spans of whole answers with one right form."""
    stream = BatchStream(tokenizer, rows, row_tokens, seed, min(workers, count), evaluation=True)
    try:
        yield from itertools.islice(stream, count)
    finally:
        stream.close()


_TYPES = {"tokens": "i", "weights": "f", "start": "i"}


def _packed(batch: dict) -> dict:
    """A batch with its rows as bytes, quick to send."""
    packed = {name: b"".join(array.array(code, row).tobytes() for row in batch[name]) for name, code in _TYPES.items()}
    return {**packed, "rows": len(batch["tokens"]), "turns": batch["turns"]}


def _unpacked(packed: dict) -> dict:
    import numpy  # not needed by the tests of what is inside a batch

    batch = {name: numpy.frombuffer(packed[name], code + "4").reshape(packed["rows"], -1).copy() for name, code in _TYPES.items()}
    return {**batch, "turns": [tuple(turn) for turn in packed["turns"]]}


class _Worker:
    """A process that writes every `stride`-th batch into a pipe. It holds no file of ours open, and dies with us."""

    def __init__(self, job: dict, tokenizer: Tokenizer) -> None:
        root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
        self._process = subprocess.Popen([sys.executable, "-m", "training.sessions"], cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                         stderr=subprocess.DEVNULL, start_new_session=True)  # Ctrl-C is for the trainer alone
        merges = [[left.hex(), right.hex()] for left, right in tokenizer.merges]
        self._process.stdin.write(json.dumps({**job, "parent": os.getpid(), "merges": merges}).encode() + b"\n")
        self._process.stdin.flush()

    def read(self) -> dict:
        """The next batch. RuntimeError: the worker failed."""
        out = self._process.stdout
        head = out.read(8)
        body = out.read(struct.unpack("<Q", head)[0]) if len(head) == 8 else b""
        if not body:
            raise RuntimeError(f"a data worker ended with status {self._process.wait()}")
        batch = marshal.loads(body)
        if "error" in batch:
            raise RuntimeError("a data worker failed:\n" + batch["error"])
        return batch

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()


def _work() -> None:
    """The life of a worker: the job comes on standard input, batches go to standard output."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # a stray print must not get between the batches
    job = json.loads(sys.stdin.readline())
    os.nice(15)
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    except (OSError, AttributeError):
        pass  # not Linux: the broken pipe ends us at the next batch
    if os.getppid() != job["parent"]:
        return
    try:
        tokenizer = Tokenizer([(bytes.fromhex(left), bytes.fromhex(right)) for left, right in job["merges"]])
        writer = Writer(job["evaluation"])
        signal.signal(signal.SIGALRM, _too_long)
        for step in itertools.count(job["step"], job["stride"]):
            _send(out, _packed(_batch_in_time(writer, tokenizer, job, step)))
    except BrokenPipeError:
        return
    except Exception:
        _send(out, {"error": traceback.format_exc()})


def _too_long(*_: object) -> None:
    raise TimeoutError


def _batch_in_time(writer: Writer, tokenizer: Tokenizer, job: dict, step: int) -> dict:
    """The batch of `step`. Skills draw until something fits; should one never find it, the batch is made anew from other dice: a run of hours must not
    hang on one unlucky text."""
    for tries in range(3):
        signal.alarm(_BATCH_SECONDS)
        try:
            return make_batch(writer, tokenizer, job["rows"], job["row_tokens"], f"{job['seed']}:{tries}" if tries else job["seed"], step)
        except TimeoutError:
            continue
        finally:
            signal.alarm(0)
    raise RuntimeError(f"no batch {step} in {3 * _BATCH_SECONDS} s")


def _send(out: BinaryIO, message: dict) -> None:
    body = marshal.dumps(message)
    out.write(struct.pack("<Q", len(body)) + body)
    out.flush()


if __name__ == "__main__":
    _work()
