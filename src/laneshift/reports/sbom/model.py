"""What a bill of materials says, before it is written in any format. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

Scope = Literal["", "required", "optional"]
Hash = tuple[str, str]
"""Algorithm as CycloneDX spells it, and lower-case hexadecimal digits."""


@dataclass(frozen=True, slots=True)
class Licence:
    """`expression` is SPDX; `name` is what a package says where that is no SPDX. Both are empty where none is known."""

    expression: str = ""
    name: str = ""

    def __str__(self) -> str:
        """As a person reads it."""
        return self.expression or self.name or "unknown"


@dataclass(frozen=True, slots=True)
class Component:
    """One distribution. `version` is empty where nothing pins it, `origin` the URL where it is not from an index.

    `hashes` are those of its archives, any of which may be the one that is installed; `said` is where it is named.
    """

    name: str
    version: str = ""
    origin: str = ""
    hashes: tuple[Hash, ...] = ()
    licence: Licence = Licence()
    scope: Scope = ""
    said: tuple[str, ...] = ()

    @property
    def purl(self) -> str:
        """Its package URL."""
        version = f"@{quote(self.version, safe='')}" if self.version else ""
        kind = "download_url" if self.origin.startswith(("http://", "https://")) else "vcs_url"
        origin = f"?{kind}={quote(self.origin, safe='')}" if self.origin else ""
        return f"pkg:pypi/{quote(self.name, safe='')}{version}{origin}"


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was read: its digest (SHA-256, hexadecimal), how many packages it names, and how many of them are
    the repository's own."""

    path: str
    kind: str
    sha256: str
    named: int
    own: int = 0


@dataclass(frozen=True, slots=True)
class Subject:
    """What the bill is about. `facts` are names and values that tell which one it is, such as a tree."""

    kind: Literal["tool", "repository"]
    name: str
    version: str = ""
    licence: Licence = Licence()
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """An advisory that names a component. `why` is empty where its version is affected, else says why nobody can
    tell."""

    id: str
    purl: str
    aliases: tuple[str, ...] = ()
    summary: str = ""
    severity: str = ""
    fixed: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Looked:
    """What components were held against: how many advisories, the digest over their files, and what was found."""

    advisories: int
    digest: str
    findings: tuple[Finding, ...]

    @property
    def affected(self) -> tuple[Finding, ...]:
        """Those where the version is affected."""
        return tuple(each for each in self.findings if not each.why)


@dataclass(frozen=True, slots=True)
class Sbom:
    """The bill. `edges` are purls to the purls that they need, the subject under ""; None where they are not known.
    `notes` say what may be needed besides, and is in no file that can be read without running code.
    `when` is in Unix seconds; `looked` is None where no advisories were given, which is not the same as none found."""

    subject: Subject
    components: tuple[Component, ...]
    edges: tuple[tuple[str, tuple[str, ...]], ...] | None = None
    sources: tuple[Source, ...] = ()
    excluded: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    when: int | None = None
    looked: Looked | None = None

    @property
    def passes(self) -> bool:
        """Whether nothing speaks against it, as far as it was looked at."""
        return self.looked is None or not self.looked.findings
