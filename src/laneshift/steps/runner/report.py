"""What a supervisor tells of a run that is over: lines of text, written and read without anything that loads slowly."""

from __future__ import annotations

_END = "end"


class Report:
    """`status` is the wait status of the workload, None where it has none; `survivors` are ids of processes.

    `crowded` says that there were too many processes.
    """

    def __init__(
        self, status: int | None, *, timed_out: bool, crowded: bool, protections: list[str], survivors: list[int]
    ) -> None:
        self.status = status
        self.timed_out = timed_out
        self.crowded = crowded
        self.protections = protections
        self.survivors = survivors


def written(report: Report) -> bytes:
    """The report as it is sent; its last line says that it is whole."""
    lines = [] if report.status is None else [f"status {report.status}"]
    lines += [f"protection {name}" for name in report.protections]
    lines += [f"survivor {pid}" for pid in report.survivors]
    lines += ["timed-out"] * report.timed_out + ["crowded"] * report.crowded
    return "".join(f"{line}\n" for line in [*lines, _END]).encode()


def read(data: bytes) -> Report | None:
    """The report that was sent; None for one that is not whole."""
    lines = data.decode("utf-8", "replace").split("\n")
    if lines[-2:] != [_END, ""]:
        return None
    told = by_name(lines[:-2])
    status = told.get("status")
    return Report(
        int(status[-1]) if status else None,
        timed_out="timed-out" in told,
        crowded="crowded" in told,
        protections=told.get("protection", []),
        survivors=[int(pid) for pid in told.get("survivor", [])],
    )


def by_name(lines: list[str]) -> dict[str, list[str]]:
    """The values that lines tell under each name: what stands behind the first blank."""
    told: dict[str, list[str]] = {}
    for line in lines:
        name, _, value = line.partition(" ")
        told.setdefault(name, []).append(value)
    return told
