#!/usr/bin/env python3
"""Measures whole runs of unpromo beside what a user would run instead, and prints ratios.

    pip install aiohttp python-calamine xlsxwriter pandas     (and wrk from the system's packages)
    python3 benches/run.py                                    builds and measures, about twenty minutes on two cores
    python3 benches/run.py --only whole,limit --turns 7

The sandbox is a process of its own, contenders take turns in the same minute, and a run that the sandbox's
ledger shows to be wrong has no time. Times depend on the machine; ratios are what to compare.
"""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from kit import chart, sheets, stage
from kit.machine import measure, median, ratio, turns

HERE = Path(__file__).resolve().parent
PEERS = HERE / "peers"
ROWS = 5_000
AT_ONCE = "64"


class Bench:
    """What all parts share: the program, a folder for sheets, and the findings."""

    def __init__(self, args, wanted):
        self.wire = build_wire() if "whole" in wanted else None
        # After what else is built: cargo puts a program with the benchmarks' own needs in the same place.
        if not args.unpromo:
            subprocess.run(["cargo", "build", "--locked", "--release"], cwd=HERE.parent, check=True)
        self.unpromo = str(args.unpromo or HERE.parent / "target" / "release" / "unpromo")
        self.count = args.turns
        self.folder = Path(args.folder)
        self.findings, self.groups = [], []

    def find(self, what, target, figure, is_met):
        """Notes one finding, and says it at once."""
        self.findings.append((what, target, figure, "yes" if is_met else "no"))
        print(f"{what}: {figure} (target: {target}){'' if is_met else '  NOT MET'}", flush=True)

    def sheet(self, name, rows):
        return sheets.write(self.folder / name, rows)

    def run(self, env, sheet, result, *more, codes=(0, 4), quiet=("-q",)):
        argv = [self.unpromo, "run", sheet, "--yes", *quiet, "--new", "-o", self.folder / result, *more]
        return measure(argv, env, codes)


def whole(bench):
    """A whole live run without a limit: sheet in, durable journal, result out."""
    sheet = bench.sheet("week.xlsx", sheets.weekly(ROWS))
    seen, sending = {}, []
    with stage.Sandbox(bench.unpromo) as sandbox:
        mix = write_mix(bench, sandbox, 100_000)

        def own():
            sandbox.reset()
            env = stage.home(bench.unpromo, sandbox, bench.folder / "home")
            cost = bench.run(env, sheet, "own.xlsx", "--rate", "off", "--max-in-flight", AT_ONCE)
            seen["own"] = stage.check_ledger(sandbox.ledger(), lookups=ROWS)
            times = sandbox.arrivals()
            sending.append((len(times) - 1) / (times[-1] - times[0]))
            return cost

        def reqwest():
            sandbox.reset()
            count = sum(seen["own"].values())
            env = {**os.environ, "URL": sandbox.url, "MIX": str(mix), "COUNT": str(count)}
            said = subprocess.run([bench.wire], env=env, capture_output=True, text=True, check=True).stdout
            assert len(sandbox.ledger()) == count, said
            return float(said.split()[0])

        def peer():
            sandbox.reset()
            argv = [sys.executable, PEERS / "aiohttp_fast.py", sheet, sandbox.url, bench.folder / "peer.xlsx"]
            cost = measure(argv)
            seen["peer"] = stage.check_ledger(sandbox.ledger(), lookups=ROWS)
            return cost

        contenders = {"own": own, "peer": peer, "wrk": lambda: wrk(sandbox, mix), "reqwest": reqwest}
        results = turns(bench.count, contenders)
    assert seen["own"] == seen["peer"], f"not the same work: {seen}"
    requests = sum(seen["own"].values())
    own, peer = ([cost.wall for cost in results[name]] for name in ("own", "peer"))
    share = ratio([requests / wall for wall in own], results["wrk"])
    slower, cpu = ratio(peer, own), ratio([c.cpu for c in results["own"]], [c.cpu for c in results["peer"]])
    bench.find(f"whole run, {requests} requests: wall time / aiohttp_fast", "<= 0.5", f"{1 / slower:.2f}", slower >= 2)
    bench.find("the same: CPU / aiohttp_fast", "", f"{cpu:.2f}", True)
    bench.find("the same: requests a second / wrk", ">= 0.6", f"{share:.2f}", share >= 0.6)
    bench.find("the same, while it sends", "", f"{ratio(sending, results['wrk']):.2f}", True)
    bound = ratio(results["reqwest"], results["wrk"])
    bench.find("reqwest alone, no journal, no result: requests a second / wrk", "", f"{bound:.2f}", True)
    print(f"  ({requests / median(own):.0f} requests/s, wrk {median(results['wrk']):.0f}/s)")
    title = f"Whole run, {requests} requests, no limit: wall time"
    bars = [("unpromo", 1, "1"), ("aiohttp, 64 workers", slower, f"{slower:.1f} x")]
    bench.groups.append((title, "shorter is better", bars))
    bars = [
        ("unpromo, start to result", share, f"{share:.2f}"),
        ("reqwest, requests alone", bound, f"{bound:.2f}"),
        ("wrk, requests alone", 1, "1"),
    ]
    bench.groups.append(("Requests a second on the same server", "longer is better", bars))


