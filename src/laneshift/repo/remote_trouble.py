"""What is wrong with a remote, told from what git said, as an error with its cure. Pure.

Git has no codes for these, so its words decide; what they do not tell apart is called by the more cautious name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from laneshift.errors import CheckFailed, LaneshiftError, NeedsPerson, Refused
from laneshift.repo.push_report import Pushed, readable


@dataclass(frozen=True, slots=True)
class _Trouble:
    kind: type[LaneshiftError]
    code: str
    pattern: re.Pattern[str]
    what: str
    cure: str


def _trouble(kind: type[LaneshiftError], code: str, pattern: str, what: str, cure: str) -> _Trouble:
    return _Trouble(kind, code, re.compile(pattern, re.IGNORECASE), what, cure)


_TRANSPORT = (
    _trouble(
        Refused,
        "remote.bad-url",
        r"transport '[^']*' not allowed|unable to find remote helper",
        "{name} has an address that git must not use",
        "git remote set-url {name} URL, with https, ssh or a path",
    ),
    _trouble(
        Refused,
        "remote.no-atomic",
        r"does not support --atomic",
        "{name} cannot move several refs at once",
        "set receive.advertiseAtomic there, or land on another remote",
    ),
    _trouble(
        NeedsPerson,
        "remote.denied",
        r"authentication failed|permission denied|could not read (username|password)|returned error: 40[13]"
        r"|access denied|service not enabled|dubious ownership|not authorized|host key verification failed",
        "{name} does not let this account in, or does not let it write",
        "give the account of this machine the right to push, then `laneshift resume` or the same command again",
    ),
    _trouble(
        Refused,
        "remote.no-repository",
        r"does not appear to be a git repository|repository .*not found|returned error: 404|no such device or address",
        "there is no repository at the address of {name}",
        "git remote -v shows the address; git remote set-url {name} URL mends it",
    ),
)
_POLICY = (
    _trouble(
        NeedsPerson,
        "remote.protected",
        r"protected branch|protected ref|GH006|GH013|branch protection|push declined due to repository rule",
        "{name} protects {ref}",
        "let this account push to the branch, or land on another branch with --target, then land again",
    ),
    _trouble(
        Refused,
        "remote.checked-out",
        r"branch is currently checked out",
        "{ref} is checked out in the repository of {name}",
        "land on a bare repository",
    ),
    _trouble(
        CheckFailed,
        "remote.hook-refused",
        r"hook declined|hook refused",
        "a hook of {name} refused {ref}",
        "do what the hook asks for, then land again",
    ),
)
_TRANSIENT = re.compile(
    r"stale info|fetch first|non-fast-forward|cannot lock ref|failed to (update|lock)|incorrect old value"
    r"|reference already exists",
    re.IGNORECASE,
)


def unreachable(name: str, said: str) -> LaneshiftError:
    """Why the remote could not be asked; `remote.unreachable` when nothing more is known."""
    return certain(name, said) or NeedsPerson(
        "remote.unreachable",
        f"{name} cannot be reached",
        where=name,
        why=readable(said),
        cure="see that the network and the server are up, then run the same command again",
    )


def certain(name: str, said: str) -> LaneshiftError | None:
    """The error that tells that the remote was asked for nothing, or did nothing; None when that is not sure."""
    return _found(_TRANSPORT, said, name, "", readable(said))


def is_transient(reason: str) -> bool:
    """Whether a ref was refused because somebody else was faster or in the way, so that trying again may do."""
    return _TRANSIENT.search(reason) is not None


def refusal(name: str, ref: str, pushed: Pushed) -> LaneshiftError:
    """Why the remote refused a push whose refusal is certain."""
    reason = reason_of(ref, pushed)
    found = _found(_POLICY, f"{reason}\n{pushed.said}", name, ref, pushed.said or reason)
    return found or CheckFailed(
        "remote.refused",
        f"{name} refused {ref}: {reason}",
        where=name,
        why=pushed.said,
        cure="mend what the remote says, then land again",
    )


def reason_of(ref: str, pushed: Pushed) -> str:
    """The reason that matters: not that of a ref which fell only because another one did."""
    own = [pushed.refused[ref]] if ref in pushed.refused else []
    reasons = [*own, *pushed.refused.values()]
    return next((reason for reason in reasons if not reason.startswith("atomic ")), reasons[0] if reasons else "")


def _found(known: tuple[_Trouble, ...], text: str, name: str, ref: str, why: str) -> LaneshiftError | None:
    for trouble in known:
        if trouble.pattern.search(text):
            what, cure = (each.format(name=name, ref=ref) for each in (trouble.what, trouble.cure))
            return trouble.kind(trouble.code, what, where=name, why=why, cure=cure)
    return None
