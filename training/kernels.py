"""Which functions run as Triton kernels: those that `use` was told of, on a machine that has Triton."""
from __future__ import annotations

try:
    import triton
    import triton.language as tl
except ImportError:  # no Triton on this machine: the eager forms serve
    triton = tl = None

_used: frozenset[str] = frozenset()


def use(names: set[str]) -> None:
    """From now on these run as kernels ("sinkhorn", "selection"), the others eagerly."""
    global _used
    _used = frozenset(names)


def used(name: str) -> bool:
    return name in _used
