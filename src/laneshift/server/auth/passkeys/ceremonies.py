"""What browsers are asked, and what their answers are worth: WebAuthn by py_webauthn, and read by us as well."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Sequence
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import decode_credential_public_key, decoded_public_key_to_cryptography
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from laneshift.errors import Refused
from laneshift.rollout.assertion import Assertion, Site, from_base64url, in_base64url, problem
from laneshift.rollout.passkey_keys import public_key
from laneshift.server.auth.passkeys.challenges import SECONDS
from laneshift.server.auth.passkeys.people import StoredPasskey
from laneshift.server.auth.passkeys.site import LiveSite

NAME = "Laneshift"
_ALGORITHMS = [
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
]
_VERIFIED = UserVerificationRequirement.REQUIRED
# What a library raises for bytes that mean nothing to it is not always its own.
_UNREADABLE = (WebAuthnException, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError)


def fresh() -> bytes:
    """A challenge that nobody can guess."""
    return secrets.token_bytes(32)


def to_register(site: LiveSite, person: str, challenge: bytes, known: Sequence[StoredPasskey]) -> dict[str, Any]:
    """What `navigator.credentials.create` is given, as JSON, for a passkey that `person` has not got yet."""
    options = generate_registration_options(
        rp_id=site.rp_id,
        rp_name=NAME,
        user_name=person,
        user_id=hashlib.sha256(f"{site.rp_id}\0{person.casefold()}".encode()).digest(),
        challenge=challenge,
        timeout=SECONDS * 1000,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_VERIFIED
        ),
        exclude_credentials=_descriptors(known),
        supported_pub_key_algs=_ALGORITHMS,
    )
    return _plain(options_to_json(options))


def to_sign(site: LiveSite, challenge: bytes, allowed: Sequence[StoredPasskey]) -> dict[str, Any]:
    """What `navigator.credentials.get` is given, as JSON; without `allowed` whoever has a passkey of the site may."""
    options = generate_authentication_options(
        rp_id=site.rp_id,
        challenge=challenge,
        timeout=SECONDS * 1000,
        allow_credentials=_descriptors(allowed) or None,
        user_verification=_VERIFIED,
    )
    return _plain(options_to_json(options))


def registered(
    site: LiveSite, person: str, challenge: bytes, credential: dict[str, Any], now: int, label: str
) -> StoredPasskey:
    """The new passkey of `person`. Raises `Refused` (`passkeys.refused`) with what is wrong with the answer."""
    try:
        client_data = from_base64url(credential["response"]["clientDataJSON"])
        found = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=_own_origin(site, client_data),
            require_user_verification=True,
            supported_pub_key_algs=_ALGORITHMS,
        )
        public = decoded_public_key_to_cryptography(decode_credential_public_key(found.credential_public_key))
        key = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        public_key(key)
    except _UNREADABLE as error:
        raise _refused(error) from error
    id_ = in_base64url(found.credential_id)
    return StoredPasskey(id_, person, found.credential_public_key, key, found.sign_count, now, label)


def asserted(
    site: LiveSite, passkey: StoredPasskey, challenge: bytes, credential: dict[str, Any]
) -> tuple[Assertion, int]:
    """What `passkey` signed over `challenge`, and its counter. Raises `Refused` (`passkeys.refused`)."""
    try:
        response = credential["response"]
        names = ("clientDataJSON", "authenticatorData", "signature")
        told = [from_base64url(response[name]) for name in names]
        origin = _own_origin(site, told[0])
        found = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=origin,
            credential_public_key=passkey.cose,
            credential_current_sign_count=passkey.counter,
            require_user_verification=True,
        )
    except _UNREADABLE as error:
        raise _refused(error) from error
    assertion = Assertion(passkey.id, passkey.key, *told)
    # The library passes over what it does not know, such as pages within pages of others; approvals do not.
    why = problem(assertion, Site(site.rp_id, (origin,)))
    if why:
        raise refused(why)
    return assertion, found.new_sign_count


def proof_of(passkey: StoredPasskey, credential: dict[str, Any]) -> dict[str, str]:
    """What an approval keeps of an answer that `asserted` found good."""
    response = credential["response"]
    names = ("clientDataJSON", "authenticatorData", "signature")
    return Assertion(passkey.id, passkey.key, *(from_base64url(response[name]) for name in names)).as_proof()


def credential_id(credential: dict[str, Any]) -> str:
    """Whose answer it says it is. Raises `Refused` (`passkeys.refused`)."""
    found = credential.get("id")
    if not isinstance(found, str) or not found.isascii():
        raise refused("it does not name a credential")
    return found


def refused(why: str) -> Refused:
    """The error for an answer that does not count."""
    return Refused("passkeys.refused", "this answer of a passkey does not count", why=why[:300], cure="try again")


def _own_origin(site: LiveSite, client_data: bytes) -> str:
    origin = json.loads(client_data)["origin"]
    if not isinstance(origin, str) or not site.is_own(origin):
        raise ValueError(f"it was made on a page of {origin!r}, which is none of this site")
    return origin


def _descriptors(passkeys: Sequence[StoredPasskey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=from_base64url(each.id)) for each in passkeys]


def _plain(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found


def _refused(error: Exception) -> Refused:
    return refused(str(error) or type(error).__name__)
