"""The content-addressed index of one repository: facts of Python files and the words of all files, by blob id.

Any tree of any branch is answered for by reading only blobs that were never seen. The index is a cache and nothing
else: every answer is the one that the blobs themselves give, with or without it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from itertools import compress, count
from types import TracebackType
from typing import Self, TypeVar

from laneshift.code.facts import Facts, Links, Problem, decode, decode_links, decode_parses
from laneshift.code.index import records, words
from laneshift.code.index.blobs import read_blob
from laneshift.code.index.folders import Folders
from laneshift.code.index.jobs import Job, Segment
from laneshift.code.index.kinds import FACTS, TREES, WORDS, folder_of
from laneshift.code.index.listing import NOWHERE, UNPLACED, Listing
from laneshift.code.index.lookup import blobs_with, numbers_with
from laneshift.code.index.parts import Parts
from laneshift.code.index.placing import Parsed, parsed_of, placed_on, places_of
from laneshift.code.index.recent import RecentBytes
from laneshift.code.parsing import PARSING
from laneshift.errors import Bug
from laneshift.repo.objects import Repository, Tree

V = TypeVar("V")
_FLUSH_FROM = 64
_SCAN_UP_TO = 256
_TOKENISE_UP_TO = 2_048
_MOST_WORDS = 8


class Index:
    """Facts and words of the blobs of one repository. May be used from several threads; open one per process.

    `processes` is how many workers a cold index may use; 1 keeps all work in this process. Workers are spawned, so a
    program that asks for more must guard its main module in the usual way.
    """

    def __init__(self, repository: Repository, processes: int = 1) -> None:
        self.repository = repository
        self.processes = processes
        told: set[str] = set()
        self._folders = Folders(repository, folder_of(repository.state_dir, TREES, told))
        # The lock of parsing, because either may be wanted by who has the other: with two they would wait for ever.
        self._lock = PARSING
        self._facts = Parts(folder_of(repository.state_dir, FACTS, told), records.RecordSegment)
        self._words = Parts(folder_of(repository.state_dir, WORDS, told), words.WordSegment)
        self._pending: dict[bytes, bytes] = {}
        self._recent = RecentBytes()
        self._refusals: dict[bytes, Problem | None] = {}
        self._looked: tuple[list[words.WordSegment], dict[bytes, tuple[frozenset[int], frozenset[int]]]] = ([], {})

    @classmethod
    def open(cls, repository: Repository, processes: int = 1) -> Self:
        """The index of `repository`, kept under its `state_dir`. Reads nothing yet, and never fails."""
        return cls(repository, processes)

    def __enter__(self) -> Self:
        """The index itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Keep what was extracted but not yet written."""
        self.flush()

    def files(self, tree: Tree) -> Mapping[str, bytes]:
        """Path to binary blob id of every regular file of the tree."""
        with self._lock:
            return self._folders.listing(tree.oid).files

    def refresh(self, tree: Tree) -> None:
        """Index every blob of the tree that was never seen, facts and words, and write it down.

        Raises `Refused` when a blob is missing from the repository.
        """
        with self._lock:
            if self.processes > 1 and self._folders.is_empty():
                from laneshift.repo.tree_listing import list_by_git

                list_by_git(tree)
            listing = self._folders.listing(tree.oid)
            self.flush()
            jobs = self._jobs(listing.files if listing.unseen is None else listing.unseen, facts=True, words=True)
            self._fill(jobs)
            self._tidy(listing)
            listing.unseen = {}
            if len(jobs) >= _FLUSH_FROM or (listing.places is None and len(listing.paths) >= _FLUSH_FROM):
                self._keep(tree.oid, listing)
                for folder in (self._facts.folder, self._words.folder, self._folders.folder):
                    folder.discard(())

    def facts(self, tree: Tree) -> Mapping[str, Facts]:
        """Path to facts of every `.py` file of the tree, in the order of the tree's listing.

        Many unseen blobs are indexed at once; a few are extracted when they are first asked for.
        """
        return _Records(self, self._python_files(tree), decode)

    def links(self, tree: Tree) -> Mapping[str, Links]:
        """As `facts`, with the links alone: several times cheaper where only the import graph is wanted."""
        return _Records(self, self._python_files(tree), decode_links)

    def parses(self, tree: Tree) -> Mapping[str, bool]:
        """As `facts`, with nothing but whether this Python can parse the file."""
        with self._lock:
            listing = self._folders.listing(tree.oid)
        if not listing.flags:
            return _Records(self, self._python_files(tree), decode_parses)
        return Parsed(listing, lambda oid: decode_parses(self.record(oid)))

    def refusal(self, tree: Tree, path: str) -> Problem | None:
        """Why this Python cannot run a regular file of the tree; None when its compiler has taken all of it.

        Facts do not say it: a file that parses may still not compile. Every blob is tried when it is first asked
        about, and remembered as long as this index is open. Raises `Refused` when the blob is missing.
        """
        from laneshift.code.facts.refusal import oversized, refusal

        with self._lock:
            oid = bytes.fromhex(tree.entries[path].oid)
            if oid not in self._refusals:
                data = read_blob(self.repository.stored, oid)
                self._refusals[oid] = oversized() if data is None else refusal(data)
            return self._refusals[oid]

    def facts_of(self, data: bytes) -> Facts:
        """The facts of bytes that are in no tree yet; not kept."""
        from laneshift.code.index.making import record_of

        return decode(record_of(data))

    def mentions(self, tree: Tree, needle: bytes | str) -> tuple[str, ...]:
        """The paths of the files whose bytes contain `needle`, exactly; then the symlinks whose targets do.

        Each group is in the order of the tree's listing.

        Text stands for its UTF-8 bytes. A run of `[A-Za-z0-9_]` is looked up; anything else is searched for in the
        files that have its longest run, or its run with a dot that ends a literal. Files over 8 MiB, and binary ones
        when the run is shorter than four, are searched as they are. So is a blob never seen: one question to a cold
        index costs one pass over the blobs and builds nothing. Raises `Refused` when a blob is missing.
        """
        wanted = needle.encode("utf-8", "surrogateescape") if isinstance(needle, str) else needle
        if not wanted:
            raise Bug("index.no-needle", "every file contains the empty text")
        word = words.key_of(wanted)
        with self._lock:
            listing = self._folders.listing(tree.oid)
            placed = self._placed(listing, word, wanted)
            found = self._searched(listing, word, wanted) if placed is None else placed
            leading = [path for path, oid in listing.links.items() if self._contains(oid, wanted)]
        return (*found, *leading)

    def knows(self, tree: Tree) -> bool:
        """Whether most blobs of the tree are in the index, so that a question to it is cheap. Reads no blob."""
        with self._lock:
            listing = self._folders.listing(tree.oid)
            if self._parts_of(listing) is not None:
                return True
            return 2 * len(self._words.missing(listing.blobs)) < len(listing.blobs)

    def clear(self) -> None:
        """Remove what older versions left and nobody reads any more: for a command that will build no index."""
        with self._lock:
            for folder in (self._facts.folder, self._words.folder, self._folders.folder):
                folder.clear()

    def flush(self) -> None:
        """Write down the facts that were extracted one by one."""
        with self._lock:
            if self._pending:
                sections = records.lay_out(self._pending.items())
                self._facts.adopt(sections, self._facts.folder.add(sections))
                self._pending.clear()

    def record(self, oid: bytes) -> bytes:
        """The encoded facts of one blob: from the index, or extracted now."""
        with self._lock:
            known = self._pending.get(oid)
            if known is None and not self._facts.missing({oid}):
                number, row = self._facts.at[oid]
                return self._facts.segments[number].record(row)
            if known is None:
                from laneshift.code.index.making import record_of

                known = self._pending[oid] = record_of(read_blob(self.repository.stored, oid))
                if len(self._pending) >= _FLUSH_FROM:
                    self.flush()
            return known

    def _python_files(self, tree: Tree) -> dict[str, bytes]:
        with self._lock:
            files = self._folders.listing(tree.oid).files
            files = {path: oid for path, oid in files.items() if path.endswith(".py")}
            jobs = self._jobs(files, facts=True, words=False)
            if len(jobs) >= _FLUSH_FROM:
                self._fill(jobs)
        return files

    def _jobs(self, files: Mapping[str, bytes], *, facts: bool, words: bool) -> list[Job]:
        """The blobs of `files` that are not indexed yet, after a look at what other processes have written."""
        python = {oid for path, oid in files.items() if path.endswith(".py")} if facts else set()
        everything = set(files.values()) if words else set()
        no_facts = self._facts.missing(python) - self._pending.keys()
        no_words = self._words.missing(everything)
        # In the order of the tree: neighbours are packed together and share their words, so that all goes faster.
        return [
            Job(oid, oid in no_facts, oid in no_words)
            for oid in dict.fromkeys(files.values())
            if oid in no_facts or oid in no_words
        ]

    def _fill(self, jobs: list[Job]) -> None:
        if not jobs:
            return
        # What makes facts and starts workers takes longer to load than a warm index takes to answer.
        from laneshift.code.index.build import PARALLEL_FROM, build, build_in_processes

        if self.processes > 1 and sum(job.facts for job in jobs) >= PARALLEL_FROM:
            build_in_processes(self.repository.common_dir, self.repository.state_dir, jobs, self.processes)
            no_facts = self._facts.missing({job.oid for job in jobs if job.facts})
            no_words = self._words.missing({job.oid for job in jobs if job.words})
            left = (job for job in jobs if job.oid in no_facts or job.oid in no_words)
            jobs = [Job(job.oid, job.oid in no_facts, job.oid in no_words) for job in left]
        for segment in build(self.repository.stored, jobs, self._facts.folder, self._words.folder):
            self._adopt(segment)

    def _adopt(self, segment: Segment) -> None:
        parts = self._facts if segment.kind == FACTS else self._words
        parts.adopt(segment.sections, segment.name)

    def _parts_of(self, listing: Listing) -> list[words.WordSegment] | None:
        """The parts that a kept listing refers to; None when it was not kept, or one of them is gone."""
        return None if listing.places is None else self._words.named(listing.places.parts)

    def _placed(self, listing: Listing, word: bytes, wanted: bytes) -> list[str] | None:
        """The files that contain `wanted`, by the places in a kept listing; None when those are of no use."""
        if listing.places is not None and len(listing.unplaced) > _SCAN_UP_TO:
            # They would be searched again and again.
            missing = self._words.missing(set(listing.unplaced.values()))
            self._fill([Job(oid, False, True) for oid in sorted(missing)])
            placed_on(listing, self._words)
        parts = self._parts_of(listing)
        if listing.places is None or parts is None:
            return None
        numbers = listing.places.numbers
        found, unsure = self._numbers(parts, word) if word else (frozenset[int](), frozenset(numbers))
        if word != wanted:
            found, unsure = frozenset(), found | unsure
        unsure -= {NOWHERE, UNPLACED}
        if unsure:
            searched = dict(compress(zip(numbers, count(), strict=False), map(unsure.__contains__, numbers)))
            found |= {number for number, row in searched.items() if self._contains(listing.oid(row), wanted)}
        without = {path for path, oid in listing.unplaced.items() if not self._contains(oid, wanted)}
        found |= {UNPLACED}
        paths = compress(listing.paths, map(found.__contains__, numbers))
        return [path for path in paths if path not in without]

    def _numbers(self, parts: list[words.WordSegment], word: bytes) -> tuple[frozenset[int], frozenset[int]]:
        """As `numbers_with`, of the last few words: several questions about joined names look for the same one."""
        if self._looked[0] != parts or len(self._looked[1]) == _MOST_WORDS:
            self._looked = (parts, {})
        known = self._looked[1]
        if word not in known:
            found, unsure = numbers_with(parts, word)
            known[word] = (frozenset(found), frozenset(unsure))
        return known[word]

    def _searched(self, listing: Listing, word: bytes, wanted: bytes) -> list[str]:
        """The files that contain `wanted`, by the ids of their blobs."""
        live = listing.blobs
        found, unsure = set[bytes](), set(live)
        if word:
            unseen = self._unseen_words(live)
            found, unsure = blobs_with(self._words.segments, word)
            unsure = (unsure & live | unseen) - found
        if word != wanted:
            found, unsure = set(), found & live | unsure
        found.update(oid for oid in unsure if self._contains(oid, wanted))
        return [path for path, oid in listing.files.items() if oid in found]

    def _unseen_words(self, live: frozenset[bytes]) -> set[bytes]:
        """The blobs never seen. A middling number is indexed first: it would be searched again and again."""
        unseen = self._words.missing(live)
        if not _SCAN_UP_TO < len(unseen) <= _TOKENISE_UP_TO:
            return unseen
        self._fill([Job(oid, False, True) for oid in sorted(unseen)])
        return set()

    def _contains(self, oid: bytes, needle: bytes) -> bool:
        data = self._recent.get(oid) or self.repository.remembered(oid.hex())
        if data is None:
            data = read_blob(self.repository.stored, oid, sys.maxsize)
            if data is None:
                return False
            self._recent.put(oid, data)
        return needle in data

    def _keep(self, tree_oid: str, listing: Listing) -> None:
        """Write the listing down with what is known about its files, unless some of that could not be written."""
        places = places_of(listing, self._words)
        if places is not None:
            self._folders.keep(tree_oid, places, parsed_of(listing, lambda oid: decode_parses(self.record(oid))))

    def _tidy(self, listing: Listing) -> None:
        from laneshift.code.index.writing import merge as merge_words

        def live() -> dict[bytes, None]:
            return dict.fromkeys(listing.files.values())

        self._facts.tidy(lambda parts, keep: [records.merge(parts, keep)], live)
        self._words.tidy(lambda parts, keep: [part.sections() for part in merge_words(parts, keep)], live)


class _Records(Mapping[str, V]):
    """Records by path, looked up and decoded when asked for."""

    def __init__(self, index: Index, files: Mapping[str, bytes], decoded: Callable[[bytes], V]) -> None:
        self._index = index
        self._files = files
        self._decoded = decoded

    def __getitem__(self, path: str) -> V:
        return self._decoded(self._index.record(self._files[path]))

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)

    def __contains__(self, path: object) -> bool:
        return path in self._files
