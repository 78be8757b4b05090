"""Sinkhorn of the hyper-connections: what it gives, its gradient, and the kernel where Triton can interpret it."""

import os
import sys
import unittest

os.environ["TRITON_INTERPRET"] = "1"  # the kernel on a CPU; before Triton is imported

import support  # noqa: E402, F401
import torch  # noqa: E402
from training import sinkhorn  # noqa: E402


class Eager(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(1)

    def test_columns_and_rows_sum_to_one(self):
        c = sinkhorn.sinkhorn_eager(2 * torch.randn(100, 4, 4, dtype=torch.float64), 20, 1e-6)
        self.assertLess((c.sum(-2) - 1).abs().max(), 1e-5)  # columns are the last to be divided
        self.assertLess((c.sum(-1) - 1).abs().mean(), 1e-3)

    def test_diagonal_logits_give_the_identity(self):
        c = sinkhorn.sinkhorn_eager(40 * torch.eye(4, dtype=torch.float64).unsqueeze(0), 20, 1e-6)
        self.assertTrue(torch.allclose(c[0], torch.eye(4, dtype=torch.float64), atol=1e-4))

    def test_gradient(self):
        x = torch.randn(3, 4, 4, dtype=torch.float64, requires_grad=True)
        self.assertTrue(torch.autograd.gradcheck(lambda x: sinkhorn.sinkhorn_eager(x, 20, 1e-6), x))


@unittest.skipIf(sinkhorn.triton is None, "no Triton")
class Kernel(unittest.TestCase):
    def test_is_the_eager_form(self):
        torch.manual_seed(1)
        x = (2 * torch.randn(130, 4, 4)).requires_grad_()
        y = sinkhorn.sinkhorn_eager(x, 20, 1e-6)
        dy = torch.randn_like(y)
        (dx,) = torch.autograd.grad(y, x, dy)
        self.assertLess((sinkhorn.forward_triton(x.detach(), 20, 1e-6) - y).abs().max(), 1e-5)
        self.assertLess((sinkhorn.backward_triton(x.detach(), dy, 20, 1e-6) - dx).abs().max(), 1e-5)


if __name__ == "__main__":
    unittest.main(verbosity=2)
