"""Judges commits by lanekeeper's own check, in one process: `PYTHON lanekeeper_check.py ROOT BASE` with JSON on stdin.

The input is a list of `[lane, commit]`, the output a list of `[passed, seconds]`. The policy is that of the checkout.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from lanekeeper.check import check_checkout
from lanekeeper.config import load_config


def main() -> None:
    """Judge every commit, reading the policy anew each time as the command does."""
    root, base = Path(sys.argv[1]), sys.argv[2]
    told = []
    for lane, commit in json.load(sys.stdin):
        begin = time.perf_counter()
        passed = check_checkout(load_config(root), root, lane, base=base, head=commit).passed
        told.append([passed, time.perf_counter() - begin])
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()
