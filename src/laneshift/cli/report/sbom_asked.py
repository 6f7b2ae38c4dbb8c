"""What `laneshift report sbom` is asked for, and the bill that answers it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from laneshift.cli.lanes import looked_at
from laneshift.config import glob_problem
from laneshift.errors import Refused
from laneshift.repo.commits import read_commit
from laneshift.repo.objects import Repository
from laneshift.reports.sbom.installed import installed, interpreter
from laneshift.reports.sbom.model import Sbom
from laneshift.reports.sbom.osv_folder import look
from laneshift.reports.sbom.repository import repository_bill
from laneshift.reports.sbom.tool import tool_bill

_LATEST = 253402300799
"""The last second of the year 9999, beyond which no time has CycloneDX's form."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The words of the command. `folder` is where its files go, `epoch` what SOURCE_DATE_EPOCH says."""

    tool: bool
    repository: bool
    tree: str
    folder: str
    exclude: tuple[str, ...]
    osv: Path | None
    epoch: str


def made(asked: Asked, directory: Path) -> Sbom:
    """The bill. Raises `Refused` for words that do not go together, and as the bills themselves do."""
    _hold(asked)
    when = _epoch(asked.epoch)
    if asked.tool:
        bill = replace(tool_bill("laneshift", installed(), interpreter()), when=when)
    else:
        bill = _of_repository(asked, directory, when)
    return bill if asked.osv is None else replace(bill, looked=look(asked.osv, bill.components))


def _of_repository(asked: Asked, directory: Path, when: int | None) -> Sbom:
    repository = Repository.open(directory)
    now = looked_at(repository, asked.tree)
    # What an earlier bill left there is no part of what this one is about, and it has to come out the same.
    now = now.edit({asked.folder: None}) if asked.folder else now
    return repository_bill(now, asked.exclude, when if when is not None else _committed(repository, asked.tree))


def _committed(repository: Repository, rev: str) -> int | None:
    """When the commit was made that the tree is of, or that the work tree came from; None for a tree alone."""
    if not rev:
        return None if repository.handle.head_is_unborn else read_commit(repository, "HEAD").when
    try:
        return read_commit(repository, rev).when
    except Refused:
        return None


def _hold(asked: Asked) -> None:
    if asked.tool and (asked.repository or asked.tree or asked.exclude):
        raise Refused(
            "sbom.two-subjects",
            "--tool is about what is installed, and --repository, --tree and --exclude are about a repository",
            cure="ask for one bill at a time",
        )
    for glob in asked.exclude:
        if problem := glob_problem(glob):
            raise Refused("sbom.bad-glob", f"{glob!r} {problem}", where="--exclude")


def _epoch(said: str) -> int | None:
    if not said:
        return None
    if not said.isascii() or not said.isdigit() or int(said[:20]) > _LATEST:
        raise Refused(
            "sbom.bad-epoch",
            f"{said[:40]!r} is not a time in Unix seconds",
            where="SOURCE_DATE_EPOCH",
            cure="unset it, or set it to a number of seconds",
        )
    return int(said)
