"""The sandbox as a process of its own, and a home with a shop at it."""
import json
import shutil
import subprocess
import urllib.request
from collections import Counter
from pathlib import Path

LOOK_UP = "/marvel-mms/cn/api/kiana/gambit/marketing/enroll/feedback/queryValidActivity4FeedBackOffline"
SUBMISSION = "/marvel-mms/cn/api/kiana/ultraman/FeedbackMmsExecuteRpcService/submitFeedback"
HEADERS = {"mallid": "634418224869329", "cookie": "SUB_PASS_ID=made-up", "anti-content": "x", "user-agent": "Mozilla/5.0"}


class Sandbox:
    """`unpromo sandbox` on a free port; ends with the `with` block."""

    def __init__(self, unpromo):
        self.process = subprocess.Popen([unpromo, "sandbox", "--port", "0", "--json"], stdout=subprocess.PIPE, text=True)
        self.url = json.loads(self.process.stdout.readline())["url"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)

    def control(self, method, path):
        request = urllib.request.Request(f"{self.url}/_sandbox/{path}", method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read()

    def reset(self):
        self.control("POST", "reset")

    def ledger(self):
        return json.loads(self.control("GET", "ledger?format=array"))

    def arrivals(self):
        """When each request arrived, in seconds, in order."""
        shops = json.loads(self.control("GET", "arrivals"))
        return sorted(at / 1e9 for times in shops.values() for at in times)


def home(unpromo, sandbox, place):
    """A fresh home with one shop at the sandbox. Gives the environment that leads there."""
    place = Path(place)
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    copied = place / "copied.txt"
    headers = " ".join(f"-H '{name}: {value}'" for name, value in HEADERS.items())
    copied.write_text(f"curl '{sandbox.url}{LOOK_UP}' {headers} --data-raw '{{\"productId\":\"1\"}}'")
    env = {"UNPROMO_HOME": str(place / "home"), "LC_ALL": "C.UTF-8"}
    argv = [unpromo, "shop", "add", "bench", "--from-curl", str(copied)]
    subprocess.run(argv, env=env, check=True, capture_output=True)
    return env


def check_ledger(ledger, lookups=None, submissions=None):
    """Whoever is fast and wrong is not fast: every target once, every request proper, none in vain."""
    kinds = Counter(entry["kind"] for entry in ledger)
    targets = Counter((entry["shop"], entry["target"]) for entry in ledger if entry["effect"])
    assert not [entry for entry in ledger if entry["outcome"] == "improper"], "an improper request"
    assert not [entry for entry in ledger if entry["second"]], "a target was submitted twice"
    assert all(count == 1 for count in targets.values()), "a target was withdrawn twice"
    items = {entry["item"] for entry in ledger if entry["kind"] == "lookup"}
    assert kinds["lookup"] == len(items), f"{kinds['lookup']} look-ups of {len(items)} items"
    assert kinds["submission"] == len(targets), f"{kinds['submission']} submissions of {len(targets)} targets"
    if lookups is not None:
        assert kinds["lookup"] == lookups, f"{kinds['lookup']} look-ups instead of {lookups}"
    if submissions is not None:
        assert kinds["submission"] == submissions, f"{kinds['submission']} submissions instead of {submissions}"
    return kinds
