"""Whether a passkey signed an approval: what a browser gave, against the passkeys that the repository names."""

from __future__ import annotations

from collections.abc import Sequence

from laneshift.rollout.approval import Checked, Envelope
from laneshift.rollout.assertion import Assertion, challenged, is_signed, problem
from laneshift.rollout.passkeys import Passkey, fingerprint, passkeys_in
from laneshift.runs.approval_keys import Keys


def checked(envelope: Envelope, keys: Keys) -> tuple[Checked, str]:
    """What the proof of a passkey is worth, and the fingerprint of the key that is said to have signed.

    The key has to be one that the file of passkeys has for the approver: what the proof says of its own key is compared
    with that and never believed.
    """
    try:
        assertion = Assertion.in_proof(envelope.proof)
        named = passkeys_in(keys.passkeys or b"")
    except ValueError as error:
        return Checked(envelope, "edited", str(error)), ""
    key = fingerprint(assertion.key)
    if keys.site is None:
        return Checked(envelope, "wrong-key", "no setting says whose passkey is whose (approval.passkeys)"), key
    mine = [each for each in named if _is_of(each, assertion) and _same(each.person, envelope)]
    if not is_signed(assertion, assertion.key) or challenged(assertion) != envelope.subject.challenge:
        return Checked(envelope, "edited", "the passkey did not sign this approval"), key
    if not mine:
        return Checked(envelope, "wrong-key", _stranger(named, assertion, envelope)), key
    why = problem(assertion, keys.site)
    return Checked(envelope, "other-site" if why else "", why), key


def _is_of(passkey: Passkey, assertion: Assertion) -> bool:
    return (passkey.credential, passkey.key) == (assertion.credential, assertion.key)


def _same(person: str, envelope: Envelope) -> bool:
    return person.casefold() == envelope.subject.approver.casefold()


def _stranger(named: Sequence[Passkey], assertion: Assertion, envelope: Envelope) -> str:
    name = f"the passkey {fingerprint(assertion.key)}"
    others = sorted({each.person for each in named if _is_of(each, assertion)})
    if others:
        return f"{name} belongs to {', '.join(others)[:200]}, not to {envelope.subject.approver}"
    return f"{name} is not among those that the repository names"
