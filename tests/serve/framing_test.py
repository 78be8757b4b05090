"""Bytes that are no proper HTTP, and HTTP that is meant to hurt: one answer, then close; never a dead server."""
import json
import re
import socket
import time
import unittest

from harness import Server, post_bytes, read_all, responses

HEALTH = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
HEAD = b"POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
SMUGGLED = b"GET /v1/models HTTP/1.1\r\nHost: x\r\n\r\n"
BODY = b'{"prompt":"a"}'


def with_header(line):
    return b"GET /health HTTP/1.1\r\nHost: x\r\n" + line + b"\r\n\r\n"


def chunked(body):
    return HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + body


# name, bytes, allowed statuses, code (None: any)
REFUSED = [
    ("B1 length and chunked", HEAD + b"Content-Length: 14\r\nTransfer-Encoding: chunked\r\n\r\n" + BODY, {400}, "bad_framing"),
    ("B2 two lengths", HEAD + b"Content-Length: 14\r\nContent-Length: 15\r\n\r\n" + BODY, {400}, "bad_framing"),
    ("B2 equal lengths", HEAD + b"Content-Length: 14\r\nContent-Length: 14\r\n\r\n" + BODY, {400}, "bad_framing"),
    *[("B2 length " + v.decode(), HEAD + b"Content-Length: " + v + b"\r\n\r\n" + BODY, {400}, "bad_framing")
      for v in (b"5, 6", b"+5", b"-1", b"0x10", b"5abc", b"9" * 24, b"")],
    *[("B3 coding " + v.decode(), HEAD + b"Transfer-Encoding: " + v + b"\r\n\r\n" + BODY, {400, 501}, "bad_framing")
      for v in (b"xchunked", b"chunked, gzip", b"gzip, chunked", b"identity", b"chunked, chunked")],
    ("B3 space before colon", HEAD + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", {400, 501}, "bad_framing"),
    ("B3 coding in HTTP/1.0", HEAD.replace(b"1.1", b"1.0") + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", {400}, "bad_framing"),
    *[("B4 chunk size " + v.decode(), chunked(v + b"\r\n" + BODY + b"\r\n0\r\n\r\n"), {400}, "bad_framing")
      for v in (b"-1", b"+4", b"0x4", b"zz", b"1" * 17, b"")],
    ("B4 more data than size", chunked(b"4\r\n" + BODY + b"\r\n0\r\n\r\n"), {400}, "bad_framing"),
    ("B4 extension of 64 KiB", chunked(b"e;" + b"x" * 65536 + b"\r\n" + BODY + b"\r\n0\r\n\r\n"), {400}, "bad_framing"),
    ("B6 length 9e18", HEAD + b"Content-Length: 9000000000000000000\r\n\r\n", {413}, "body_too_large"),
    ("B6 length cap + 1", HEAD + b"Content-Length: 1000001\r\n\r\n", {413}, "body_too_large"),
    ("B7 chunks over the cap", chunked(b"80000\r\n" + b" " * 0x80000 + b"\r\n80000\r\n" + b" " * 0x80000 + b"\r\n"), {413}, "body_too_large"),
    ("B10 long URI", b"GET /" + b"a" * 65536 + b" HTTP/1.1\r\nHost: x\r\n\r\n", {414}, "uri_too_long"),
    ("B12 header of 16 KiB", with_header(b"X: " + b"a" * 16384), {431}, "headers_too_large"),
    ("B12 header of 8 MiB", with_header(b"X: " + b"a" * (8 << 20)), {431}, "headers_too_large"),
    ("B12 10,000 headers", with_header(b"\r\n".join(b"X%d: 1" % i for i in range(10000))), {431}, "headers_too_large"),
    ("B12 101 headers", with_header(b"\r\n".join(b"X%d: 1" % i for i in range(101))), {431}, "headers_too_large"),
    ("B13 flood with a request inside", with_header(b"X: " + b"a" * 16384) + SMUGGLED, {431}, None),
    ("B13 refused body", HEAD.replace(b"/json", b"/xml") + b"Content-Length: %d\r\n\r\n" % len(SMUGGLED) + SMUGGLED, {415}, None),
    ("B14 no Host", b"GET /health HTTP/1.1\r\n\r\n", {400}, "bad_host"),
    ("B14 two Hosts", b"GET /health HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", {400}, "bad_host"),
    ("B14 odd Host", b"GET /health HTTP/1.1\r\nHost: x/?a=\r\n\r\n", {400}, "bad_host"),
    ("B15 NUL", with_header(b"X: a\0b"), {400}, "bad_header"),
    ("B15 bare CR", with_header(b"X: a\rb"), {400}, "bad_header"),
    ("B15 bare LF", b"GET /health HTTP/1.1\nHost: x\n\n", {400}, "bad_header"),
    ("B15 folded", with_header(b"X: a\r\n b"), {400}, "bad_header"),
    ("B15 no colon", with_header(b"nonsense"), {400}, "bad_header"),
    ("B15 space first", b"GET /health HTTP/1.1\r\n Host: x\r\n\r\n", {400}, "bad_header"),
    ("B16 HTTP/9.9", b"GET /health HTTP/9.9\r\nHost: x\r\n\r\n", {400, 505}, None),
    ("B16 HTTP/0.9", b"GET /health\r\n\r\n", {400, 505}, None),
    ("B16 h2 preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {400, 505}, None),
    ("B16 TLS hello", bytes.fromhex("16030100c8010000c40303") + b"\x17" * 60, {400}, None),
    ("B16 random bytes", bytes(range(128, 256)) * 4, {400}, None),
]

# A proper request line; refused or answered without a sign of trouble.
STATUS = [
    *[("B11 " + m.decode(), m + b" /health HTTP/1.1\r\nHost: x\r\n\r\n", {405}) for m in (b"BREW", b"DELETE", b"TRACE", b"PUT")],
    ("B11 CONNECT", b"CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n", {404, 405, 501}),
    ("B11 GET on POST", b"GET /v1/completions HTTP/1.1\r\nHost: x\r\n\r\n", {405}),
    *[("B17 " + p.decode("latin1"), b"GET " + p + b" HTTP/1.1\r\nHost: x\r\n\r\n", {400, 404})
      for p in (b"/../../etc/passwd", b"/%2e%2e/etc/passwd", b"/health%00", b"/\xc0\xaf", b"/..\\etc", b"//health", b"/health/", b"/HEALTH", b"*")],
    ("B8 no length", HEAD + b"\r\n", {400, 411}),
    ("B18 gzip", post_bytes("/v1/completions", BODY, b"Content-Encoding: gzip\r\n"), {415}),
    ("B18 gzip second", post_bytes("/v1/completions", BODY, b"Content-Encoding: identity\r\nContent-Encoding: gzip\r\n"), {415}),
    ("B20 Expect", post_bytes("/v1/completions", BODY, b"Expect: 200-maybe\r\n"), {417}),
    ("absolute form", b"GET http://x/health HTTP/1.1\r\nHost: x\r\n\r\n", {200}),
    ("query", b"GET /health?x=1 HTTP/1.1\r\nHost: x\r\n\r\n", {200}),
    ("encoded path", b"GET /he%61lth HTTP/1.1\r\nHost: x\r\n\r\n", {200}),
]


class FramingTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server("--max-body-bytes", "1000000")

    @classmethod
    def tearDownClass(cls):
        assert cls.server.stop() == 0

    def tearDown(self):
        self.assertEqual(self.server.get("/health").status, 200)

    def test_refused_with_one_answer_and_closed(self):
        for name, data, statuses, code in REFUSED:
            with self.subTest(name):
                begin = time.monotonic()
                received = self.server.raw(data)
                self.assertLess(time.monotonic() - begin, 5)
                found = responses(received)
                self.assertEqual(len(found), 1, received[:300])
                self.assertIn(found[0], statuses)
                head, body = received.split(b"\r\n\r\n", 1)
                self.assertIn(b"Connection: close", head)
                error = json.loads(body)["error"]
                self.assertEqual(error["type"], "invalid_request_error")
                if code:
                    self.assertEqual(error["code"], code)

    def test_statuses(self):
        for name, data, statuses in STATUS:
            with self.subTest(name):
                received = self.server.raw(data, half_close=True)
                self.assertEqual(len(responses(received)), 1, received[:300])
                self.assertIn(responses(received)[0], statuses)
                if responses(received)[0] == 405:
                    self.assertIn(b"\r\nAllow: ", received)

    def test_head_and_options(self):
        received = self.server.raw(HEALTH.replace(b"GET", b"HEAD").replace(b"/health", b"/v1/models"), half_close=True)
        self.assertTrue(received.startswith(b"HTTP/1.1 200"))
        self.assertTrue(received.endswith(b"\r\n\r\n"))
        received = self.server.raw(b"OPTIONS /v1/completions HTTP/1.1\r\nHost: x\r\n\r\n", half_close=True)
        self.assertTrue(received.startswith(b"HTTP/1.1 204"))

    def test_content_types(self):  # B19
        for kind, status in (("text/plain", 415), ("", 415), ("application/json; charset=latin1", 415),
                             ("application/json", 200), ("Application/JSON; charset=utf-8", 200)):
            for path in ("/v1/completions", "/tokenize"):
                reply = self.server.post(path, {"prompt": "a"}, headers={"Content-Type": kind})
                self.assertEqual(reply.status, status, (kind, path))

    def test_short_body_then_half_close(self):  # B9
        received = self.server.raw(HEAD + b"Content-Length: 100\r\n\r\n" + BODY, half_close=True)
        self.assertIn(responses(received), ([], [400]))

    def test_chunked_body(self):
        for pieces in ([BODY], [BODY[i:i + 1] for i in range(len(BODY))]):
            body = b"".join(b"%x;ext=1\r\n%s\r\n" % (len(p), p) for p in pieces) + b"0\r\nTrailer: x\r\n\r\n"
            received = self.server.raw(chunked(body).replace(b"Host: x", b"Host: x\r\nConnection: close"))
            self.assertEqual(responses(received), [200])

    def test_many_small_chunks(self):  # B5
        before = self.server.rss_bytes()
        body = b"1\r\n \r\n" * 1_000_000 + b"e\r\n" + BODY + b"\r\n0\r\n\r\n"
        received = self.server.raw(chunked(body).replace(b"Host: x", b"Host: x\r\nConnection: close"), timeout=60)
        self.assertIn(responses(received)[0], (200, 400, 413))
        self.assertLess(self.server.rss_bytes() - before, 50 << 20)

    def test_expect_continue(self):
        with self.server.connect() as s:
            s.sendall(HEAD + b"Connection: close\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(BODY))
            self.assertTrue(s.recv(100).startswith(b"HTTP/1.1 100 Continue\r\n\r\n"))
            s.sendall(BODY)
            self.assertEqual(responses(read_all(s)), [200])

    def test_head_byte_by_byte(self):
        with self.server.connect() as s:
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for i in range(len(HEALTH)):
                s.sendall(HEALTH[i:i + 1])
            s.shutdown(socket.SHUT_WR)
            self.assertEqual(responses(read_all(s)), [200])

    def test_pipelined_requests_are_answered_in_order(self):
        ids = [b"id-%d" % i for i in range(50)]
        data = b""
        for i, name in enumerate(ids):
            extra = b"X-Request-Id: " + name + b"\r\n"
            data += post_bytes("/v1/completions", {"prompt": "a" * (i % 7 + 1), "max_tokens": 3, "stream": i % 3 == 0}, extra)
        data += b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        received = self.server.raw(data)
        self.assertEqual(responses(received), [200] * 51)
        self.assertEqual(re.findall(rb"X-Request-Id: (id-\d+)", received), ids)

    def test_keep_alive_and_http_1_0(self):
        with self.server.connect() as s:
            for _ in range(3):
                s.sendall(HEALTH)
                self.assertTrue(s.recv(4096).startswith(b"HTTP/1.1 200"))
        received = self.server.raw(b"GET /health HTTP/1.0\r\n\r\n")
        self.assertIn(b"Connection: close", received)
        body = json.dumps({"prompt": "a", "stream": True}).encode()
        received = self.server.raw(b"POST /v1/completions HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        self.assertTrue(received.endswith(b"data: [DONE]\n\n"))
        self.assertNotIn(b"chunked", received)


class DeadlineTest(unittest.TestCase):
    def test_drip_fed_heads_are_closed_and_do_not_disturb(self):  # S4
        server = Server()
        try:
            dripping = [server.connect() for _ in range(300)]
            for s in dripping:
                s.sendall(b"GET /health HT")
            begin = time.monotonic()
            slowest = 0.0
            while time.monotonic() - begin < 10.5:
                asked = time.monotonic()
                self.assertEqual(server.get("/health").status, 200)
                slowest = max(slowest, time.monotonic() - asked)
                for s in dripping[:20]:
                    try:
                        s.sendall(b"T")
                    except OSError:
                        pass
                time.sleep(0.5)
            self.assertLess(slowest, 1)
            for s in dripping:
                s.settimeout(2)
                read_all(s)  # ends: the server has closed
                s.close()
            self.assertLess(time.monotonic() - begin, 20)
        finally:
            self.assertEqual(server.stop(), 0)


if __name__ == "__main__":
    unittest.main()