def write_mix(bench, sandbox, items):
    """The requests of a run of so many items, for wrk to send without any work of its own."""
    place = bench.folder / "mix.txt"
    sheet = bench.sheet(f"mix{items}.csv", sheets.weekly(items))
    env = stage.home(bench.unpromo, sandbox, bench.folder / "home")
    bench.run(env, sheet, "mix.jsonl", "--dry-run", "--rate", "off", "--max-in-flight", AT_ONCE)
    last = None
    with (bench.folder / "mix.jsonl").open(encoding="utf-8") as lines, place.open("w", encoding="utf-8") as out:
        for line in map(json.loads, lines):
            if line["item"] != last:
                last = line["item"]
                out.write(f"{stage.LOOK_UP}\n{json.dumps({'productId': last})}\n")
            if line["status"] == "matched":
                ticket = {
                    "feedbackType": 8,
                    "feedbackProblemType": 44,
                    "remark": "申请退出",
                    "businessId": int(line["target"]),
                    "feedbackDimension": 1,
                    "productId": last,
                    "activityName": line["name"],
                }
                out.write(f"{stage.SUBMISSION}\n{json.dumps(ticket, ensure_ascii=False)}\n")
    return place


def build_wire():
    """Builds what sends with reqwest and does nothing else (`benches/wire.rs`), and says where it is."""
    argv = ["cargo", "bench", "--locked", "--bench", "wire", "--no-run", "--message-format", "json"]
    said = subprocess.run(argv, cwd=HERE.parent, stdout=subprocess.PIPE, text=True, check=True).stdout
    built = (json.loads(line) for line in said.splitlines())
    return next(part["executable"] for part in built if part.get("executable") and part["target"]["name"] == "wire")


def wrk(sandbox, mix, seconds=3):
    """Requests a second that wrk reaches. None is sent twice: what is withdrawn already is less work to answer."""
    sandbox.reset()
    argv = ["wrk", "-t1", "-c64", f"-d{seconds}s", "-s", str(PEERS / "mix.lua"), sandbox.url]
    said = subprocess.run(argv, env={**os.environ, "MIX": str(mix)}, capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in said, said
    with mix.open("rb") as lines:
        assert int(re.search(r"(\d+) requests in", said)[1]) <= sum(1 for _ in lines) // 2, "the mix is too short"
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])


def limit(bench, rate=50):
    """Under a limit: how near the mean comes to it, and how many arrive in any one second."""
    sheet = bench.sheet("limit.csv", sheets.weekly(662))
    means, most = [], []
    with stage.Sandbox(bench.unpromo) as sandbox:
        for _ in range(min(bench.count, 3)):
            sandbox.reset()
            env = stage.home(bench.unpromo, sandbox, bench.folder / "home")
            bench.run(env, sheet, "limit.xlsx", "--rate", f"{rate}/s")
            stage.check_ledger(sandbox.ledger())
            times = sandbox.arrivals()
            means.append((len(times) - 1) / (times[-1] - times[0]) / rate)
            most.append(busiest(times))
    count = len(times)
    bench.find(f"{count} requests at {rate}/s: mean rate / limit", ">= 0.98", f"{min(means):.3f}", min(means) >= 0.98)
    bench.find("the same: arrivals in the busiest second", f"<= {rate + 1}", f"{max(most)}", max(most) <= rate + 1)


def busiest(times):
    """The most arrivals in any window of one second."""
    most, first = 0, 0
    for last, at in enumerate(times):
        while times[first] <= at - 1:
            first += 1
        most = max(most, last - first + 1)
    return most


def waste(bench, rows=2_000):
    """On a sheet with repeated SPUs and overlapping filters, nothing is sent that need not be."""
    sheet = bench.sheet("overlap.csv", sheets.overlapping(rows))
    with stage.Sandbox(bench.unpromo) as sandbox:
        env = stage.home(bench.unpromo, sandbox, bench.folder / "home")
        bench.run(env, sheet, "overlap.xlsx", "--rate", "off", "--max-in-flight", AT_ONCE)
        sent = sandbox.ledger()
    needed = len({entry["item"] for entry in sent}) + len({entry["target"] for entry in sent if entry["effect"]})
    wasted = f"{len(sent) / needed:.3f}"
    bench.find(f"{rows} overlapping rows: requests / distinct items and targets", "1", wasted, len(sent) == needed)


