"""Many streams at once, clients that leave, clients that do not read, a full queue, and the end of the server."""
import concurrent.futures
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest

from harness import BINARY, TEXT, Server, events, post_bytes, read_all, stub_text


def completion(prompt, **fields):
    return {"prompt": prompt, "max_tokens": 40, "stream": True} | fields


class StreamsTest(unittest.TestCase):
    def test_streams_are_never_mixed_up(self):
        server = Server("--stub-delay-ms", "2", "--max-num-batched-tokens", "64")
        try:
            bos_and = lambda i: [0] + [3 + (i * 7 + k) % 250 for k in range(1 + i % 90)]

            def run(i):
                body = completion(bos_and(i), max_tokens=20 + i % 30)
                reply = server.post("/v1/completions", body if i % 3 else body | {"stream": False}, timeout=60)
                self.assertEqual(reply.status, 200)
                if i % 3 == 0:
                    return reply.json["choices"][0]["text"]
                chunks, done = events(reply.text)
                self.assertTrue(done)
                self.assertEqual(len({c["id"] for c in chunks}), 1)
                return "".join(c["choices"][0]["text"] for c in chunks)

            with concurrent.futures.ThreadPoolExecutor(64) as pool:
                texts = list(pool.map(run, range(256)))
            for i, text in enumerate(texts):
                self.assertGreater(len(text), 15)
                self.assertTrue(stub_text(bos_and(i)).startswith(text), (i, text))
            self.assertEqual(server.gauge("vllm:num_requests_running"), 0)
        finally:
            self.assertEqual(server.stop(), 0)

    def test_leaving_frees_the_work(self):  # S1, S2
        server = Server("--stub-delay-ms", "20", "--stub-prefill-ms-per-1k", "1000", "--max-num-seqs", "2")
        try:
            phases = {"prefill": completion([5] * 3000, max_tokens=1000), "decode": completion([5], max_tokens=100000),
                      "plain": completion([5], max_tokens=100000, stream=False)}
            for name, body in phases.items():
                with self.subTest(name):
                    gone = [server.connect() for _ in range(4)]  # two run, two wait
                    for s in gone:
                        s.sendall(post_bytes("/v1/completions", body))
                    if name == "decode":
                        self.assertTrue(select.select(gone, [], [], 10)[0])  # a first token
                    self.assertTrue(server.wait_for_load(2, 2))
                    for s in gone:
                        s.close()
                    took = server.wait_until_idle(2)
                    self.assertIsNotNone(took)
            # A stream beside it is not touched by a hundred that come and go.
            stays = {}
            thread = threading.Thread(target=lambda: stays.update(reply=server.post("/v1/completions", completion([9], max_tokens=60))))
            thread.start()
            for _ in range(100):
                with server.connect() as s:
                    s.sendall(post_bytes("/v1/completions", completion([5] * 200)))
            thread.join()
            chunks, done = events(stays["reply"].text)
            self.assertTrue(done)
            self.assertTrue(stub_text([9]).startswith("".join(c["choices"][0]["text"] for c in chunks)))
            self.assertIsNotNone(server.wait_until_idle(2))
            self.assertEqual(server.get("/load").json, {"server_load": 0})
        finally:
            self.assertEqual(server.stop(), 0)

    def test_a_reader_that_does_not_read_costs_bounded_memory(self):  # S3
        server = Server()
        try:
            before = server.rss_bytes()
            lazy = []
            for _ in range(4):
                s = socket.socket()
                s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
                s.connect(("127.0.0.1", server.port))
                s.sendall(post_bytes("/v1/completions", completion([5], max_tokens=1_000_000, return_token_ids=True)))
                lazy.append(s)
            time.sleep(3)
            self.assertEqual(server.gauge("vllm:num_requests_running"), 4)  # paused, not dropped
            self.assertLess(server.rss_bytes() - before, 60 << 20)
            begin = time.monotonic()
            reply = server.post("/v1/completions", completion([6], max_tokens=200))
            self.assertTrue(events(reply.text)[1])
            self.assertLess(time.monotonic() - begin, 2)
            lazy[0].settimeout(5)
            got = b""
            while len(got) < 4_000_000:  # it goes on when it is read
                got += lazy[0].recv(1 << 16)
            for s in lazy:
                s.close()
            self.assertIsNotNone(server.wait_until_idle(2))
        finally:
            self.assertEqual(server.stop(), 0)

    def test_full_queue(self):  # B59
        server = Server("--stub-delay-ms", "50", "--max-num-seqs", "1", "--max-num-queued-reqs", "2")
        try:
            open_ones = [server.connect() for _ in range(3)]
            for s in open_ones:
                s.sendall(post_bytes("/v1/completions", completion([5], max_tokens=10000)))
            self.assertTrue(server.wait_for_load(1, 2))
            begin = time.monotonic()
            reply = server.post("/v1/completions", completion([5]))
            self.assertLess(time.monotonic() - begin, 1)
            self.assertEqual((reply.status, reply.code), (429, "queue_full"))
            self.assertGreaterEqual(int(reply.headers["retry-after"]), 1)
            self.assertEqual(server.post("/v1/completions", completion([5], n=2)).status, 429)
            for s in open_ones:
                s.close()
            self.assertIsNotNone(server.wait_until_idle(2))
            self.assertEqual(server.post("/v1/completions", completion([5], max_tokens=2)).status, 200)
        finally:
            self.assertEqual(server.stop(), 0)

    def test_more_connections_than_allowed(self):  # S5
        server = Server("--max-connections", "4", "--stub-delay-ms", "20")
        try:
            idle = [server.connect() for _ in range(3)]
            busy = server.connect()
            busy.sendall(post_bytes("/v1/completions", completion([5], max_tokens=100000)))
            busy.recv(100)
            begin = time.monotonic()
            for _ in range(4):  # each takes the place of an idle one
                self.assertEqual(server.get("/health").status, 200)
            self.assertLess(time.monotonic() - begin, 3)
            idle[0].settimeout(3)
            self.assertEqual(idle[0].recv(100), b"")
            self.assertTrue(busy.recv(100))
            for s in [*idle, busy]:
                s.close()
        finally:
            self.assertEqual(server.stop(), 0)

    def test_usage_and_keep_alive_comments(self):
        server = Server("--stub-delay-ms", "300", "--sse-keepalive", "0.1")
        try:
            body = completion([5], max_tokens=2, stream_options={"include_usage": True})
            text = server.post("/v1/completions", body).text
            self.assertIn(": keep-alive\n\n", text)
            chunks, done = events(text)
            self.assertTrue(done)
            self.assertTrue(all(c["usage"] is None for c in chunks[:-1]))
            self.assertEqual((chunks[-1]["choices"], chunks[-1]["usage"]["total_tokens"]), ([], 3))
            body = completion([5], max_tokens=2, stream_options={"continuous_usage_stats": True})
            chunks, _ = events(server.post("/v1/completions", body).text)
            self.assertEqual([c["usage"]["completion_tokens"] for c in chunks], [1, 2, 2])
        finally:
            self.assertEqual(server.stop(), 0)

    def test_a_thousand_streams(self):
        server = Server("--stub-delay-ms", "50")
        try:
            sockets = [server.connect(timeout=60) for _ in range(1000)]
            for i, s in enumerate(sockets):
                s.sendall(post_bytes("/v1/completions", completion([3 + i % 250, 4], max_tokens=30), b"Connection: close\r\n"))
            asked = time.monotonic()
            self.assertEqual(server.get("/health").status, 200)
            self.assertLess(time.monotonic() - asked, 1)
            for i, s in enumerate(sockets):
                data = read_all(s).decode()
                s.close()
                self.assertTrue(data.endswith("data: [DONE]\n\n\r\n0\r\n\r\n"), data[-80:])
            with open(f"/proc/{server.process.pid}/status") as status:
                threads = [line for line in status if line.startswith("Threads")][0]
            self.assertLess(int(threads.split()[1]), 10)
        finally:
            self.assertEqual(server.stop(), 0)


