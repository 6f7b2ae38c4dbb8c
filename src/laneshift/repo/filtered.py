"""Blobs as git would write them into a work tree: with the line ends, encodings and filters that attributes ask for."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence

from laneshift.errors import CheckFailed
from laneshift.repo.conversions import as_they_are
from laneshift.repo.folders import Entry
from laneshift.repo.git import Place, git
from laneshift.repo.objects import Repository

_BATCH_BYTES = 32 << 20


def filtered(
    repo: Repository,
    place: Place,
    files: Iterable[tuple[str, Entry]],
    plain: frozenset[str] | None = None,
    lying: Mapping[str, str] | None = None,
) -> Iterator[tuple[str, bytes]]:
    """Path and bytes of every regular file: in process those that git would write as they are, then the others.

    For the others there is one git process for each 32 MiB of blobs. Attributes are those of the work tree; `plain` is
    what `as_they_are` says of the paths, where that was asked before. `lying` tells by the id of a blob where the work
    tree may have it as a file. Raises `Refused` (`repo.missing-object`) or `CheckFailed` (`git.failed`) when a blob is
    missing, the latter too when a filter fails.
    """
    asked = list(files)
    paths = [path for path, _ in asked]
    plain = as_they_are(place, paths) if plain is None else plain
    for path, entry in asked:
        if path in plain:
            yield path, repo.blob(entry.oid, lying.get(entry.oid, "") if lying else "")
    converted = [(path, entry) for path, entry in asked if path not in plain]
    repo.publish(entry.oid for _, entry in converted)
    yield from _converted(repo, place, converted)


def _converted(repo: Repository, place: Place, files: Iterable[tuple[str, Entry]]) -> Iterator[tuple[str, bytes]]:
    batch: list[tuple[str, Entry]] = []
    size = 0
    for path, entry in files:
        if "\n" in path:  # the batch knows lines only
            yield from _batch(place, batch)
            yield path, git(place, "cat-file", "--filters", f"--path={path}", entry.oid).stdout
            batch, size = [], 0
            continue
        batch.append((path, entry))
        size += repo.blob_size(entry.oid)
        if size > _BATCH_BYTES:
            yield from _batch(place, batch)
            batch, size = [], 0
    yield from _batch(place, batch)


def _batch(place: Place, files: Sequence[tuple[str, Entry]]) -> Iterator[tuple[str, bytes]]:
    """The size that git tells is that from before the filters, so a mark that no file can know parts the files."""
    if not files:
        return
    mark = os.urandom(16).hex()
    asked = "".join(f"{entry.oid} {path}\n" for path, entry in files).encode("utf-8", "surrogateescape")
    done = git(place, "cat-file", "--filters", f"--batch={mark}%(objecttype)", stdin=asked)
    parts = done.stdout.split(f"{mark}blob\n".encode())
    if len(parts) != len(files) + 1 or parts[0]:
        missing = done.stdout[: done.stdout.find(b"\n")]
        raise CheckFailed("git.failed", "git could not read every file that is to be written", why=repr(missing))
    for (path, _), data in zip(files, parts[1:], strict=True):
        yield path, data[:-1]
