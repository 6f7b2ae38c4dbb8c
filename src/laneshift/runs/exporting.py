"""The journal for other clones, and what such a clone can verify with it: every landed tree, from its intents.

Nothing of `.git/laneshift` is needed there, only the commits, which came with the landing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from laneshift.errors import CheckFailed, LaneshiftError, Refused
from laneshift.evidence.atomic import write_whole
from laneshift.evidence.bundle import Bundle, read_bundle
from laneshift.evidence.chain import check
from laneshift.evidence.keys.ring import JournalKeys, KeyRing
from laneshift.evidence.keys.ring_file import read_ring
from laneshift.evidence.note import NoteKey, opened
from laneshift.evidence.records import Record
from laneshift.evidence.seals import against, read_seal
from laneshift.repo.objects import Repository
from laneshift.runs.attestation_audit import statement_in
from laneshift.runs.attesting import MADE
from laneshift.runs.events import Event
from laneshift.runs.replaying import Replay, Replayed
from laneshift.runs.sealing import latest, seal, uncovered
from laneshift.runs.verification import Verification
from laneshift.runs.verifying import UNTOLD
from laneshift.runs.workshop import Workshop

_LANDED = "land.recorded"
_LARGEST = 1 << 30


def export(shop: Workshop, path: Path) -> Bundle:
    """Write the whole journal, what replays of its landings need, and its seal to `path`; what was written.

    Raises `CheckFailed` for a journal or evidence that cannot be read, and when `path` cannot be written.
    """
    seal(shop)
    records = shop.journal.records()
    wanted = {str(record.facts["details"]) for record in records if record.kind == _LANDED}
    wanted |= {str(record.facts["bundle"]) for record in records if record.kind == MADE}
    kept = latest(shop.repository, shop.journal.checkpoint().origin)
    text = (kept.note.decode() if kept.note else kept.text) if kept else ""
    bundle = Bundle(records, {digest: shop.store.get(digest) for digest in sorted(wanted)}, text)
    write_whole(path, bundle.written(), durable=True)
    return bundle


def read_export(path: Path) -> Bundle:
    """What was exported to `path`. Raises `Refused` (`verify.journal`) when there is nothing to read."""
    try:
        if path.stat().st_size > _LARGEST:
            raise Refused("verify.journal", f"an exported journal is at most {_LARGEST} bytes", where=str(path))
        return read_bundle(path.read_bytes())
    except OSError as error:
        raise Refused(
            "verify.journal", "no exported journal can be read there", where=str(path), why=str(error)
        ) from error


def read_trusted(path: Path) -> KeyRing:
    """The keys in an exported ring. Raises `Refused` (`verify.ring`) for no file, `CheckFailed` for a damaged one."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Refused("verify.ring", "no ring of keys can be read there", where=str(path), why=str(error)) from error
    return KeyRing(()).with_keys(read_ring(data, str(path)))


@dataclass(frozen=True)
class Elsewhere:
    """A clone without the records. `ring` holds the keys that its user believes; None leaves signatures unchecked."""

    repository: Repository
    report: Callable[[Event], None]
    ring: KeyRing | None = None

    @property
    def keys(self) -> tuple[NoteKey, ...]:
        """The keys that are believed for seals."""
        return JournalKeys(self.ring).trusted() if self.ring else ()

    def verified(self, bundle: Bundle, batch: str) -> Verification:
        """Check the chain, the seal and the evidence of an export, and compute the landings of `batch` again.

        Raises `CheckFailed` (`verify.no-landing`) when the journal tells of no landing of that name.
        """
        signed = self._signed(bundle)
        findings = [str(each) for each in check(bundle.records, unreadable=bundle.unreadable)]
        findings += [*bundle.faults, *self._sealed(bundle, signed)]
        looked = Verification(
            records=len(bundle.records),
            evidence_files=len(bundle.evidence),
            trees=0,
            seals=int(bool(bundle.seal)),
            signed=signed,
        )
        if findings:
            return replace(looked, findings=(*findings, UNTOLD))
        landings = [r for r in bundle.records if r.kind == _LANDED and r.facts["batch"] == batch]
        if not landings:
            known = sorted({str(r.facts["batch"]) for r in bundle.records if r.kind == _LANDED})
            told = ", ".join(known) or "none"
            raise CheckFailed(
                "verify.no-landing", f"the journal tells of no landing of {batch!r}", cure=f"its batches: {told}"
            )
        again = Replay(self.repository, _getter(bundle), self.report, elsewhere=True)
        found = sum((again.of(record.facts, record.tool) for record in landings), Replayed())
        wrong = self.attested(bundle, batch)
        return replace(
            looked,
            trees=found.trees,
            findings=(*found.findings, *wrong),
            unclaimed=found.unclaimed,
            attestations=len(_made(bundle, batch)) - len(wrong) if self.ring else 0,
        )

    def attested(self, bundle: Bundle, batch: str) -> list[str]:
        """What is wrong with the attestations of the landings of `batch`; nothing is looked at without a ring."""
        if self.ring is None:
            return []
        return [fault for record in _made(bundle, batch) if (fault := _fault(bundle, record, self.ring))]

    def _sealed(self, bundle: Bundle, signed: int) -> Iterator[str]:
        """What is wrong with the seal, of which a key that is believed signed the first `signed` records."""
        if not bundle.seal:
            if self.keys:
                yield "the journal was exported without a seal [evidence.unsealed]"
            return
        text = bundle.seal.partition("\n\n")[0].removesuffix("\n") + "\n"
        try:
            stated = read_seal(text)
        except ValueError as error:
            yield f"the seal cannot be read: {error} [evidence.seal]"
            return
        origin = bundle.records[0].previous if bundle.records else stated.origin
        yield from map(str, against([stated], [], bundle.records, origin))
        if self.keys and not signed:
            yield "the seal is signed by none of the keys that are trusted here [evidence.unsealed]"
        elif self.ring is not None:
            yield from map(str, uncovered(bundle.records, JournalKeys(self.ring).since(), signed))

    def _signed(self, bundle: Bundle) -> int:
        """How many records a key that is believed signed for."""
        try:
            return read_seal(opened(bundle.seal.encode(), self.keys)[0]).size
        except ValueError:
            return 0


def _fault(bundle: Bundle, record: Record, ring: KeyRing) -> str:
    """Why an attestation does not count, or empty: its signature, or that it is about something else than is said."""
    where = f"record {record.seq} ({record.key})"
    try:
        said = statement_in(_getter(bundle)(str(record.facts["bundle"])), record, ring)
    except (LaneshiftError, ValueError) as error:
        return f"{where}: does not count: {error} [attestations.refused]"
    if [each.as_json() for each in said.subjects[:1]] != [record.facts["subject"]]:
        return f"{where}: is about something else than the journal says [attestations.forged]"
    return ""


def _made(bundle: Bundle, batch: str) -> list[Record]:
    tips = {r.facts["tip"] for r in bundle.records if r.kind == _LANDED and r.facts["batch"] == batch}
    return [record for record in bundle.records if record.kind == MADE and record.facts["tip"] in tips]


def _getter(bundle: Bundle) -> Callable[[str], bytes]:
    def get(digest: str) -> bytes:
        if digest not in bundle.evidence:
            raise CheckFailed("verify.no-evidence", f"the export lacks the evidence {digest}")
        return bundle.evidence[digest]

    return get
