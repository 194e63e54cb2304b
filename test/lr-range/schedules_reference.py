"""Writes ../fixtures/lr-schedules.json: rates of fastai's one-cycle and PyTorch's CyclicLR, computed apart from our code.

Both are written from their definitions: fastai combines two cosines by cumulated shares; PyTorch counts in whole cycles
and takes the place in the cycle, where the paper counts in half cycles.
Run: python schedules_reference.py
"""
import json
import math
from itertools import accumulate
from pathlib import Path


def combined_cosine(share, start, middle, end, position):
    bounds = [0, *accumulate([share, 1 - share])]
    piece = min(max(i for i, bound in enumerate(bounds) if position >= bound), 1)
    inner = (position - bounds[piece]) / (bounds[piece + 1] - bounds[piece])
    a, b = [(start, middle), (middle, end)][piece]
    return b + (a - b) * (1 + math.cos(math.pi * inner)) / 2


def cyclic_lr(step, base, top, step_size, mode, gamma):
    total = 2 * step_size
    cycle = math.floor(1 + step / total)
    x = 1 + step / total - cycle
    height = (top - base) * (x / 0.5 if x <= 0.5 else (x - 1) / (0.5 - 1))
    scale = {"triangular": 1, "triangular2": 1 / 2 ** (cycle - 1), "exp_range": gamma**step}[mode]
    return base + height * scale


def main():
    steps = range(0, 100, 5)
    one_cycle = [
        {
            "options": {"maxLr": max_lr, **extra},
            "lrs": [combined_cosine(share, max_lr / div, max_lr, max_lr / 1e5, s / 100) for s in steps],
            "momenta": [combined_cosine(share, 0.95, 0.85, 0.95, s / 100) for s in steps],
        }
        for max_lr, share, div, extra in [(0.01, 0.25, 25, {}), (3.0, 0.99, 5, {"pctStart": 0.99, "div": 5})]
    ]
    cyclical = [
        {"mode": mode, "lrs": [cyclic_lr(s, 0.001, 0.006, 8, mode, 0.99) for s in range(60)]}
        for mode in ("triangular", "triangular2", "exp_range")
    ]
    path = Path(__file__).parent.parent / "fixtures" / "lr-schedules.json"
    path.write_text(json.dumps({"oneCycle": one_cycle, "cyclical": cyclical}, separators=(",", ":")) + "\n")


main()
