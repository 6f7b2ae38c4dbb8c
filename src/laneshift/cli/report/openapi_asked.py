"""What `report openapi` does between its options and its words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from laneshift.cli.lanes import looked_at, put
from laneshift.cli.opened import opened
from laneshift.cli.session import Session
from laneshift.errors import Refused
from laneshift.evidence.canonical import canonical
from laneshift.repo.objects import Repository
from laneshift.repo.paths import check_path
from laneshift.reports.openapi.comparing import Compared, compare
from laneshift.reports.openapi.data import data
from laneshift.reports.openapi.document import LARGEST, document
from laneshift.reports.openapi.model import Document
from laneshift.reports.openapi.pages import comment, html, markdown
from laneshift.reports.openapi.validity import remark
from laneshift.runs.lane_check import settings_of
from laneshift.runs.openapi_app import NAME, app_document
from laneshift.wiring import comments

APP = "app"
"""How the application is named in place of a document."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Two documents, each a file, `REV:path` or `app`; empty for the baseline and for the application."""

    old: str
    new: str
    tree: str
    allow_unsure: bool


def made(talk: Session, asked: Asked) -> Compared:
    """The report. Raises `Refused` for a document that is not there, cannot be read, or is not valid."""
    repository = Repository.open(talk.directory)
    tree = looked_at(repository, asked.tree)
    settings = settings_of(tree).openapi
    documents = [
        document(name, data)
        for name, data in (_old(repository, asked, settings.baseline), _found(talk, asked.new or APP, asked.tree))
    ]
    said = [(each.name, remark(each, tree)) for each in documents]
    remarks = tuple(text if text.startswith(name) else f"{name} {text}" for name, text in said if text)
    unsure_passes = asked.allow_unsure or settings.unsure == "pass"
    return compare(documents[0], documents[1], unsure_passes=unsure_passes, remarks=remarks)


def baseline(talk: Session, source: str) -> tuple[str, bool, Document]:
    """Write a document to where changes are held against it: its path, whether it differs, and what it is."""
    repository = Repository.open(talk.directory)
    tree = looked_at(repository, "")
    path = settings_of(tree).openapi.baseline
    name, data = _found(talk, source or APP, "")
    found = document(name, data)
    remark(found, tree)
    if name.endswith(".json") != path.endswith(".json") and source:
        what = f"{name} cannot be the baseline {path}: one is JSON and the other YAML"
        raise Refused("openapi.baseline-form", what, where="openapi.baseline", cure="name the baseline alike")
    return path, put(repository, tree, {path: data}), found


def written(talk: Session, folder: str, found: Compared) -> list[str]:
    """Write the files of the report below a folder of the work tree; their paths."""
    texts = {"json": canonical(data(found)).decode() + "\n", "md": markdown(found), "html": html(found)}
    files = {f"{folder}/openapi.{kind}": text.encode("utf-8", "replace") for kind, text in texts.items()}
    repository = Repository.open(talk.directory)
    put(repository, looked_at(repository, ""), files)
    return sorted(files)


def remark_on(talk: Session, number: int, found: Compared) -> None:
    """Have the report as the one comment of its kind on a change. Raises what the forge does."""
    comments(Repository.open(talk.directory)).comment(number, "openapi", comment(found))


def _old(repository: Repository, asked: Asked, baseline: str) -> tuple[str, bytes]:
    if asked.old:
        return _file(repository, asked.old)
    tree = looked_at(repository, asked.tree)
    entry = tree.entry(baseline)
    if entry is None or not entry.is_regular:
        what = f"there is no baseline {baseline} to compare with"
        raise Refused("openapi.no-baseline", what, where=baseline, cure="laneshift report openapi baseline")
    return baseline, tree.read(baseline)


def _found(talk: Session, name: str, tree: str) -> tuple[str, bytes]:
    if name != APP:
        return _file(Repository.open(talk.directory), name)
    shop = opened(talk)
    return NAME, app_document(shop, looked_at(shop.repository, tree))


def _file(repository: Repository, name: str) -> tuple[str, bytes]:
    """A file that a person named, or one of a revision."""
    path = Path(name)
    revision, colon, inside = name.partition(":")
    if path.is_file():
        if path.stat().st_size > LARGEST:
            raise Refused("openapi.too-large", f"{name} has more than {LARGEST} bytes", where=name)
        return name, path.read_bytes()
    if not colon or not revision or not inside:
        raise Refused(
            "openapi.no-document",
            f"{name} is no file",
            where=name,
            cure="name a file, a file of a revision as REV:path, or app",
        )
    tree = repository.tree(revision)
    entry = tree.entry("/".join(check_path(inside)))
    if entry is None or not entry.is_regular:
        raise Refused("openapi.no-document", f"{inside} is no file of {revision}", where=name)
    return name, tree.read(inside)
