"""The indexer's choice of entries: the top k, of equal scores the earlier; the kernel where Triton can interpret it."""

import os
import unittest

os.environ["TRITON_INTERPRET"] = "1"  # the kernel on a CPU; before Triton is imported

import support  # noqa: E402, F401
import torch  # noqa: E402
from training import selection  # noqa: E402


def by_sorting(scores, visible, top_k):
    """One row of the mask, in plain Python."""
    order = sorted((j for j in range(len(scores)) if visible[j]), key=lambda j: (-scores[j], j))
    return [j in order[:top_k] for j in range(len(scores))]


def cases():
    torch.manual_seed(1)
    for scale, share in ((1e-3, 0.9), (1.0, 0.5), (1e6, 0.2), (1.0, 0.05)):
        yield torch.randn(3, 5, 150) * scale, torch.rand(3, 5, 150) < share
        yield (torch.randn(3, 5, 150) * 2).round() * -0.0 + (torch.randn(3, 5, 150) * 2).round(), torch.rand(3, 5, 150) < share  # ties, -0


class Select(unittest.TestCase):
    def check(self, select):
        for scores, visible in cases():
            chosen = select(scores, visible, 16)
            self.assertEqual(chosen.dtype, torch.bool)
            for row in zip(scores.flatten(0, 1).tolist(), visible.flatten(0, 1).tolist(), chosen.flatten(0, 1).tolist()):
                self.assertEqual(by_sorting(row[0], row[1], 16), row[2])

    def test_eager(self):
        self.check(selection.select_eager)

    @unittest.skipIf(selection.triton is None, "no Triton")
    def test_kernel(self):
        self.check(selection.select_triton)

    def test_few_entries_are_all_seen(self):
        visible = torch.rand(2, 3, 16) < 0.5
        self.assertTrue(torch.equal(selection.select(torch.randn(2, 3, 16), visible, 16), visible))


if __name__ == "__main__":
    unittest.main(verbosity=2)
