"""The tokenizer and the chat format of training against the golden cases and against nibble itself."""

import json
import pathlib
import random
import sys
import tempfile
import unicodedata
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "serve")]

from harness import Server  # noqa: E402
from training import chat, sessions  # noqa: E402
from training.tokenizer import Splitter, Tokenizer, byte_alphabet, train  # noqa: E402

DATA = ROOT / "tests" / "data" / "text"
ROLES = {"system", "user", "assistant", "tool"}  # what training uses of the format


def read(name):
    content = json.loads((DATA / name).read_text(encoding="utf-8"))
    return content["cases"] if isinstance(content, dict) and "cases" in content else content


def is_plain(case):
    """Whether training has a use for the case: no tasks, no content in parts, no control strings in the client's text."""
    messages = case["messages"]
    return (all(message["role"] in ROLES and "task" not in message for message in messages)
            and not any(isinstance(message.get("content"), list) for message in messages)
            and "vendor_ids_small" not in case and case["options"].get("profile") != "refresh")


def known(text):
    """Whether this Python's Unicode tables know all characters; nibble's are newer."""
    return all(unicodedata.category(character) != "Cn" for character in text)


class Golden(unittest.TestCase):
    def test_prompts_are_the_vendors(self):
        cases = [case for case in read("chat_cases.json") if is_plain(case)]
        self.assertGreater(len(cases), 50)
        for case in cases:
            options = case["options"]
            pieces = chat.render(case["messages"], options["thinking_mode"] == "thinking", options.get("drop_thinking", True),
                                 options.get("reasoning_effort") == "max")
            with self.subTest(case["id"]):
                self.assertEqual(chat.prompt_text(pieces), case["vendor_prompt"])

    def test_fixed_texts(self):
        templates = read("chat_templates.json")
        self.assertEqual([chat.TOOLS_HEAD, chat.TOOLS_TAIL, chat.RESPONSE_FORMAT, chat.EFFORT_MAX],
                         [templates[name] for name in ("tools_head", "tools_tail", "response_format", "effort_a")])

    def test_other_roles_are_refused(self):
        with self.assertRaises(ValueError):
            chat.render([{"role": "developer", "content": "x"}])

    def test_pieces(self):
        split, checked = Splitter(), 0
        for case in read("tokenizer_cases.json"):
            if "pieces" in case and "ids_plain" not in case and known(case["text"]):
                expected = []
                for piece in case["pieces"]:  # the golden pattern takes up to three digits, ours one
                    number = all(unicodedata.category(character)[0] == "N" for character in piece)
                    expected += list(piece) if number else [piece]
                self.assertEqual(split(case["text"]), expected)
                checked += 1
        self.assertGreater(checked, 100)

    def test_merges(self):
        model = json.loads((DATA / "tokenizer.json").read_text(encoding="utf-8"))["model"]
        byte_of = {character: byte for byte, character in enumerate(byte_alphabet())}
        tokenizer = Tokenizer([tuple(bytes(map(byte_of.get, symbol)) for symbol in merge.split(" ")) for merge in model["merges"]])
        for case in read("tokenizer_cases.json"):
            if "ids" in case and "text" in case and known(case["text"]) and not any(unicodedata.category(c)[0] == "N" for c in case["text"]):
                self.assertEqual(tokenizer.encode(case["text"]), case.get("ids_plain", case["ids"]))


class Trained(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.texts = sessions.sample_texts(150_000, 3)
        cls.tokenizer = train(cls.texts)

    def odd_texts(self, count):
        rng = random.Random(4)
        codes = [code for code in range(0x20000) if not 0xD800 <= code < 0xE000 and known(chr(code))]
        pool = [*"0123456789 \n\t\r.,;:!?'\"()abcXYZ{}<>/-", "é", "漢字", "ーぁ", "  ", "\r\n", "</think>", chat.USER]
        for _ in range(count):
            yield "".join(chr(rng.choice(codes)) if rng.random() < 0.3 else rng.choice(pool) for _ in range(rng.randint(0, 40)))

    def test_layout(self):
        tokenizer = self.tokenizer
        self.assertEqual(tokenizer.vocab_size, 1792)
        self.assertEqual([tokenizer.control_ids[text] for text in (chat.BEGIN, chat.END, chat.PAD)], [0, 1, 2])
        self.assertEqual(sorted(tokenizer.control_ids.values())[3:], list(range(1780, 1792)))
        self.assertEqual(len(set(tokenizer.symbols)), 1792)

    def test_training_is_deterministic(self):
        self.assertEqual(train(sessions.sample_texts(150_000, 3)).merges, self.tokenizer.merges)

    def test_round_trip(self):
        for text in [*self.texts[:500], *self.odd_texts(1000)]:
            ids = self.tokenizer.encode(text)
            self.assertEqual(self.tokenizer.decode(ids), text)
            self.assertTrue(all(3 <= number < 1780 for number in ids))

    def test_digits_stand_alone(self):
        self.assertEqual(len(self.tokenizer.encode("4821907")), 7)

    def test_nibble_agrees(self):
        with tempfile.TemporaryDirectory() as folder:
            self.tokenizer.save(pathlib.Path(folder))
            self.assertEqual(Tokenizer.load(folder).merges, self.tokenizer.merges)
            server = Server("--tokenizer", folder)
            try:
                self.check_texts(server)
                self.check_conversations(server)
            finally:
                server.stop()

    def check_texts(self, server):
        for text in [*random.Random(5).sample(self.texts, 300), *self.odd_texts(500)]:
            reply = server.post("/tokenize", {"prompt": text, "add_special_tokens": False})
            self.assertEqual(json.loads(reply.text)["tokens"], self.tokenizer.encode(text), text)

    def check_conversations(self, server):
        writer = sessions.Writer()
        for number in range(60):
            rng = random.Random(number)
            thinking = rng.random() < 0.5
            session, family, rate = writer.open(rng, 1024)
            messages = [{"role": "system", "content": session.system, "tools": session.tools}] if session.system or session.tools else []
            for _ in range(3):
                for turn in writer.turns(rng, session, family, 1024, rate):
                    messages += sessions.answer_messages(turn, session.thinking)
            ids = self.tokenizer.encode_pieces(chat.render(messages, thinking))[0]
            reply = server.post("/tokenize", {**self.request(messages), "chat_template_kwargs": {"thinking": thinking}, "add_generation_prompt": False})
            self.assertEqual(json.loads(reply.text).get("tokens"), ids, reply.text[:300])

    @staticmethod
    def request(messages):
        """`messages` as an OpenAI client sends them."""
        body = {"messages": [dict(message) for message in messages]}
        calls = 0
        for message in body["messages"]:
            tools = message.pop("tools", None)
            if tools:
                body["tools"] = [{"type": "function", "function": tool} for tool in tools]
            if message.get("tool_calls"):
                calls, first = 0, message["tool_calls"]
                message["tool_calls"] = [{"id": f"c{at}", "type": "function", "function": {"name": call["name"], "arguments": json.dumps(call["arguments"])}}
                                         for at, call in enumerate(first)]
            if message["role"] == "tool":
                message["tool_call_id"], calls = f"c{calls}", calls + 1
        return body


if __name__ == "__main__":
    unittest.main()
