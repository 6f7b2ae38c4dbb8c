"""Appends to the journal given on the command line until it is killed, telling each record that it was promised."""

from __future__ import annotations

import sys
from pathlib import Path

from laneshift.evidence.journal import Journal


def main(path: str, worker: str, start: str) -> None:
    journal = Journal.open(Path(path), actor=f"worker {worker}")
    for number in range(int(start), sys.maxsize):
        for key in (f"shared/{number}", f"own/{worker}/{number}"):
            record = journal.append(key, "race", {"by": worker, "pad": "x" * (number % 700)}, durable=number % 16 == 0)
            print(record.seq, record.key, record.digest, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
