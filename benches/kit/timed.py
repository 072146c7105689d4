"""Runs one program and tells, as JSON on standard error's last line, what it cost.

It is a process of its own, and small, because Linux counts the memory of whoever starts a program as
that program's peak.
"""
import json
import os
import sys
import time

began = time.perf_counter()
pid = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ)
_, status, used = os.wait4(pid, 0)
wall = time.perf_counter() - began
# Linux counts KiB, macOS bytes.
peak = used.ru_maxrss // 1024 if sys.platform == "darwin" else used.ru_maxrss
cost = {"wall": wall, "user": used.ru_utime, "system": used.ru_stime, "peak_kib": peak}
cost["code"] = os.waitstatus_to_exitcode(status)
print("\n" + json.dumps(cost), file=sys.stderr)
