"""`python -m tests.runs.flowing.shipped [FLOW]...`: each shipped flow killed at every point, one by one and at all.

A walk without a kill says what has to be so. Killed before, in the midst of and after each step, the flow has to come
to the same refs, issues, changes, plans, records and results. `make flows` runs it.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.runs.flowing.shipped.cases import CASES, MORE, Case
from tests.runs.flowing.shipped.walking import Ended, all_points, told, walk

_SHOWN = 2_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Walk. 0 when every end was as without a kill, else 1."""
    parser = argparse.ArgumentParser(prog="python -m tests.runs.flowing.shipped", description=__doc__)
    parser.add_argument("flows", nargs="*", help="only these; all when left out")
    parser.add_argument("--sample", type=int, default=0, help="so many points of each flow; 0 is all")
    parser.add_argument("--seed", type=int, default=1, help="what the sample is drawn by")
    asked = parser.parse_args(arguments)
    cases = [case for case in (*CASES, *MORE) if case.flow in asked.flows or not asked.flows]
    if not cases:
        parser.error(f"there are {', '.join(case.flow for case in CASES)}")
    walks = failed = 0
    for case in cases:
        began = time.monotonic()
        made, wrong = _walked(case, asked.sample, random.Random(asked.seed))
        walks, failed = walks + made, failed + len(wrong)
        print(f"{case.flow}: {made} walk(s), {len(wrong)} wrong, {time.monotonic() - began:.0f} s", flush=True)
        for each in wrong:
            print(f"  {each}", flush=True)
    print(f"{walks} passed, {failed} failed" if not failed else f"{walks - failed} passed, {failed} failed")
    return 1 if failed or not walks else 0


def _walked(case: Case, sample: int, chance: random.Random) -> tuple[int, list[str]]:
    """How many walks were made, and what was wrong with them."""
    with tempfile.TemporaryDirectory(prefix="laneshift-flows-") as folder:
        place = Path(folder)
        template = case.made(place / "template")
        environ = case.environ(place)

        def once(name: str, points: Sequence[str]) -> Ended:
            there = place / name
            there.mkdir()
            return walk(template, there, case.flow, case.inputs, points, environ=environ)

        plain = once("plain", ())
        case.holds(plain, plain.path)
        points = all_points(plain)
        chosen = points if not sample else sorted(chance.sample(points, min(sample, len(points))), key=points.index)
        wrong = []
        for number, points in enumerate([*([point] for point in chosen), chosen]):
            name = points[0] if len(points) == 1 else "all points"
            ended = once(f"walk-{number}", points)
            if len(points) == 1 and not ended.killed and "/in:" in name:
                # Beside others it may find what they have kept, and change less than when it was first.
                ended = once(f"again-{number}", [f"{name.partition('/in:')[0]}/in:1"])
            wrong += _missed(points, ended)
            wrong += _differences(case, name, plain, ended)
        return len(chosen) + 2, wrong


def _differences(case: Case, name: str, plain: Ended, ended: Ended) -> list[str]:
    """What is not as it has to be."""
    found = []
    try:
        case.holds(ended, ended.path)
    except (AssertionError, KeyError, IndexError) as error:
        found.append(f"{name}: {error!r}")
    if not case.exact:
        return found
    pairs = {"run": (told(plain.run), told(ended.run))}
    pairs |= {what: (value, ended.world[what]) for what, value in plain.world.items()}
    for what, (before, after) in pairs.items():
        # Errors tell where a file lies.
        wanted, there = (
            repr(each).replace(str(place), "…") for each, place in ((before, plain.path), (after, ended.path))
        )
        if wanted != there:
            found.append(f"{name}: {what}: {there}, and without a kill {wanted}"[:_SHOWN])
    return found


def _missed(points: Sequence[str], ended: Ended) -> list[str]:
    """Points before and after steps that killed nobody. In the midst a step may be quicker, or have less to do."""
    return [f"{each} killed nobody" for each in points if each not in ended.killed and "/in:" not in each]


if __name__ == "__main__":
    sys.exit(main())
