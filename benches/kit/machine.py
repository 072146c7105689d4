"""Measuring one program, and taking turns with several."""
import json
import os
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

TIMED = Path(__file__).with_name("timed.py")


@dataclass
class Cost:
    """What one run cost: seconds, and KiB at the peak."""

    wall: float
    user: float
    system: float
    peak_kib: int
    code: int
    out: str
    err: str

    @property
    def cpu(self):
        return self.user + self.system

    @property
    def peak_mb(self):
        return self.peak_kib * 1024 / 1e6


def measure(argv, env=None, codes=(0,), timeout=900):
    """Runs a program to its end. Any exit code but the expected ones ends the benchmark: a failed run has no time."""
    argv = [sys.executable, "-I", "-S", str(TIMED), *map(str, argv)]
    done = subprocess.run(argv, env={**os.environ, **(env or {})}, capture_output=True, text=True, timeout=timeout)
    words, _, last = done.stderr.rstrip().rpartition("\n")
    cost = Cost(**json.loads(last), out=done.stdout, err=words)
    if cost.code not in codes:
        sys.exit(f"{' '.join(argv[4:])}\nended with {cost.code}:\n{words}\n{done.stdout}")
    return cost


def turns(count, contenders):
    """Lets the contenders run one after another, `count` times over, so that what else the machine does meets
    all of them alike. `contenders` is a dict of name and function; gives a dict of name and list of results."""
    results = {name: [] for name in contenders}
    for turn in range(count):
        # Who goes first changes, so that nobody always has the warm or the cold start.
        names = list(contenders)
        for name in names[turn % len(names):] + names[: turn % len(names)]:
            results[name].append(contenders[name]())
    return results


def median(values):
    return statistics.median(values)


def ratio(above, below):
    """The median of the turns' own ratios: each turn is compared with its neighbour of the same minute."""
    return median([a / b for a, b in zip(above, below, strict=True)])
