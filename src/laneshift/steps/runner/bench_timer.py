"""Times a command, or counts its instructions. Copied into a run's private folder and started there by itself.

`bench_timer.py times REPEATS FILE COMMAND…` writes what each run took, by the clock and by the processor;
`bench_timer.py instructions 1 FILE COMMAND…` what valgrind counts. Only the standard library, and nothing of laneshift.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

_COUNTED = re.compile(rb"I\s+refs:\s+([0-9,]+)")
_NAME = "command"


def main(arguments: list[str]) -> int:
    """Do what is asked; the exit status is that of the first run that did not end well."""
    mode, repeats, told, *command = arguments
    if mode == "instructions":
        return _instructions(Path(told), command)
    wall, processor = [], []
    for _ in range(int(repeats)):
        started = time.perf_counter()
        with subprocess.Popen(command, stdin=subprocess.DEVNULL) as process:
            _, status, usage = os.wait4(process.pid, 0)
            wall.append(time.perf_counter() - started)
            process.returncode = os.waitstatus_to_exitcode(status)
        processor.append(usage.ru_utime + usage.ru_stime)
        if process.returncode:
            return abs(process.returncode)
    times = {"wall": wall} if min(processor) <= 0 else {"wall": wall, "processor": processor}
    Path(told).write_text(json.dumps({"benchmarks": {_NAME: times}}), encoding="utf-8")
    return 0


def _instructions(told: Path, command: list[str]) -> int:
    valgrind = shutil.which("valgrind")
    if valgrind is None:
        told.write_text(json.dumps({"instructions": None}), encoding="utf-8")
        return 0
    logs = told.parent / "counted"
    logs.mkdir(exist_ok=True)
    options = ["--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null", "--trace-children=yes"]
    done = subprocess.run([valgrind, *options, f"--log-file={logs}/%p", *command], check=False)
    if done.returncode:
        return abs(done.returncode)
    found = [_COUNTED.search(log.read_bytes()) for log in logs.iterdir()]
    counted = sum(int(each[1].replace(b",", b"")) for each in found if each)
    told.write_text(json.dumps({"instructions": counted or None}), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
