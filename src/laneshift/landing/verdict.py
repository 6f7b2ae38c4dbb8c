"""What a suite run on a combined tree means: green, red for reasons that are not the train's, or red because of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from laneshift.gates.sandbox import renamed_id


@dataclass(frozen=True, slots=True)
class Judgement:
    """Failing ids, sorted into three: red on the base already, flaky (green on a second run), and the train's."""

    on_base: tuple[str, ...] = ()
    flaky: tuple[str, ...] = ()
    blamed: tuple[str, ...] = ()


def judge(failing: Collection[str], on_base: Collection[str], again: Collection[str]) -> Judgement:
    """`on_base` are those of `failing` that are red on the base; `again` those red in the second run."""
    excused = set(failing) & set(on_base)
    still = set(failing) & set(again)
    return Judgement(
        on_base=tuple(sorted(excused)),
        flaky=tuple(sorted(set(failing) - excused - still)),
        blamed=tuple(sorted(still - excused)),
    )


def renamed_ids(ids: Iterable[str], renames: Mapping[str, str]) -> dict[str, str]:
    """Each test id with the name it has where files are called as `renames` (here to there) says."""
    return {test: renamed_id(test, renames) for test in ids}


def red_among(names: Mapping[str, str], red: Collection[str]) -> list[str]:
    """Which keys of `names` are red, sorted, when a run under their values found `red`.

    A file that cannot be collected is red with all its tests. What is red and tells of no name tells of all of them:
    a run that broke clears nobody.
    """
    told = [test for test, there in names.items() if there in red or there.partition("::")[0] in red]
    return sorted(told or names) if red else []
