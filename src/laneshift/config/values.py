"""What a single setting may hold: folders, files, globs, shares and the names of people."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field

_MAX_WILDCARDS = 8
_PRINCIPAL = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._%+@-]{0,253}")


STRICT = ConfigDict(frozen=True, extra="forbid", strict=True)
"""How every table of the settings is read: unknown keys and other types are refused, and nothing changes later."""


def glob_problem(glob: str) -> str:
    """What keeps `glob` from naming paths relative to the root of the repository; empty for a good one."""
    text = glob.removeprefix("./").rstrip("/")
    if not text:
        return "names no path"
    if "\\" in glob or not glob.isprintable():
        return "has a backslash or a character that cannot be seen"
    if any(part in ("", ".", "..") for part in text.split("/")):
        return "is absolute, or has an empty, `.` or `..` part"
    if len(re.findall(r"\*+|\?", glob)) > _MAX_WILDCARDS:
        return f"has more than {_MAX_WILDCARDS} wildcards"
    return ""


def is_principal(text: str) -> bool:
    """Whether `text` can name a person to `ssh-keygen`: ASCII, no blank, no pattern, no list and never an option."""
    return _PRINCIPAL.fullmatch(text) is not None


def _folder(path: str) -> str:
    """A folder of the tree, without its outer slashes; empty for the root."""
    return _inside(path, "a folder")


def _file(path: str) -> str:
    """A file of the tree, in its plain form."""
    plain = _inside(path, "a file")
    if not plain or path.endswith("/"):
        raise ValueError(f"{path!r} is not a file inside the repository")
    return plain


def _inside(path: str, what: str) -> str:
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if path.startswith("/") or ".." in parts or "\\" in path or not path.isprintable():
        raise ValueError(f"{path!r} is not {what} inside the repository")
    return "/".join(parts)


def _glob(glob: str) -> str:
    problem = glob_problem(glob)
    if problem:
        raise ValueError(f"glob {glob!r} {problem}")
    return glob


def _globs(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def exact_decimal(value: Any) -> Any:
    """The shortest decimal text that reads back as the float is the one that was written in the file."""
    exact = isinstance(value, int | float) and not isinstance(value, bool)
    return Decimal(repr(value)) if exact else value


def _person(text: str) -> str:
    if not is_principal(text):
        raise ValueError(f"{text!r} cannot name a person: write an e-mail address, in ASCII")
    return text


def _words(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise ValueError(f"{text!r} is no text that a person could read")
    return text


Folder = Annotated[str, AfterValidator(_folder)]
TreeFile = Annotated[str, AfterValidator(_file)]
Glob = Annotated[str, Field(max_length=1000), AfterValidator(_glob)]
Globs = Annotated[list[Glob], BeforeValidator(_globs)]
"""A list of globs; one glob may be written without the brackets."""
Share = Annotated[Decimal, BeforeValidator(exact_decimal), Field(ge=0, le=1)]
"""A share from 0 to 1, exactly as written: 0.1 is a tenth."""
PositiveShare = Annotated[Decimal, BeforeValidator(exact_decimal), Field(gt=0, le=1)]
Principal = Annotated[str, AfterValidator(_person)]
Words = Annotated[str, Field(max_length=200), AfterValidator(_words)]
