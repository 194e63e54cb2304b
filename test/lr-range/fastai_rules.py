"""Writes ../fixtures/lr-rules.json: what fastai's four rules answer on fixed curves, computed apart from our code.

The rules are those of fastai's callback/schedule.py, written anew with numpy (float64; fastai itself uses float32).
Run: python fastai_rules.py
"""
import json
from pathlib import Path

import numpy as np


def trim(lrs, losses, num_it):
    lrs, losses = lrs[num_it // 10 : -5], losses[num_it // 10 : -5]
    nans = np.flatnonzero(np.isnan(losses))
    return (lrs[: nans[0]], losses[: nans[0]]) if len(nans) else (lrs, losses)


def valley(lrs, losses):
    """Longest strictly decreasing subsequence by the quadratic recurrence; the middle of its middle third."""
    lengths = np.ones(len(losses), dtype=int)
    for i in range(1, len(losses)):
        lower = losses[:i] > losses[i]
        if lower.any():
            lengths[i] = lengths[:i][lower].max() + 1
    end = int(lengths.argmax())
    start = end - int(lengths[end])
    section = (end - start) / 3
    return lrs[start + int(section) + int(section / 2)]


def steep(lrs, losses):
    return lrs[(np.diff(losses) / np.diff(np.log(lrs))).argmin()]


def minimum(lrs, losses):
    return lrs[losses.argmin()] / 10


def slide(lrs, losses, width=15, threshold=0.005):
    gradient = np.gradient(losses)
    right, left = -1, -1 - width
    answer = lrs[left]
    while left >= -len(losses) and abs(gradient[right] - gradient[left]) > threshold:
        answer = lrs[left]
        right, left = right - 1, left - 1
    return answer


def curves():
    random = np.random.default_rng(20)
    lrs = 1e-7 * 1e8 ** (np.arange(100) / 99)
    log = np.log10(lrs)
    classic = 2.3 - 1.9 / (1 + np.exp(-3 * (log + 2.2))) + np.exp(4 * (log - 0.2))
    noisy = classic + 0.03 * random.standard_normal(100)
    yield "classic", lrs, classic, 100
    yield "noisy", lrs, noisy, 100
    yield "stopped early", lrs[:62], noisy[:62], 100
    yield "falls to the end", lrs, 0.7 / (1 + np.exp(2 * (log + 3))), 100
    yield "two valleys", lrs, 2 + 0.3 * np.sin(2.5 * log) - 0.1 * log + 0.02 * random.standard_normal(100), 100
    broken = noisy.copy()
    broken[80:] = np.nan
    yield "turns to nan", lrs, broken, 100
    fine = 1e-5 * 1e6 ** (np.arange(240) / 239)
    yield "240 steps", fine, 1 - 0.8 * np.exp(-((np.log10(fine) + 1) ** 2)) + 0.01 * random.standard_normal(240), 240


def main():
    cases = []
    for name, lrs, losses, num_it in curves():
        losses = np.round(losses, 6)
        expected = {rule.__name__: float(rule(*trim(lrs, losses, num_it))) for rule in (valley, steep, minimum, slide)}
        values = [None if np.isnan(loss) else float(loss) for loss in losses]
        cases.append({"name": name, "steps": num_it, "lrs": [float(lr) for lr in lrs], "losses": values, "expected": expected})
    path = Path(__file__).parent.parent / "fixtures" / "lr-rules.json"
    path.write_text(json.dumps(cases, separators=(",", ":")).replace('{"name"', '\n{"name"') + "\n")


main()
