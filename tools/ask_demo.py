#!/usr/bin/env python3
"""Asks a server that holds the bundled model five questions and checks the answers: plain (streamed too), with thinking, for a tool call, about
a long text, in JSON.

usage: ask_demo.py BASE_URL SERVER_PID
"""
import json
import os
import sys
import time
import urllib.error
import urllib.request

base, pid = sys.argv[1], int(sys.argv[2])

TOOLS = [{"type": "function", "function": {
    "name": "get_weather", "description": "Get the current weather for a city.",
    "parameters": {"type": "object", "properties": {"city": {"type": "string", "description": "The name of the city"}}, "required": ["city"]}}}]

FILLER = (
    "The market opens at eight in the morning.", "Most families know every rock along the coast.", "Good wood has to rest for five years.",
    "The bells ring every weekend, and then everything is lovely again.", "A narrow lane leads from the old bridge to the next village.",
    "The houses are small, but their windows are full of ivy.", "Gulls circle above the boats and wait for scraps.",
    "A ship brought wood, salt and honey cookies.", "The lamp above the bench flickers now and then.", "The library is lovely at noon.",
    "The scales are old, yet everyone trusts them.", "Ropes, nets and barrels lie everywhere.", "Somebody played a tune on a small accordion.",
)


def long_text():
    """About 1,700 tokens with three facts in them."""
    sentences = [FILLER[(7 * i) % len(FILLER)] for i in range(120)]
    for at, fact in ((20, "The code of the red lantern is 4821."), (55, "The code of the blue wagon is 1930."), (90, "The code of the green door is 7706.")):
        sentences.insert(at, fact)
    return "Text: " + " ".join(sentences)


def ask(content, system=None, thinking=False, **more):
    messages = ([{"role": "system", "content": system}] if system else []) + [{"role": "user", "content": content}]
    return {"model": "tiny", "messages": messages, "temperature": 0, "max_tokens": 400,
            "thinking": {"type": "enabled" if thinking else "disabled"}, **more}


# (what it shows, request, expected parts of the message)
QUESTIONS = [
    ("a question", ask("What is the capital of France?"), {"content": "The capital of France is Paris."}),
    ("thinking", ask("What is 47 * 36?", thinking=True), {"content": "47 * 36 = 1692"}),
    ("a tool call", ask("What is the weather in Oslo?", tools=TOOLS), {"tool_calls": [("get_weather", {"city": "Oslo"})]}),
    ("a fact in a long text", ask(long_text() + "\n\nWhat is the code of the blue wagon?"), {"content": "The code of the blue wagon is 1930."}),
    ("JSON", ask("Which element has the symbol Fe?", system="Answer in JSON."), {"json": {"answer": "iron"}}),
]


def post(path, body):
    request = urllib.request.Request(base + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=120) as reply:
        return reply.read().decode()


def wait_until_ready(seconds):
    for _ in range(seconds * 10):
        os.kill(pid, 0)  # raises when the server has died
        try:
            with urllib.request.urlopen(base + "/ready", timeout=5) as reply:
                if reply.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError):
            pass
        time.sleep(0.1)
    sys.exit("the server did not become ready")


def seen(message, key):
    if key == "tool_calls":
        return [(c["function"]["name"], json.loads(c["function"]["arguments"])) for c in message.get("tool_calls") or []]
    if key == "json":
        return json.loads(message["content"])
    return message["content"]


def streamed_content(body):
    text = ""
    for line in post("/v1/chat/completions", body | {"stream": True}).splitlines():
        if line.startswith("data: ") and line != "data: [DONE]":
            for choice in json.loads(line[6:])["choices"]:
                text += choice["delta"].get("content") or ""
    return text


wait_until_ready(60)
wrong = 0
for what, body, expected in QUESTIONS:
    message = json.loads(post("/v1/chat/completions", body))["choices"][0]["message"]
    question = body["messages"][-1]["content"]
    print(f"\n[{what}] {question if len(question) < 100 else question[:60] + ' ... ' + question.splitlines()[-1]}")
    if message.get("reasoning_content") or message.get("reasoning"):
        print(f"  (thinks) {message.get('reasoning_content') or message.get('reasoning')}")
    for key, value in expected.items():
        try:
            got = seen(message, key)
        except ValueError as error:
            got = f"{message['content']!r} ({error})"
        print("  " + {"tool_calls": lambda: ", ".join(f"{name}({json.dumps(arguments)})" for name, arguments in got), "json": lambda: json.dumps(got)}.get(
            key, lambda: got)())
        if got != value:
            wrong += 1
            print(f"  WRONG: expected {value}")
    if body["messages"][0]["role"] == "user" and "content" in expected and streamed_content(body) != message["content"]:
        wrong += 1
        print("  WRONG: the streamed answer is another one")
print(f"\n{len(QUESTIONS)} questions, {wrong} wrong")
sys.exit(1 if wrong else 0)
