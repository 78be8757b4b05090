#!/usr/bin/env python3
"""Asks a server that holds the tiny model for the continuations of the oracle's prompts and compares them token by token.

usage: ask_demo.py BASE_URL CASES.json SERVER_PID
"""
import json
import os
import sys
import time
import urllib.error
import urllib.request

base, cases_path, pid = sys.argv[1], sys.argv[2], int(sys.argv[3])


def post(path, body):
    request = urllib.request.Request(base + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=300) as reply:
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


def streamed_ids(text):
    ids = []
    for line in text.splitlines():
        if line.startswith("data: ") and line != "data: [DONE]":
            for choice in json.loads(line[6:])["choices"]:
                ids += choice.get("token_ids") or []
    return ids


wait_until_ready(60)
cases = json.load(open(cases_path))
different = 0
for name, expected in cases["greedy"]["ideal"].items():
    body = {"model": "tiny", "prompt": cases["prompts"][name]["ids"], "max_tokens": len(expected["tokens"]), "temperature": 0,
            "ignore_eos": True, "return_token_ids": True}
    plain = json.loads(post("/v1/completions", body))["choices"][0]["token_ids"]
    streamed = streamed_ids(post("/v1/completions", body | {"stream": True}))
    same = plain == expected["tokens"] and streamed == plain
    different += not same
    print(f"prompt {name}: {len(plain)} tokens, {'equal to the oracle, plain and streamed' if same else 'DIFFERENT'}")
    if not same:
        print(f"  expected {expected['tokens']}\n  plain    {plain}\n  streamed {streamed}")
sys.exit(1 if different else 0)
