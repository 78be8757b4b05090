"""A real (tiny, random) model behind the server: requests together give the tokens of each alone."""
import concurrent.futures
import os
import subprocess
import tempfile
import unittest

from harness import BINARY, ROOT, Server, events, post_bytes

CONFIG = os.path.join(ROOT, "tests", "data", "v4_tiny", "config.json")


def body(i):
    prompt = [(i * 37 + k * 11) % 500 + 3 for k in range(1 + i * 23 % 150)]
    sampled = {"temperature": 0.8, "top_p": 0.9, "seed": i} if i % 2 else {"temperature": 0}
    return {"prompt": prompt, "max_tokens": 24, "ignore_eos": True, "return_token_ids": True} | sampled


class ModelTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.model = os.path.join(cls.folder.name, "tiny")
        subprocess.run([BINARY, "synth", "--config", CONFIG, "--seed", "1", cls.model], check=True, capture_output=True)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def check(self, *flags):
        server = Server("--skip-tokenizer-init", "--max-num-batched-tokens", "100", *flags, model=self.model, stub=False)
        try:
            ask = lambda b: server.post("/v1/completions", b, timeout=300).json["choices"][0]["token_ids"]
            alone = [ask(body(i)) for i in range(16)]
            self.assertEqual({len(ids) for ids in alone}, {24})
            self.assertEqual(len({tuple(ids) for ids in alone}), 16)
            leaving = server.connect()
            leaving.sendall(post_bytes("/v1/completions", body(3) | {"max_tokens": 5000}))
            with concurrent.futures.ThreadPoolExecutor(16) as pool:
                together = list(pool.map(lambda i: ask(body(i)), range(16)))
                leaving.close()
                again = list(pool.map(lambda i: ask(body(i)), reversed(range(16))))[::-1]
            self.assertEqual(together, alone)
            self.assertEqual(again, alone)
            self.assertIsNotNone(server.wait_until_idle(5))
            two = server.post("/v1/completions", body(1) | {"n": 2}).json["choices"]
            self.assertEqual(two[0]["token_ids"], alone[1])
            self.assertNotEqual(two[1]["token_ids"], alone[1])
            chunks, done = events(server.post("/v1/completions", body(5) | {"stream": True}).text)
            self.assertTrue(done)
            self.assertEqual([t for c in chunks for t in c["choices"][0].get("token_ids", [])], alone[5])
        finally:
            self.assertEqual(server.stop(), 0)
        self.assertIn("tensors", "".join(server.log))

    def test_serving(self):
        self.check()

    def test_ideal(self):
        self.check("--numerics", "ideal")


if __name__ == "__main__":
    unittest.main()
