"""Before a run on a GPU: do its parts compute what the CPU's do, and how fast is a step?

    python3 -m training.gpu_check [--cache-dir DIR] [--profile]

Needs no data. Each line says ok or WRONG; the exit code is 0 if nothing is wrong.
"""
from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import torch

from training import loss, model, selection, sinkhorn, train
from training.config import Config
from training.optim import Optimiser
from training.trainer import Trainer, prepare
from training.weights import new_weights, randomise


class Report:
    def __init__(self) -> None:
        self.wrong = 0
        self._begin = time.monotonic()

    def check(self, what: str, value: float, limit: float) -> None:
        good = value <= limit  # False for NaN
        self.wrong += not good
        self.say(f"{'ok   ' if good else 'WRONG'} {what}: {value:.3g} (limit {limit:g})")

    def say(self, text: str) -> None:
        print(f"[{time.monotonic() - self._begin:6.1f} s] {text}", flush=True)


def relative(a: torch.Tensor, b: torch.Tensor) -> float:
    return ((a.double() - b.double()).norm() / b.double().norm()).item()


def check_sinkhorn(report: Report) -> None:
    x = (torch.randn(65536, 4, 4, device="cuda") * 2).requires_grad_()
    dy = torch.randn_like(x)
    y = sinkhorn.sinkhorn_eager(x, 20, 1e-6)
    (dx,) = torch.autograd.grad(y, x, dy)
    with torch.no_grad():
        forward = (sinkhorn.forward_triton(x, 20, 1e-6) - y).abs().max().item()
        backward = (sinkhorn.backward_triton(x, dy, 20, 1e-6) - dx).abs().max().item()
    report.check("Sinkhorn kernel forward", forward, 1e-5)
    report.check("Sinkhorn kernel backward", backward, 1e-5)


def check_selection(report: Report) -> None:
    scores, visible = torch.randn(65536, 512, device="cuda").round(decimals=2), torch.rand(65536, 512, device="cuda") < 0.7
    wrong = selection.select_triton(scores, visible, 64) != selection.select_eager(scores, visible, 64)
    report.check("entries chosen otherwise by the kernel", wrong.sum().item(), 0)


def check_against_cpu(report: Report, weights) -> None:
    """F32 forward of 512 tokens in two sessions: CPU and GPU, both eager."""
    cfg = weights.layout.cfg
    torch.set_float32_matmul_precision("highest")
    tokens = torch.randint(3, cfg.vocab_size, (1, 1024), generator=torch.Generator().manual_seed(5))
    start = torch.zeros(1, 1024, dtype=torch.int32)
    start[:, 512:] = 512
    results = []
    for device in ("cpu", "cuda"):
        w = weights.to(device).values(True, torch.float32)
        with torch.no_grad():
            hidden = model.forward(cfg, w, tokens.to(device), start.to(device), model.rope_tables(cfg, 1024, device))
            for own, streams in ((w, hidden.streams), (model.section(w, "mtp.0."), hidden.mtp)):
                results.append(model.head(cfg, model.top_section(own), w["head.weight"], streams).cpu())
    report.check("logits F32, GPU against CPU", relative(results[2], results[0]), 1e-3)
    report.check("MTP logits F32, GPU against CPU", relative(results[3], results[1]), 1e-3)
    torch.set_float32_matmul_precision("high")


