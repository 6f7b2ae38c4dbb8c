"""`python workload.py UNITS REPEATS`: the work that is compared, told as JSON; 15 % more units are 15 % more work.

Each repeat is told twice, in seconds: by the clock and by the processor. Run as a file, so that nothing but the
standard library is loaded.
"""

from __future__ import annotations

import json
import sys
import time


def work(units: int) -> int:
    """What programs in Python do: dictionaries, text, sorting. The answer depends on every unit."""
    total = 0
    for unit in range(units):
        record = {f"key{at}": (unit * 31 + at * 7) % 97 for at in range(24)}
        read = json.loads(json.dumps(record, sort_keys=True))
        total += sum(sorted(read.values())[:12])
    return total


def main() -> None:
    """Run the repeats."""
    units, repeats = int(sys.argv[1]), int(sys.argv[2])
    wall, processor = [], []
    for _ in range(repeats):
        clock, used = time.perf_counter(), time.process_time()
        work(units)
        processor.append(time.process_time() - used)
        wall.append(time.perf_counter() - clock)
    sys.stdout.write(json.dumps({"wall": wall, "processor": processor}))


if __name__ == "__main__":
    main()