class IdsOnlyTest(unittest.TestCase):
    def test_without_tokenizer(self):
        server = Server("--skip-tokenizer-init", "--max-model-len", "100", model=os.path.join(TEXT, "..", "v4_tiny"))
        try:
            reply = server.post("/v1/completions", {"prompt": [1, 2], "max_tokens": 4}).json
            self.assertEqual((reply["choices"][0]["text"], len(reply["choices"][0]["token_ids"])), ("", 4))
            chunks, done = events(server.post("/v1/completions", completion([1, 2], max_tokens=4)).text)
            ids = [i for c in chunks for i in c["choices"][0]["token_ids"]]  # in every chunk
            self.assertEqual((ids, done), (reply["choices"][0]["token_ids"], True))
            for path, body in (("/v1/completions", {"prompt": "a"}), ("/v1/completions", {"prompt": [1], "stop": "x"}),
                               ("/v1/chat/completions", {"messages": [{"role": "user", "content": "a"}]}),
                               ("/tokenize", {"prompt": "a"}), ("/detokenize", {"tokens": [1]})):
                refused = server.post(path, body)
                self.assertEqual((refused.status, refused.code), (400, "unsupported_parameter"), path)
        finally:
            self.assertEqual(server.stop(), 0)


class EndTest(unittest.TestCase):
    def test_drain(self):  # S12
        server = Server("--stub-delay-ms", "20")
        result = {}
        thread = threading.Thread(target=lambda: result.update(reply=server.post("/v1/completions", completion([5], max_tokens=150))))
        thread.start()
        self.assertTrue(server.wait_for_load(1, 0))
        server.process.send_signal(signal.SIGTERM)
        while (ready := server.get("/ready")).status == 200:
            time.sleep(0.01)
        self.assertEqual((ready.status, ready.json["status"]), (503, "draining"))
        self.assertIn("retry-after", ready.headers)
        refused = server.post("/v1/completions", completion([5]))
        self.assertEqual((refused.status, refused.code), (503, "draining"))
        self.assertEqual(server.get("/health").status, 200)
        thread.join()
        self.assertTrue(events(result["reply"].text)[1])
        self.assertEqual(server.process.wait(5), 0)

    def test_cut_at_the_deadline(self):  # B56
        server = Server("--stub-delay-ms", "20", "--shutdown-timeout", "0.3")
        with server.connect() as s:
            s.sendall(post_bytes("/v1/completions", completion([5], max_tokens=100000)))
            self.assertTrue(server.wait_for_load(1, 0))
            server.process.send_signal(signal.SIGINT)
            text = read_all(s).decode()
        self.assertIn('data: {"error":{', text)
        self.assertNotIn("[DONE]", text)
        self.assertFalse(text.endswith("0\r\n\r\n"))
        self.assertEqual(server.process.wait(5), 0)

    def test_second_signal_ends_at_once(self):
        server = Server("--stub-delay-ms", "20")
        with server.connect() as s:
            s.sendall(post_bytes("/v1/completions", completion([5], max_tokens=100000)))
            self.assertTrue(server.wait_for_load(1, 0))
            server.process.send_signal(signal.SIGTERM)
            while server.get("/ready").status == 200:
                time.sleep(0.01)
            server.process.send_signal(signal.SIGTERM)
            self.assertEqual(server.process.wait(2), 143)

    def test_port_is_free_again_after_kill(self):  # S13
        server = Server()
        with server.connect() as s:
            s.sendall(post_bytes("/v1/completions", completion([5], max_tokens=10)))
            s.recv(100)
            server.process.kill()
            server.process.wait()
        again = Server(port=server.port)
        self.assertEqual(again.stop(), 0)

    def test_generation_config(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in os.listdir(TEXT):
                shutil.copy(os.path.join(TEXT, name), folder)
            for text, problem in (("[]", "must be an object, is an array"), ('{"top_p": 2}', "top_p must be a number in (0, 1], got 2")):
                with open(os.path.join(folder, "generation_config.json"), "w") as file:
                    file.write(text)
                with self.assertRaisesRegex(RuntimeError, re.escape(f"generation_config.json: {problem}")):
                    Server(model=folder)

    def test_start_up_errors(self):
        def run(*arguments):
            done = subprocess.run([BINARY, "serve", *arguments], capture_output=True, text=True, timeout=20)
            return done.returncode, done.stderr.strip().splitlines()[-1]

        server = Server()
        try:
            code, message = run(TEXT, "--stub-engine", "--port", str(server.port))
            self.assertEqual(code, 1)
            self.assertIn(f"port {server.port} on 127.0.0.1 is already in use", message)
        finally:
            server.stop()
        self.assertEqual(run("/nowhere", "--stub-engine")[0], 1)
        self.assertEqual(run(TEXT)[0], 1)  # no checkpoint
        for flags in (["--nonsense"], ["--port", "99999"], ["--numerics", "fast"], ["--stub-delay-ms", "5"],
                      ["--numerics", "ideal", "--activations", "fp8"], ["--max-num-seqs", "0"]):
            self.assertEqual(run(TEXT, *flags)[0], 2, flags)


if __name__ == "__main__":
    unittest.main()