def noise_batch(rows: int, tokens: int, vocab_size: int) -> loss.Batch:
    start = torch.zeros(rows, tokens, dtype=torch.int32, device="cuda")
    start[:, tokens // 2 :] = tokens // 2
    ids = torch.randint(3, vocab_size, (rows, tokens), device="cuda")
    return loss.Batch(ids, start, torch.ones(rows, tokens, device="cuda"))


Gradients = tuple[torch.Tensor, torch.Tensor]  # of the stored weights and of the F32 ones


def eager(trainer: Trainer, batch: loss.Batch, topk: bool, quantise: bool, levels: torch.Tensor,
          dtype: torch.dtype) -> tuple[float, Gradients]:
    """Loss and gradients of the eager functions, two rows at a time."""
    compiled, compute = trainer.functions, trainer.dtype
    trainer.functions, trainer.dtype = loss.Functions(), dtype
    chunks = range(0, batch.tokens.shape[0], 2)
    total, sums = 0.0, None
    for i in chunks:
        part = loss.Batch(batch.tokens[i : i + 2], batch.start[i : i + 2], batch.weights[i : i + 2])
        out, stored, wide = trainer.losses(part, trainer.controls(topk, quantise, levels[i : i + 2]), quantise)
        out.total.backward()
        total += out.total.item() / len(chunks)
        grads = [g.float() / len(chunks) for g in (stored.grad, wide.grad)]
        sums = grads if sums is None else [s.add_(g) for s, g in zip(sums, grads)]
        del out, stored, wide
    trainer.functions, trainer.dtype = compiled, compute
    return total, tuple(sums)


def shares(trainer: Trainer, grads: Gradients, exact: Gradients, least: int = 1024) -> dict[str, float]:
    """How much of the exact gradient is in each weight's: 1 where they differ by noise only, however
    large, and something else where a term is missing or counted twice. Weights of `least` values up."""
    layout = trainer.weights.layout
    mine, right = layout.views(*grads), layout.views(*exact)
    return {k: ((mine[k].float() * g).sum() / g.square().sum()).item()
            for k, g in right.items() if g.numel() >= least and g.abs().max() > 0}


def check_compiled(report: Report, trainer: Trainer, batch: loss.Batch) -> None:
    """The compiled functions against the eager ones. Where a rounding decides which expert or entry is
    chosen or where an activation falls, BF16 gradients of the same functions differ by a third: so both
    are compared with the gradients in F32, and the compiled ones must not be further from them."""
    for topk, quantise in ((False, False), (True, True)):
        levels = torch.arange(trainer.args.rows, dtype=torch.int32) % 3 * quantise
        out, stored, wide = trainer.losses(batch, trainer.controls(topk, quantise, levels), quantise)
        out.total.backward()
        total, mine = out.total.item(), (stored.grad, wide.grad)
        del out, stored, wide
        eager_total, other = eager(trainer, batch, topk, quantise, levels, trainer.dtype)
        torch.set_float32_matmul_precision("highest")
        exact_total, exact = eager(trainer, batch, topk, quantise, levels, torch.float32)
        torch.set_float32_matmul_precision("high")
        phase = "second phase" if quantise else "first phase"
        report.say(f"     {phase}: loss compiled {total:.6f}, eager {eager_total:.6f}, F32 {exact_total:.6f}")
        report.check(f"{phase}: loss, compiled against eager", abs(total - eager_total) / eager_total, 1e-3)
        for name, a, b, right in zip(("stored", "F32"), mine, other, exact):
            noise = relative(b, right)
            report.check(f"{phase}: gradients of {name} weights, compiled against F32 (eager {noise:.3g})",
                         relative(a, right), 1.15 * noise + 0.02)
        compiled_shares, eager_shares = shares(trainer, mine, exact), shares(trainer, other, exact)
        apart = {k: abs(share - eager_shares[k]) for k, share in compiled_shares.items()}
        worst = max(apart, key=apart.get)
        report.check(f"{phase}: share of the F32 gradient, compiled {compiled_shares[worst]:.3f}, "
                     f"eager {eager_shares[worst]:.3f}, worst in {worst}", apart[worst], 0.1)


def measure(report: Report, trainer: Trainer, batch: loss.Batch, steps: int) -> None:
    args = trainer.args
    for topk, quantise in ((False, False), (True, True)):
        controls = trainer.controls(topk, quantise)
        for i in range(steps + 3):
            if i == 3:
                torch.cuda.synchronize()
                begin = time.monotonic()
            out, _ = trainer.step(batch, controls, quantise, 0.1)
            del _
        launched = time.monotonic() - begin
        torch.cuda.synchronize()
        seconds = (time.monotonic() - begin) / steps
        report.say(
            f"     {'second' if quantise else 'first'} phase: {args.rows * args.row_tokens / seconds:,.0f} tokens/s, "
            f"{seconds * 1e3:.1f} ms a step (launched in {launched / steps * 1e3:.1f}), "
            f"{torch.cuda.max_memory_allocated() / 2**30:.1f} GiB, loss {out.total.item():.3f}"
        )


def profile(trainer: Trainer, batch: loss.Batch) -> None:
    from torch.profiler import ProfilerActivity
    from torch.profiler import profile as record

    with record(activities=[ProfilerActivity.CUDA, ProfilerActivity.CPU]) as p:
        for _ in range(2):
            trainer.step(batch, trainer.controls(False, False), False, 0.1)
        torch.cuda.synchronize()
    rows = [e for e in p.key_averages() if e.device_type == torch.autograd.DeviceType.CUDA]
    rows.sort(key=lambda e: -e.self_device_time_total)
    total = sum(e.self_device_time_total for e in rows)
    print(f"kernels of two steps: {total / 1e3:.1f} ms in {sum(e.count for e in rows)} launches")
    for e in rows[:45]:
        spent = e.self_device_time_total
        print(f"{spent / 1e3:9.2f} ms {spent / total:6.1%} {e.count:5d} x  {e.key[:150]}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="training.gpu_check", description=__doc__.splitlines()[0])
    parser.add_argument("--cache-dir", type=Path, help="the compiler's cache, as training.train's")
    parser.add_argument("--steps", type=int, default=30)
    parser.add_argument("--rows", type=int, default=32)
    parser.add_argument("--row-tokens", type=int, default=2048)
    parser.add_argument("--profile", action="store_true", help="list the kernels that take the time")
    parser.add_argument("--speed-only", action="store_true", help="no comparisons")
    own = parser.parse_args()
    if not torch.cuda.is_available():
        print("training.gpu_check: no CUDA device is visible to PyTorch", file=sys.stderr)
        return 1
    args = train.parse(["--out", "unused", "--rows", str(own.rows), "--row-tokens", str(own.row_tokens)])
    args.cache_dir = own.cache_dir
    prepare(args)
    torch.manual_seed(1)
    report = Report()
    memory = torch.cuda.mem_get_info()[1] / 2**30
    report.say(f"torch {torch.__version__}, {torch.cuda.get_device_name()}, {memory:.0f} GiB")
    if not own.speed_only:
        check_sinkhorn(report)
        check_selection(report)
        check_against_cpu(report, randomise(new_weights(Config(), 1), 2))
    weights = new_weights(Config(), 1).to("cuda")
    trainer = Trainer(args, weights, Optimiser(weights.layout, "cuda"))
    batch = noise_batch(args.rows, args.row_tokens, Config().vocab_size)
    report.say(f"     compiled in {trainer.warm_up():.1f} s")
    if not own.speed_only:
        check_compiled(report, trainer, batch)
    torch.cuda.reset_peak_memory_stats()
    measure(report, trainer, batch, own.steps)
    if own.profile:
        profile(trainer, batch)
    report.say("nothing is wrong" if not report.wrong else f"{report.wrong} checks failed")
    return int(report.wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
