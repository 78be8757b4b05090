"""Bodies: what is refused and with which code and param, and what is accepted."""
import json
import unittest

from harness import Server, events, stub_text

CHAT = {"messages": [{"role": "user", "content": "Hi"}], "max_tokens": 4}
COMPLETION = {"prompt": "Hi", "max_tokens": 4}
CALL = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
TOOL = {"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}

# raw body, code
BODIES = [
    (b"", "invalid_json"), (b"null", "invalid_json"), (b"[]", "invalid_json"), (b'"x"', "invalid_json"),
    (b"{", "invalid_json"), (b'{"prompt":"a",}', "invalid_json"), (b'{"prompt":"a"}{}', "invalid_json"),
    (b'\xef\xbb\xbf{"prompt":"a"}', "invalid_json"), (b'{"prompt":NaN}', "invalid_json"),
    (b'{"prompt":"a"/**/}', "invalid_json"), (b'{"seed":01}', "invalid_json"),
    (b'{"prompt":"a","user":' + b"[" * 100000 + b"]" * 100000 + b"}", "json_too_deep"),
    (b'{"prompt":"a","nobody":' + b"[" * 100000 + b"]" * 100000 + b"}", "json_too_deep"),
    (b'{"prompt":"a","prompt":"b"}', "duplicate_key"),
    (b'{"prompt":"a","logit_bias":{"1":0,"1":0}}', "duplicate_key"),
    (b'{"prompt":"\xff"}', "invalid_utf8"), (b'{"prompt":"\xc0\xaf"}', "invalid_utf8"), (b'{"prompt":"\\ud800"}', "invalid_utf8"),
    (b'{"prompt":"a","temperature":1e400}', "invalid_json"),
    (b'{"prompt":"a","seed":' + b"9" * 400 + b"}", "invalid_type"),
    (b'{"prompt":"a","seed":-0}', "invalid_type"), (b'{"prompt":"a","seed":1E+2}', "invalid_type"),
]

# field, value, code: each alone in an otherwise good completion request; param is the field
FIELDS = [
    ("prompt", None, "invalid_type"), ("prompt", 1, "invalid_type"), ("prompt", {}, "invalid_type"), ("prompt", [], "invalid_value"),
    ("max_tokens", 0, "invalid_value"), ("max_tokens", -1, "invalid_value"), ("max_tokens", 1.5, "invalid_type"), ("max_tokens", "8", "invalid_type"),
    ("n", 0, "invalid_value"), ("n", -1, "invalid_value"), ("n", 10**9, "invalid_value"), ("n", True, "invalid_type"),
    ("best_of", 2, "unsupported_parameter"), ("temperature", -1, "invalid_value"), ("temperature", 1e9, "invalid_value"), ("temperature", "1", "invalid_type"),
    ("top_p", 0, "invalid_value"), ("top_p", 2, "invalid_value"), ("top_p", -1, "invalid_value"), ("top_k", -5, "invalid_value"),
    ("top_k", 1.0, "invalid_type"), ("min_p", 2, "invalid_value"), ("presence_penalty", 3, "invalid_value"), ("frequency_penalty", -3, "invalid_value"),
    ("repetition_penalty", 0, "invalid_value"), ("repetition_penalty", -1, "invalid_value"), ("min_tokens", -1, "invalid_value"), ("min_tokens", 5, "invalid_value"), ("cache_salt", "", "invalid_value"), ("cache_salt", "x" * 1025, "invalid_value"), ("cache_salt", 5, "invalid_type"),
    ("seed", 2**63, "invalid_value"), ("seed", "x", "invalid_type"), ("stop", 5, "invalid_type"), ("stop", "", "invalid_value"),
    ("stop", ["a"] * 10000, "invalid_value"), ("stop", "x" * (1 << 20), "invalid_value"), ("stop", ["a", 1], "invalid_type"),
    ("stop_token_ids", [-1], "invalid_value"), ("stop_token_ids", "a", "invalid_type"),
    ("logit_bias", {"-1": 0}, "invalid_value"), ("logit_bias", {"999999": 0}, "invalid_value"), ("logit_bias", {"abc": 0}, "invalid_value"),
    ("logit_bias", {"01": 0}, "invalid_value"), ("logit_bias", {"-0": 0}, "invalid_value"), ("max_tokens", 2**63, "invalid_value"),
    ("logit_bias", {"1": 1e9}, "invalid_value"), ("logit_bias", {str(i): 0 for i in range(200000)}, "invalid_value"), ("logit_bias", [], "invalid_type"),
    ("stream", "yes", "invalid_type"), ("stream_options", {"include_usage": True}, "invalid_value"), ("ignore_eos", 1, "invalid_type"),
    ("return_token_ids", "x", "invalid_type"), ("request_id", "a b", "invalid_value"), ("nobody", 1, "unknown_field"), ("model", 5, "invalid_type"),
    ("response_format", {"type": "json_object"}, "unsupported_parameter"), ("suffix", "x", "unsupported_parameter"), ("logprobs", 1, "unsupported_parameter"), ("echo", True, "unsupported_parameter"),
    ("prompt_embeds", "x", "unsupported_parameter"), ("guided_json", {}, "unsupported_parameter"), ("structured_outputs", {"json": {}}, "unsupported_parameter"),
    ("allowed_token_ids", [1], "unsupported_parameter"), ("bad_words", ["x"], "unsupported_parameter"), ("use_beam_search", True, "unsupported_parameter"),
    ("messages", [], "unknown_field"), ("store", True, "unsupported_parameter"), ("truncate_prompt_tokens", 5, "unsupported_parameter"),
]

# fields over CHAT, code, param
CHATS = [
    ({"messages": None}, "invalid_type", "messages"), ({"messages": []}, "invalid_value", "messages"), ({"messages": "x"}, "invalid_type", "messages"),
    ({"messages": [CHAT["messages"][0]] * 100000}, "invalid_value", "messages"), ({"messages": [None]}, "invalid_type", "messages[0]"),
    ({"messages": [CHAT["messages"][0]] * 3 + [{"role": "wizard", "content": "x"}]}, "invalid_value", "messages[3].role"),
    ({"messages": [{"role": "function", "name": "f", "content": "x"}]}, "invalid_value", "messages[0].role"),
    ({"messages": [{"content": "x"}]}, "missing_field", "messages[0].role"),
    ({"messages": [{"role": "user"}]}, "missing_field", "messages[0].content"),
    ({"messages": [{"role": "user", "content": None}]}, "invalid_type", "messages[0].content"),
    ({"messages": [{"role": "user", "content": 5}]}, "invalid_type", "messages[0].content"),
    ({"messages": [{"role": "user", "content": "x", "task": "action"}]}, "unknown_field", "messages[0].task"),
    ({"messages": [{"role": "user", "content": "x", "wo_eos": True}]}, "unknown_field", "messages[0].wo_eos"),
    ({"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "file:///etc/passwd"}}]}]},
     "unsupported_parameter", "messages[0].content[0].type"),
    ({"messages": [{"role": "user", "content": [{"type": "text"}]}]}, "missing_field", "messages[0].content[0].text"),
    ({"messages": [{"role": "assistant", "content": "a", "reasoning": "b", "reasoning_content": "c"}]}, "invalid_value", "messages[0].reasoning"),
    ({"messages": [CHAT["messages"][0], {"role": "tool", "tool_call_id": "c9", "content": "x"}]}, "invalid_value", "messages[1].tool_call_id"),
    ({"messages": [{"role": "assistant", "content": None, "tool_calls": [CALL | {"function": {"name": "f", "arguments": "{"}}]}]},
     "invalid_value", "messages[0].tool_calls[0].function.arguments"),
    ({"messages": [{"role": "assistant", "content": None}]}, "invalid_type", "messages[0].content"),
    ({"messages": [{"role": "assistant", "content": "x", "prefix": True}, CHAT["messages"][0]]}, "invalid_value", "messages"),
    ({"chat_template": "x"}, "unsupported_parameter", "chat_template"),
    ({"chat_template_kwargs": {"tokenize": True}}, "unknown_field", "chat_template_kwargs.tokenize"),
    ({"chat_template_kwargs": {"thinking": True, "enable_thinking": False}}, "invalid_value", "chat_template_kwargs.enable_thinking"),
    ({"chat_template_kwargs": {"thinking": 1}}, "invalid_type", "chat_template_kwargs.thinking"),
    ({"thinking": {"type": "maybe"}}, "invalid_value", "thinking.type"), ({"reasoning_effort": "huge"}, "invalid_value", "reasoning_effort"),
    ({"reasoning_effort": ""}, "invalid_value", "reasoning_effort"),
    ({"logprobs": True}, "unsupported_parameter", "logprobs"), ({"top_logprobs": 5}, "unsupported_parameter", "top_logprobs"),
    ({"response_format": {"type": "json_object"}}, "unsupported_parameter", "response_format.type"),
    ({"response_format": {"type": "yaml"}}, "invalid_schema", "response_format.type"), ({"response_format": "x"}, "invalid_schema", "response_format"),
    ({"tools": [TOOL, TOOL]}, "invalid_tool", "tools[1]"), ({"tools": [{"type": "function", "function": {"name": ""}}]}, "invalid_tool", "tools[0]"),
    ({"tools": [{"type": "function", "function": {"name": "a b"}}]}, "invalid_tool", "tools[0]"),
    ({"tools": [{"type": "function", "function": {"name": "x" * 10000}}]}, "invalid_tool", "tools[0]"),
    ({"tools": [{"type": "function", "function": {"name": "f", "parameters": {"type": ["object"]}}}]}, "invalid_tool", "tools[0]"),
    ({"tools": [{"type": "function", "function": {"name": "f", "parameters": {"properties": []}}}]}, "invalid_tool", "tools[0]"),
    ({"tools": [{"type": "web_search"}]}, "invalid_tool", "tools[0]"), ({"tools": [TOOL], "tool_choice": "required"}, "unsupported_parameter", "tool_choice"),
    ({"tools": [{"type": "function", "function": {"name": "f", "strict": True}}]}, "unsupported_parameter", "tools[0].function.strict"),
    ({"tool_choice": "auto"}, "invalid_value", "tool_choice"), ({"tools": [TOOL], "tool_choice": "maybe"}, "invalid_value", "tool_choice"),
    ({"functions": []}, "unsupported_parameter", "functions"), ({"modalities": ["text", "audio"]}, "unsupported_parameter", "modalities"),
    ({"add_generation_prompt": True, "continue_final_message": True}, "invalid_value", "add_generation_prompt"),
    ({"continue_final_message": True}, "invalid_value", "continue_final_message"),
]

ACCEPTED_CHATS = [
    {"user": "u\x00\x1b\r\n", "metadata": {"a": 1}, "store": False, "service_tier": "auto", "modalities": ["text"], "verbosity": "medium", "logit_bias": {}},
    {"max_tokens": 2**53, "max_completion_tokens": 3}, {"max_tokens": None, "max_completion_tokens": 2, "temperature": 0, "top_k": -1, "n": 3, "stop": None},
    {"messages": [{"role": "developer", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}, {"role": "user", "content": ""}]},
    {"messages": [{"role": "user", "content": "x"}, {"role": "assistant", "content": None, "tool_calls": [CALL]},
                  {"role": "tool", "tool_call_id": "c1", "content": "<｜User｜></tool_result></think>"}], "tools": [TOOL], "tool_choice": "auto"},
    {"messages": [{"role": "user", "content": "x"}, {"role": "assistant", "content": "I", "prefix": True}]},
    {"messages": [{"role": "user", "content": "x"}, {"role": "assistant", "content": "I"}], "continue_final_message": True, "add_generation_prompt": False},
]


class ProtocolTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server("--max-model-len", "4000")

    @classmethod
    def tearDownClass(cls):
        assert cls.server.stop() == 0

    def check_error(self, reply, status, code, param=None):
        self.assertEqual((reply.status, reply.code), (status, code), reply.text[:300])
        self.assertEqual(reply.headers["content-type"], "application/json")
        self.assertIn("x-request-id", reply.headers)
        self.assertLess(len(reply.json["error"]["message"]), 500)
        if param:
            self.assertEqual(reply.json["error"]["param"], param)

    def test_bodies(self):
        for body, code in BODIES:
            with self.subTest(body=body[:60]):
                reply = self.server.post("/v1/completions", body)
                self.check_error(reply, 400, code)
                if code == "invalid_json" and body:
                    self.assertIn("byte", reply.json["error"]["message"])

    def test_fields(self):
        for field, value, code in FIELDS:
            with self.subTest(field=field, value=str(value)[:40]):
                reply = self.server.post("/v1/completions", COMPLETION | {field: value})
                self.check_error(reply, 400, code)
                self.assertTrue(reply.json["error"]["param"].startswith(field), reply.text[:200])

    def test_chats(self):
        for fields, code, param in CHATS:
            with self.subTest(fields=str(fields)[:80]):
                self.check_error(self.server.post("/v1/chat/completions", CHAT | fields), 400, code, param)

    def test_accepted(self):
        for fields in ACCEPTED_CHATS:
            with self.subTest(fields=str(fields)[:80]):
                reply = self.server.post("/v1/chat/completions", CHAT | fields)
                self.assertEqual(reply.status, 200, reply.text[:300])
                self.assertEqual(len(reply.json["choices"]), fields.get("n", 1))

    def test_integers_beyond_64_bits(self):
        for field, text in (("max_tokens", "a 64-bit integer of at least 1"), ("seed", "a 64-bit integer")):
            message = self.server.post("/v1/completions", COMPLETION | {field: 2**63}).json["error"]["message"]
            self.assertEqual(message, f"{field} must be {text}, got {2**63}")

    def test_formats_of_completions(self):
        reply = self.server.post("/v1/completions", COMPLETION | {"response_format": {"type": "text"}})
        self.assertEqual(reply.status, 200, reply.text[:300])

    def test_model_names(self):
        self.check_error(self.server.post("/v1/completions", COMPLETION | {"model": "gpt"}), 404, "model_not_found", "model")
        self.assertEqual(self.server.get("/v1/models").json["data"][0]["id"], "tiny")
        self.assertEqual(self.server.get("/v1/models/tiny").json["max_model_len"], 4000)
        self.check_error(self.server.get("/v1/models/gpt"), 404, "model_not_found")
        self.check_error(self.server.get("/nothing"), 404, "not_found")

    def test_context(self):  # B41
        reply = self.server.post("/v1/completions", {"prompt": [5] * 4000})
        self.check_error(reply, 400, "context_length_exceeded")
        self.assertEqual(reply.json["error"]["message"].count("4000"), 2)
        reply = self.server.post("/v1/completions", {"prompt": [5] * 3998, "max_tokens": 100}).json
        self.assertEqual((reply["usage"]["completion_tokens"], reply["choices"][0]["finish_reason"]), (2, "length"))

    def test_ids_in_and_out(self):
        reply = self.server.post("/v1/completions", {"prompt": [7, 8, 9], "max_tokens": 5, "return_token_ids": True}).json
        self.assertEqual(reply["choices"][0]["prompt_token_ids"], [7, 8, 9])
        ids = reply["choices"][0]["token_ids"]
        self.assertEqual(len(ids), 5)
        text = self.server.post("/detokenize", {"tokens": ids}).json["prompt"]
        self.assertEqual(text, reply["choices"][0]["text"])
        self.assertTrue(stub_text([7, 8, 9]).startswith(text))
        for prompt in ([-1], [4096], [1.0], ["a", 1]):
            self.assertEqual(self.server.post("/v1/completions", {"prompt": prompt}).status, 400)

    def test_prompts_and_n(self):
        reply = self.server.post("/v1/completions", {"prompt": ["a", "b", ""], "n": 2, "max_tokens": 6}).json
        texts = [c["text"] for c in sorted(reply["choices"], key=lambda c: c["index"])]
        for i, prompt in enumerate(("a", "b", "")):
            ids = self.server.post("/tokenize", {"prompt": prompt}).json["tokens"]
            for k in range(2):
                self.assertTrue(stub_text(ids).startswith(texts[2 * i + k]))
        self.assertEqual(reply["usage"]["completion_tokens"], 36)
        too_many = self.server.post("/v1/completions", {"prompt": ["a"] * 100, "n": 16})
        self.check_error(too_many, 400, "invalid_value", "n")

    def test_tokenize(self):
        post = lambda body: self.server.post("/tokenize", body)
        plain = post({"prompt": "</think>"}).json
        special = post({"prompt": "</think>", "parse_special": True, "return_token_strs": True}).json
        self.assertGreater(plain["count"], 2)
        self.assertEqual(special["tokens"], [0, 4053])
        self.assertEqual(special["token_strs"][1], "</think>")
        self.assertEqual(post({"prompt": "a", "add_special_tokens": False}).json["count"], 1)
        user = {"role": "user", "content": "</think>"}
        on = post({"messages": [user]}).json["tokens"]
        off = post({"messages": [user], "chat_template_kwargs": {"thinking": False}}).json["tokens"]
        self.assertEqual((on[:2], on[-2:]), ([0, 4034], [4035, 4052]))
        self.assertEqual(off, on[:-1] + [4053])
        self.assertEqual(on[2:-2], plain["tokens"][1:])  # a user's spelling is text
        for how in ({"thinking": {"type": "disabled"}}, {"reasoning_effort": "none"}, {"chat_template_kwargs": {"enable_thinking": False}}):
            self.assertEqual(post({"messages": [user]} | how).json["tokens"], off)
        self.assertEqual(post({"messages": [user], "add_generation_prompt": False}).json["tokens"], on[:-2])
        for bad, code in (({}, "missing_field"), ({"prompt": "a", "messages": [user]}, "unsupported_parameter"), ({"prompt": "a", "x": 1}, "unknown_field"),
                          ({"prompt": "a", "model": "b"}, "model_not_found")):
            self.assertEqual(post(bad).code, code)
        for bad in ([-1], [4096], ["a"], "a"):
            self.assertEqual(self.server.post("/detokenize", {"tokens": bad}).status, 400)

    def test_request_ids(self):
        self.assertEqual(self.server.get("/health", headers={"X-Request-Id": "my.id-1"}).headers["x-request-id"], "my.id-1")
        self.assertNotEqual(self.server.get("/health", headers={"X-Request-Id": "a b"}).headers["x-request-id"], "a b")
        self.assertEqual(self.server.post("/v1/completions", COMPLETION | {"request_id": "r1"}).json["id"], "cmpl-r1")


class KeysTest(unittest.TestCase):
    def test_keys(self):  # B21-B23
        server = Server("--api-key", "secret", "--api-key", "other")
        try:
            get = lambda path, value: server.get(path, headers={} if value is None else {"Authorization": value})
            bodies = set()
            for value in (None, "", "Bearer", "Bearer ", "Bearer secre", "Bearer secrets", "Basic secret", "secret", "Bearer  secret"):
                for path in ("/v1/models", "/metrics", "/version", "/nothing", "//v1/models", "/V1/models"):
                    reply = get(path, value)
                    self.assertEqual((reply.status, reply.code), (401, "invalid_api_key"), (path, value))
                    self.assertEqual(reply.headers["www-authenticate"], "Bearer")
                    bodies.add(reply.body)
            self.assertEqual(len(bodies), 1)
            for value in ("Bearer secret", "bearer other"):
                self.assertEqual(get("/v1/models", value).status, 200)
                self.assertEqual(get("/nothing", value).status, 404)
            for path in ("/health", "/ping", "/ready"):
                self.assertEqual(get(path, None).status, 200)
            for path, status in (("/v1/models", 204), ("/health", 204), ("/nothing", 401)):
                self.assertEqual(server.request("OPTIONS", path).status, status, path)
            two = server.raw(b"GET /v1/models HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer secret\r\nAuthorization: Bearer no\r\n\r\n")
            self.assertTrue(two.startswith(b"HTTP/1.1 401"))
            self.assertNotIn("secret", "".join(server.log))
        finally:
            self.assertEqual(server.stop(), 0)


class PlayTest(unittest.TestCase):
    """Reasoning, content, tool calls and stops, played by the stub."""

    def play(self, text, body, *flags):
        import tempfile
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
            file.write(text)
            file.flush()
            server = Server("--stub-text-file", file.name, *flags)
            try:
                plain = server.post("/v1/chat/completions", {"messages": [{"role": "user", "content": "x"}]} | body)
                streamed = server.post("/v1/chat/completions", {"messages": [{"role": "user", "content": "x"}], "stream": True} | body)
            finally:
                self.assertEqual(server.stop(), 0)
        self.assertEqual((plain.status, streamed.status), (200, 200), plain.text)
        choice = plain.json["choices"][0]
        chunks, done = events(streamed.text)
        self.assertTrue(done)
        self.assertEqual(chunks[0]["choices"][0]["delta"], {"role": "assistant", "content": ""})
        joined = {"content": "", "reasoning_content": "", "reasoning": ""}
        calls = []
        for chunk in chunks:
            delta = chunk["choices"][0]["delta"]
            for key in joined:
                joined[key] += delta.get(key) or ""
            calls += delta.get("tool_calls", [])
        message = choice["message"]
        self.assertEqual(joined["content"], message["content"] or "")
        self.assertEqual(joined["reasoning_content"], message.get("reasoning_content", ""))
        self.assertEqual(joined["reasoning"], joined["reasoning_content"])
        self.assertEqual([c["index"] for c in calls], list(range(len(calls))))
        self.assertEqual([c["function"] for c in calls], [c["function"] for c in message.get("tool_calls", [])])
        last = chunks[-1]["choices"][0]
        self.assertEqual((last["delta"], last["finish_reason"], last["stop_reason"]), ({}, choice["finish_reason"], choice["stop_reason"]))
        return choice, plain.json["usage"]

    def test_reasoning_and_content(self):
        choice, usage = self.play("Let me 想.</think>\n\nYes, 好的 ✓", {})
        self.assertEqual(choice["message"]["reasoning_content"], "Let me 想.")
        self.assertEqual(choice["message"]["content"], "\n\nYes, 好的 ✓")
        self.assertEqual((choice["finish_reason"], choice["stop_reason"]), ("stop", None))
        self.assertGreater(usage["completion_tokens_details"]["reasoning_tokens"], 3)
        choice, _ = self.play("Let me 想.</think>\n\nYes", {"include_reasoning": False})
        self.assertNotIn("reasoning_content", choice["message"])
        choice, _ = self.play("a</think>b", {"skip_special_tokens": False})
        self.assertEqual(choice["message"]["content"], "a</think>b<｜end▁of▁sentence｜>".removesuffix("<｜end▁of▁sentence｜>"))

    def test_tool_call(self):
        text = ('Sure.\n\n<｜DSML｜tool_calls>\n<｜DSML｜invoke name="f">\n<｜DSML｜parameter name="city" string="true">Paris</｜DSML｜parameter>\n'
                '</｜DSML｜invoke>\n</｜DSML｜tool_calls>')
        choice, _ = self.play(text, {"tools": [TOOL], "reasoning_effort": "none"})
        self.assertEqual(choice["finish_reason"], "tool_calls")
        self.assertEqual(choice["message"]["content"], "Sure.")
        call = choice["message"]["tool_calls"][0]
        self.assertRegex(call["id"], r"^call_[A-Za-z0-9]{24}$")
        self.assertEqual(json.loads(call["function"]["arguments"]), {"city": "Paris"})

    def test_stop_strings(self):
        body = {"reasoning_effort": "none", "stop": ["STOP", "ENOUGH"]}
        choice, _ = self.play("One two ST three STOP four", body)
        self.assertEqual((choice["message"]["content"], choice["finish_reason"], choice["stop_reason"]), ("One two ST three ", "stop", "STOP"))
        choice, _ = self.play("One two STOP four", body | {"include_stop_str_in_output": True})
        self.assertEqual(choice["message"]["content"], "One two STOP")
        choice, _ = self.play("STOP it</think>fine ST", {"stop": "STOP"})  # not in reasoning
        self.assertEqual((choice["message"]["reasoning_content"], choice["message"]["content"]), ("STOP it", "fine ST"))
        choice, _ = self.play("a b c", {"reasoning_effort": "none", "stop_token_ids": [258]})
        self.assertEqual(choice["message"]["content"], "a b c")

    def test_stop_strings_wait_for_min_tokens(self):
        # Every letter is a token of its own here.
        body = {"reasoning_effort": "none", "stop": "z", "max_tokens": 9}
        choice, usage = self.play("zqzqzqzqz", body | {"min_tokens": 3})
        self.assertEqual((choice["message"]["content"], choice["stop_reason"], usage["completion_tokens"]), ("zqzq", "z", 5))
        choice, usage = self.play("zqzqzqzqz", body)
        self.assertEqual((choice["message"]["content"], usage["completion_tokens"]), ("", 1))

    def test_ignore_eos_goes_on(self):
        body = {"reasoning_effort": "none", "ignore_eos": True, "max_tokens": 6}
        choice, usage = self.play("zq<｜end▁of▁sentence｜><｜User｜>zq", body)
        self.assertEqual((choice["message"]["content"], choice["finish_reason"], usage["completion_tokens"]), ("zqzq", "length", 6))


if __name__ == "__main__":
    unittest.main()
