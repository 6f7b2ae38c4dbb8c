"""Seals of the journal, in a ref of their own: each landing, and each command that recorded something, adds one.

The ref is a chain of commits. Each holds the checkpoint, signed where there is a key, and the hashes of all lines up to
it, so that a later look at the journal tells what was changed since, and in which record. A ref can be pushed: a copy
elsewhere is what a cut of both together cannot reach.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from laneshift.errors import CheckFailed, LaneshiftError
from laneshift.evidence.merkle import leaf_of, root_of
from laneshift.evidence.note import NoteKey, opened
from laneshift.evidence.records import Finding, Record
from laneshift.evidence.seals import HASH, Seal, against, chunks, leaves_in, read_seal
from laneshift.evidence.signing import NoteKeys
from laneshift.repo.commits import KEEPER, history, write_commit
from laneshift.repo.objects import File, Repository
from laneshift.repo.refs import RefMoved, RefUpdate, read, swap, under
from laneshift.runs.events import Event
from laneshift.runs.workshop import Workshop

SEALS = "refs/laneshift/seals/"
_NAMED = 32
_NOTE, _TEXT, _LEAVES = "checkpoint", "checkpoint.txt", "leaves"
_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Kept:
    """One seal as its commit has it. `note` is empty where nobody signed."""

    commit: str
    text: str
    note: bytes

    def signed_by(self, keys: tuple[NoteKey, ...]) -> bool:
        """Whether one of `keys` signed it."""
        try:
            return bool(self.note) and opened(self.note, keys)[0] == self.text
        except ValueError:
            return False


@dataclass(frozen=True, slots=True)
class Sealed:
    """What the seals say: findings, how many there are, and how many records a signed one covers."""

    findings: tuple[str, ...]
    seals: int
    signed: int


def ref_of(origin: str) -> str:
    """The ref with the seals of the journal that has this origin: two clones have two journals, and one remote."""
    return SEALS + origin.removeprefix("sha256:")[:_NAMED]


def seal(shop: Workshop) -> Seal | None:
    """Seal the journal as it is now, unless that is done already; the new seal.

    Raises `CheckFailed` when the journal cannot be read or the ref cannot be written.
    """
    origin = shop.journal.checkpoint().origin
    for _ in range(_ATTEMPTS):
        tip = read(shop.repository, ref_of(origin))
        last = shop.journal.tip()
        # Most commands recorded nothing: then neither the hashes nor the private key are read.
        covered = last is None or last.seq <= _covered(shop.repository, tip)
        if last is None or (covered and _is_signed(shop, tip)):
            return None
        signer = shop.keys.signer()
        if covered and signer is None:
            return None
        kept = _leaves(shop.repository, tip)
        leaves = [*kept, *(leaf_of(record.line()) for record in shop.journal.records(after=len(kept)))]
        made = Seal(origin, len(leaves), root_of(leaves))
        note = signer.key.signed(made.text(), signer.sign(made.text().encode())) if signer else b""
        if write(shop, [tip] if tip else [], made, note, leaves):
            return made
    raise CheckFailed("seals.busy", f"others move {ref_of(origin)} all the time", cure="run the same command again")


def seal_or_tell(shop: Workshop) -> None:
    """Seal the journal at the end of a command, whose result stands whether or not that can be done."""
    try:
        seal(shop)
    except LaneshiftError as error:
        shop.report(Event("pins", f"the journal could not be sealed: {error.what} {error.why}".rstrip()))


def checked(
    repository: Repository, records: Sequence[Record], origin: str, keys: NoteKeys, others: Sequence[str] = ()
) -> Sealed:
    """Hold a whole journal against every seal of it, and those that commits `others` of remotes hold.

    Raises `CheckFailed` when a seal cannot be read from git.
    """
    tip = read(repository, ref_of(origin))
    commits = {commit.oid: None for start in filter(None, (tip, *others)) for commit in history(repository, start)}
    kept = [_kept(repository, commit) for commit in commits]
    findings: list[Finding | str] = []
    seals: dict[str, Seal] = {}
    for each in kept:
        try:
            seals[each.commit] = read_seal(each.text)
        except ValueError as error:
            findings.append(f"seal {each.commit[:12]} cannot be read: {error} [evidence.seal]")
    if not tip and (strange := under(repository, SEALS)):
        what = f"begins another journal than the one that is sealed in {next(iter(strange))}"
        findings.append(Finding("evidence.foreign", 1, records[0].key if records else "", what))
    if seals:
        longest = max(seals, key=lambda commit: seals[commit].size)
        findings += against(list(seals.values()), _leaves(repository, longest), records, origin)
    trusted = keys.trusted()
    signed = [seals[each.commit].size for each in kept if each.commit in seals and each.signed_by(trusted)]
    covered = max(signed, default=0)
    findings += uncovered(records, keys.since(), covered)
    return Sealed(tuple(dict.fromkeys(map(str, findings))), len(kept), covered)


def latest(repository: Repository, origin: str) -> Kept | None:
    """The last seal of the journal that has this origin."""
    tip = read(repository, ref_of(origin))
    return _kept(repository, tip) if tip else None


def uncovered(records: Sequence[Record], since: int | None, covered: int) -> Iterator[Finding]:
    """Landings that no signature stands for, though there was a key to sign with."""
    if since is None:
        return
    for record in records:
        if record.kind == "land.recorded" and record.at >= since and record.seq > covered:
            what = "is a landing that no signed seal covers"
            yield Finding("evidence.unsealed", record.seq, record.key, what)


def _is_signed(shop: Workshop, tip: str | None) -> bool:
    return tip is not None and _kept(shop.repository, tip).signed_by(shop.keys.trusted())


def _kept(repository: Repository, commit: str) -> Kept:
    tree = repository.tree(commit)
    note = tree.read(_NOTE) if _NOTE in tree else b""
    return Kept(commit, tree.read(_TEXT).decode("utf-8", "replace") if _TEXT in tree else "", note)


def _leaves(repository: Repository, commit: str | None) -> list[bytes]:
    if commit is None:
        return []
    tree = repository.tree(commit)
    try:
        return leaves_in(tree.read(f"{_LEAVES}/{name}") for name in sorted(tree.folder(_LEAVES)))
    except ValueError as error:
        raise CheckFailed("seals.damaged", f"the hashes of a seal are damaged: {error}", where=commit) from error


def _covered(repository: Repository, commit: str | None) -> int:
    """How many hashes a seal holds, by the sizes of their files."""
    files = repository.tree(commit).folder(_LEAVES).values() if commit else ()
    return sum(repository.blob_size(entry.oid) for entry in files) // HASH


def write(shop: Workshop, onto: Sequence[str], made: Seal, note: bytes, leaves: list[bytes]) -> bool:
    """Add a seal on the commits `onto`, of which the first is what the ref holds; whether it still held that."""
    repository = shop.repository
    before = repository.tree(onto[0]) if onto else repository.empty_tree()
    changes: dict[str, File | None] = {f"{_LEAVES}/{name}": File(data) for name, data in chunks(leaves).items()}
    changes[_TEXT] = File(made.text().encode())
    if note or _NOTE in before:
        changes[_NOTE] = File(note) if note else None
    tree = before.edit(changes)
    commit = write_commit(repository, tree.oid, onto, f"seal {made.size} records", KEEPER, shop.now())
    try:
        swap(repository, [RefUpdate(ref_of(made.origin), onto[0] if onto else None, commit)], reason="laneshift: seal")
    except RefMoved:
        return False
    return True


def join(shop: Workshop, other: str) -> None:
    """Take the seals that `other` holds into the history of ours, so that the ref can follow both."""
    origin = shop.journal.checkpoint().origin
    here = read(shop.repository, ref_of(origin))
    if here is None:
        swap(shop.repository, [RefUpdate(ref_of(origin), None, other)], reason="laneshift: seal")
        return
    longest = max((here, other), key=lambda commit: len(_leaves(shop.repository, commit)))
    kept, leaves = _kept(shop.repository, longest), _leaves(shop.repository, longest)
    try:
        stated = read_seal(kept.text)
    except ValueError as error:
        raise CheckFailed("seals.damaged", f"a seal cannot be read: {error}", where=longest) from error
    write(shop, [here, other], stated, kept.note, leaves)