def check(bench, rows=1_000_000):
    """Reading and checking a large sheet, beside merely loading it."""
    env = {"UNPROMO_HOME": str(bench.folder / "nobody"), "LC_ALL": "C.UTF-8"}
    for ending, peer, name in (("xlsx", "load_calamine.py", "python-calamine"), ("csv", "load_pandas.py", "pandas")):
        sheet = bench.sheet(f"million.{ending}", sheets.weekly(rows))
        results = turns(
            bench.count,
            {
                "own": lambda sheet=sheet: measure([bench.unpromo, "check", sheet], env),
                "peer": lambda sheet=sheet, peer=peer: measure([sys.executable, PEERS / peer, sheet]),
            },
        )
        share = ratio([cost.wall for cost in results["own"]], [cost.wall for cost in results["peer"]])
        peak = max(cost.peak_mb for cost in results["own"])
        more = median([cost.peak_mb for cost in results["peer"]]) / peak
        bench.find(f"check of 1,000,000 rows of {ending}: wall time / {name}", "<= 0.5", f"{share:.2f}", share <= 0.5)
        bench.find("the same: memory at the peak", "<= 150 MB", f"{peak:.0f} MB", peak <= 150)
        bars = [("unpromo, reads and checks", 1, "1"), (f"{name}, only loads", 1 / share, f"{1 / share:.1f} x")]
        bench.groups.append((f"A sheet of 1,000,000 rows ({ending}): wall time", "shorter is better", bars))
        bars = [("unpromo", 1, f"{peak:.0f} MB"), (name, more, f"{more:.0f} x")]
        bench.groups.append((f"The same ({ending}): memory", "shorter is better", bars))


def flat(bench, few=20_000, many=200_000):
    """Ten times the rows: the same time a row, and the same memory."""
    sheet = {rows: bench.sheet(f"dry{rows}.csv", sheets.weekly(rows)) for rows in (few, many)}
    with stage.Sandbox(bench.unpromo) as sandbox:

        def dry(rows):
            sandbox.reset()
            env = stage.home(bench.unpromo, sandbox, bench.folder / "home")
            more = ("--dry-run", "--rate", "off", "--max-in-flight", AT_ONCE)
            return bench.run(env, sheet[rows], "dry.xlsx", *more)

        results = turns(min(bench.count, 5), {rows: lambda rows=rows: dry(rows) for rows in (few, many)})
    slower = ratio([cost.wall / many for cost in results[many]], [cost.wall / few for cost in results[few]])
    larger = ratio([cost.peak_kib for cost in results[many]], [cost.peak_kib for cost in results[few]])
    peak = max(cost.peak_mb for cost in results[many])
    bench.find("dry run of 200,000 rows / 20,000: time a row", "<= 1.15", f"{slower:.2f}", slower <= 1.15)
    bench.find("the same: memory", "<= 1.3", f"{larger:.2f} ({peak:.0f} MB)", larger <= 1.3)


def result(bench, rows=484_500):
    """A result workbook of a million lines."""
    sheet = bench.sheet("lines.csv", sheets.weekly(rows))
    with stage.Sandbox(bench.unpromo) as sandbox:
        env = stage.home(bench.unpromo, sandbox, bench.folder / "home")
        more = ("--dry-run", "--rate", "off", "--max-in-flight", AT_ONCE)
        ran = bench.run(env, sheet, "lines.jsonl", *more)
    with (bench.folder / "lines.jsonl").open("rb") as lines:
        count = sum(1 for _ in lines)
    place = bench.folder / "lines.xlsx"
    wrote = measure([bench.unpromo, "-q", "jobs", "export", "1", "-o", place], env)
    bench.find(f"result workbook of {count:,} lines: memory", "<= 200 MB", f"{wrote.peak_mb:.0f} MB", wrote.peak_mb <= 200)
    bench.find("the run that it is of: memory", "", f"{ran.peak_mb:.0f} MB", True)
    print(f"  ({count / wrote.wall:.0f} lines a second, {place.stat().st_size / 1e6:.0f} MB)")


