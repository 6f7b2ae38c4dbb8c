"""Whether the proof in an approval holds: a signature over the digest of its subject by a key of the approver.

The outcome is one of the faults that `rollout.approval.Checked` knows. When a signature is good, ssh-keygen is asked
once; when it is not, it is asked again for what of it is wrong, so that each way to fail has a name of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from laneshift.repo.allowed_signers import Signer, lines_for, signers_in
from laneshift.repo.ssh_signatures import fault, holds
from laneshift.repo.sshsig import Signature, signature_in
from laneshift.rollout.approval import Checked, Envelope
from laneshift.rollout.subject import NAMESPACE
from laneshift.runs import passkey_proof
from laneshift.runs.approval_envelope import digest_of_envelope
from laneshift.runs.approval_keys import Keys


@dataclass(frozen=True, slots=True)
class Proved:
    """An approval with what its proof is worth, and the fingerprint of the key that is said to have signed."""

    checked: Checked
    key: str

    @property
    def digest(self) -> str:
        """Identifies the whole envelope, its proof included."""
        return digest_of_envelope(self.checked.envelope)


def proved(envelope: Envelope, keys: Keys) -> Proved:
    """Check the proof of one approval with the keys of people. Raises `Refused` (`approval.no-ssh-keygen`) for SSH."""
    if envelope.method == "passkey":
        return Proved(*passkey_proof.checked(envelope, keys))
    if envelope.method != "ssh":
        return Proved(Checked(envelope, "unknown-method", f"nothing here checks {envelope.method}"), "")
    text = envelope.proof["signature"]
    try:
        signature = signature_in(text)
    except ValueError as error:
        return Proved(Checked(envelope, "edited", str(error)), "")
    return Proved(_checked(envelope, text, signature, keys), signature.fingerprint)


def one_key_each(found: Sequence[Proved]) -> list[Proved]:
    """The same, where a key that signs for several people counts for the first of them alone."""
    owners: dict[str, str] = {}
    kept = []
    for one in found:
        name = one.checked.envelope.subject.approver
        owner = name if one.checked.fault else owners.setdefault(one.key, name)
        why = f"the same key signed for {owner}"
        kept.append(one if owner == name else replace(one, checked=Checked(one.checked.envelope, "wrong-key", why)))
    return kept


def _checked(envelope: Envelope, text: str, signature: Signature, keys: Keys) -> Checked:
    subject = envelope.subject
    signers, _ = signers_in(keys.signers)
    lines = lines_for(signers, subject.approver, signature.key)

    def told(revoked: bytes | None) -> str:
        return fault(text, NAMESPACE, subject.signed, lines, subject.approver, subject.made, revoked)

    sound = signature.namespace == NAMESPACE and not signature.weakness and lines
    wrong = told(keys.revoked) if sound else "-"
    if not wrong:
        return Checked(envelope)
    if signature.namespace != NAMESPACE or not holds(text, NAMESPACE, subject.signed):
        return Checked(envelope, "edited", "the signature is not over this approval")
    if not sound:
        return Checked(envelope, "wrong-key", signature.weakness or _stranger(signature, signers, keys, envelope))
    unrevoked = told(None)
    if unrevoked:
        return Checked(envelope, "wrong-key", unrevoked)
    return Checked(envelope, "revoked-key", f"the key {signature.fingerprint} was revoked")


def _stranger(signature: Signature, signers: Sequence[Signer], keys: Keys, envelope: Envelope) -> str:
    """Why a good signature is nobody's, in the words of the file of signers."""
    approver = envelope.subject.approver
    others = sorted({name for signer in signers if signer.key == signature.key for name in signer.principals})
    if others:
        return f"the key {signature.fingerprint} belongs to {', '.join(others)[:200]}, not to {approver}"
    passed = [str(line.line) for line in signers_in(keys.signers)[1]]
    aside = f"; line(s) {', '.join(passed[:20])} of the file do not count" if passed else ""
    return f"the key {signature.fingerprint} is not among the allowed signers{aside}"
