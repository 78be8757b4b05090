"""A `nibble serve --stub-engine` to test against, and small clients for it. Python's standard library only."""
import hashlib
import http.client
import json
import os
import re
import signal
import socket
import struct
import subprocess
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BINARY = os.environ.get("NIBBLE_BINARY", os.path.join(ROOT, "build", "release", "nibble"))
TEXT = os.path.join(ROOT, "tests", "data", "text")  # holds the small tokenizer


class Server:
    """A running server on a free port. Its log is kept and printed when it dies."""

    def __init__(self, *flags, model=TEXT, stub=True, port=0):
        command = [BINARY, "serve", model, "--port", str(port), "--served-model-name", "tiny", *flags]
        if stub:
            command.append("--stub-engine")
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        self.log = []
        self.ready = threading.Event()
        self.port = None
        threading.Thread(target=self._read_log, daemon=True).start()
        if not self.ready.wait(60) or self.port is None:
            raise RuntimeError("the server did not become ready: " + "".join(self.log))

    def _read_log(self):
        with self.process.stderr as lines:
            for line in lines:
                self.log.append(line)
                match = re.search(r"ready: http://[^:]+:(\d+)/", line)
                if match:
                    self.port = int(match[1])
                    self.ready.set()
        self.ready.set()

    def alive(self):
        return self.process.poll() is None

    def stop(self, sig=signal.SIGTERM, timeout=20):
        if self.alive():
            self.process.send_signal(sig)
        return self.process.wait(timeout)

    def rss_bytes(self):
        if os.environ.get("NIBBLE_SANITIZE"):
            return 0  # a sanitizer keeps freed memory on purpose: nothing to measure
        with open(f"/proc/{self.process.pid}/status") as status:
            return int(re.search(r"VmRSS:\s+(\d+) kB", status.read())[1]) * 1024

    # Plain requests.
    def request(self, method, path, body=None, headers=None, timeout=30):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        data = body if body is None or isinstance(body, (bytes, str)) else json.dumps(body)
        if isinstance(data, str):
            data = data.encode()
        sent = {"Content-Type": "application/json"} if data is not None else {}
        connection.request(method, path, data, sent | (headers or {}))
        reply = connection.getresponse()
        text = reply.read()
        connection.close()
        return Reply(reply.status, dict((k.lower(), v) for k, v in reply.getheaders()), text)

    def post(self, path, body, **kwargs):
        return self.request("POST", path, body, **kwargs)

    def get(self, path, **kwargs):
        return self.request("GET", path, **kwargs)

    def gauge(self, name):
        for line in self.get("/metrics").text.splitlines():
            if line.startswith(name + "{"):
                return float(line.split()[-1])
        raise KeyError(name)

    def wait_for_load(self, running, waiting, seconds=10.0):
        """Waits until the engine has as many requests running and waiting; whether it came so."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if (self.gauge("vllm:num_requests_running"), self.gauge("vllm:num_requests_waiting")) == (running, waiting):
                return True
            time.sleep(0.02)
        return False

    def wait_until_idle(self, seconds=2.0):
        """Waits until nothing runs or waits in the engine; the seconds it took, or None."""
        begin = time.monotonic()
        while time.monotonic() - begin < seconds:
            if self.gauge("vllm:num_requests_running") + self.gauge("vllm:num_requests_waiting") == 0:
                return time.monotonic() - begin
            time.sleep(0.02)
        return None

    # Raw bytes.
    def connect(self, timeout=15):
        return socket.create_connection(("127.0.0.1", self.port), timeout=timeout)

    def raw(self, data, half_close=False, timeout=15):
        """Sends bytes, reads until the server closes; the bytes received."""
        with self.connect(timeout) as s:
            try:
                s.sendall(data)
                if half_close:
                    s.shutdown(socket.SHUT_WR)
            except OSError:
                pass  # refused before all was sent
            return read_all(s)


class Reply:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def text(self):
        return self.body.decode()

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def code(self):
        return self.json["error"]["code"]


def read_all(s):
    received = b""
    try:
        while True:
            piece = s.recv(65536)
            if not piece:
                break
            received += piece
    except (ConnectionResetError, socket.timeout):
        pass
    return received


def responses(data):
    """Statuses of the responses in a raw byte stream."""
    return [int(m) for m in re.findall(rb"(?:^|[^\n]*?)HTTP/1\.1 (\d\d\d) ", data)]


def post_bytes(path, body, extra=b""):
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
    return (b"POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n%sContent-Length: %d\r\n\r\n"
            % (path.encode(), extra, len(body))) + body


def events(text):
    """The JSON objects of an SSE body, and whether it ended with [DONE]."""
    objects, done = [], False
    for block in text.split("\n\n"):
        if block == "data: [DONE]":
            done = True
        elif block.startswith("data: "):
            objects.append(json.loads(block[6:]))
    return objects, done


def stub_text(prompt_ids, numbers=400):
    """What the stub answers to a prompt, as far as it has that many numbers."""
    digest = hashlib.sha256(b"".join(struct.pack("<I", i) for i in prompt_ids)).hexdigest()
    return "stub " + digest[:8] + "".join(f" {i}" for i in range(numbers))