def durable(bench):
    """What the syncs cost: the journal on the disk, and on a disk of memory, where a sync is nothing."""
    memory = Path("/dev/shm")
    if not memory.is_dir():
        return print("durable: skipped, there is no /dev/shm here")
    sheet = bench.sheet("week.xlsx", sheets.weekly(ROWS))
    with stage.Sandbox(bench.unpromo) as sandbox, tempfile.TemporaryDirectory(dir=memory) as unsynced:

        def own(place):
            sandbox.reset()
            env = stage.home(bench.unpromo, sandbox, Path(place) / "home")
            cost = bench.run(env, sheet, "own.xlsx", "--rate", "off", "--max-in-flight", AT_ONCE)
            stage.check_ledger(sandbox.ledger(), lookups=ROWS)
            return cost.wall

        results = turns(bench.count, {"disk": lambda: own(bench.folder), "memory": lambda: own(unsynced)})
        sandbox.reset()
        env = stage.home(bench.unpromo, sandbox, bench.folder / "home")
        said = bench.run(env, sheet, "own.xlsx", "-v", "--rate", "off", "--max-in-flight", AT_ONCE, quiet=()).err
    kept = ratio(results["memory"], results["disk"])
    bench.find("whole run, journal synced / not synced: throughput", ">= 0.75", f"{kept:.2f}", kept >= 0.75)
    commits = re.search(r"journal: (.*)", said)[1]
    bench.find("the same: commits of a run that also says each outcome", "", commits, True)


def start(bench, times=40):
    """What starting costs, beside a program that does nothing."""
    bare = bench.folder / "bare"
    source = bench.folder / "bare.rs"
    source.write_text("fn main() {}\n")
    subprocess.run(["rustc", "-O", "-o", bare, source], check=True)
    sheet = bench.sheet("three.csv", sheets.weekly(3))
    with stage.Sandbox(bench.unpromo) as sandbox:
        env = stage.home(bench.unpromo, sandbox, bench.folder / "home")
        dry = lambda: bench.run(env, sheet, "three.xlsx", "--dry-run").wall  # noqa: E731
        unpaced = lambda: bench.run(env, sheet, "three.xlsx", "--dry-run", "--rate", "off").wall  # noqa: E731
        contenders = {
            "bare": lambda: measure([bare]).wall,
            "version": lambda: measure([bench.unpromo, "--version"]).wall,
            "dry run, unpaced": unpaced,
        }
        results = turns(times, contenders)
        results["dry run, 2/s"] = [dry() for _ in range(3)]
    base = median(results.pop("bare"))
    for name, walls in results.items():
        over = (median(walls) - base) * 1000
        bench.find(f"start: {name}, over a bare program", "a few ms", f"{over:.1f} ms", over < 15 or name.endswith("2/s"))


def size(bench):
    """What it takes on the disk, and what it is made of."""
    megabytes = os.path.getsize(bench.unpromo) / 1e6
    tree = ["cargo", "tree", "--edges", "normal", "--prefix", "none", "--format", "{p}"]
    listed = subprocess.run(tree, cwd=HERE.parent, capture_output=True, text=True, check=True).stdout
    crates = {line.split(" (")[0] for line in listed.splitlines() if line}
    direct = subprocess.run([*tree, "--depth", "1"], cwd=HERE.parent, capture_output=True, text=True, check=True).stdout
    bench.find("binary", "", f"{megabytes:.1f} MB", True)
    bench.find("crates in it (direct)", "", f"{len(crates) - 1} ({len(direct.splitlines()) - 1})", True)


PARTS = {part.__name__: part for part in (whole, limit, waste, check, flat, result, durable, start, size)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--unpromo", type=Path, help="the program (default: the release build, made anew)")
    parser.add_argument("--turns", type=int, default=5, help="how often each contender runs (default: 5)")
    parser.add_argument("--only", default=",".join(PARTS), help=f"some of: {','.join(PARTS)}")
    parser.add_argument("--folder", help="keep sheets and results here (default: a temporary folder)")
    parser.add_argument("--chart", type=Path, help="write the ratios as a chart (SVG)")
    args = parser.parse_args()
    wanted = args.only.split(",")
    unknown = set(wanted) - set(PARTS)
    if unknown:
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    kept = args.folder
    args.folder = kept or tempfile.mkdtemp(prefix="unpromo-bench-")
    Path(args.folder).mkdir(parents=True, exist_ok=True)
    bench = Bench(args, wanted)
    try:
        for name in wanted:
            PARTS[name](bench)
    finally:
        if not kept:
            shutil.rmtree(args.folder, ignore_errors=True)
    print("\n| measured | target | figure | met |\n| --- | --- | --- | --- |")
    for finding in bench.findings:
        print("| " + " | ".join(finding) + " |")
    if args.chart and bench.groups:
        footer = f"{os.cpu_count()} cores, medians of {args.turns} turns, the sandbox as its own process; benches/run.py"
        args.chart.write_text(chart.draw(bench.groups, footer), encoding="utf-8")


if __name__ == "__main__":
    main()
