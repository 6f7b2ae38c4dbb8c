"""The canary of a plan from the plan file alone: `python canary.py PLAN.json [SIZE]` writes one item a line."""

import hashlib
import json
import sys
from collections import Counter
from fractions import Fraction
from pathlib import Path


def share(counts: dict[str, int], total: int) -> dict[str, int]:
    """Largest remainder: whole parts first, then one each where the most is left over, ties by name."""
    everything = sum(counts.values())
    seats = {name: total * count // everything for name, count in counts.items()}
    order = sorted(counts, key=lambda name: (-(total * counts[name] % everything), name))
    return {name: seats[name] + (name in order[: total - sum(seats.values())]) for name in counts}


def canary(items: list[dict], size: str) -> list[str]:
    """The ids that go first, in plan order; `items` have an id, a stratum and a critical mark."""
    counts = Counter(item["stratum"] for item in items)
    needed = {item["stratum"] for item in items if item["critical"]}
    total = min(len(items), max(1, (2 * Fraction(size) * len(items) + 1) // 2, len(needed)))
    needed = set(counts) if total >= len(counts) else needed
    quotas, rest = {}, share(counts, total)
    while starved := [name for name in rest if name in needed and rest[name] == 0]:
        quotas.update(dict.fromkeys(starved, 1))
        rest = share({name: counts[name] for name in rest if name not in starved}, total - sum(quotas.values()))
    quotas.update(rest)
    first = set()
    for name, quota in quotas.items():
        ids = [item["id"] for item in items if item["stratum"] == name]
        first.update(sorted(ids, key=lambda key: hashlib.sha256(key.encode()).hexdigest())[:quota])
    return [item["id"] for item in items if item["id"] in first]


if __name__ == "__main__":
    plan = json.loads(Path(sys.argv[1]).read_text("utf-8"))["plan"]
    to_run = [item for item in plan["items"] if item["status"] in ("ready", "verify-only")]
    sys.stdout.writelines(f"{key}\n" for key in canary(to_run, *sys.argv[2:3] or ["0.10"]))
