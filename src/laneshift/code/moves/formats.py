"""What kind of text a file holds, by its name and its first bytes."""

from __future__ import annotations

import posixpath

PYTHON = frozenset({".py", ".pyi", ".pyw", ".tac", ".rpy", ".wsgi"})
"""Also what Twisted and web servers run, which is Python by other names."""
CYTHON = frozenset({".pyx", ".pxd", ".pxi"})
PAGES = (".rst", ".md", ".txt")
"""What files of documentation end with that are pages, or lead to pages."""
_TEXT = frozenset(
    [
        ".toml", ".cfg", ".ini", ".yaml", ".yml", ".json", ".md", ".rst", ".txt", ".sh", ".bash", ".zsh", ".mk", ".in",
        ".conf", ".env", ".service", ".xml", ".html", ".jinja", ".j2", ".tmpl", ".adoc", ".bat", ".ps1", ".feature",
        ".properties", ".tf", ".hcl", ".csv", ".tsv", ".cmake", ".fish", ".lock", ".nix", ".bzl", ".bazel",
    ]
)  # fmt: skip
_TEXT_NAMES = ("Dockerfile", "Makefile", "Jenkinsfile")
_EDITED = PYTHON | CYTHON | _TEXT | {"", ".ipynb"}
_BINARY_PROBE = 8000


def is_code(path: str) -> bool:
    """Whether a file with this name may be `python`, `cython` or `notebook`, whatever its bytes are."""
    suffix = posixpath.splitext(posixpath.basename(path))[1].lower()
    return not suffix or suffix in PYTHON or suffix in CYTHON or suffix == ".ipynb"


def is_never_edited(path: str) -> bool:
    """Whether a file with this name is `binary` or `unknown`, whatever its bytes are."""
    name = posixpath.basename(path)
    return posixpath.splitext(name)[1].lower() not in _EDITED and not name.startswith((".", *_TEXT_NAMES))


def kind_of(path: str, data: bytes) -> str:
    """`python`, `cython`, `notebook`, `text`, `binary` or `unknown` (text in a format that is not ours to edit)."""
    name = posixpath.basename(path)
    suffix = posixpath.splitext(name)[1].lower()
    if suffix in PYTHON:
        return "python"
    if b"\0" in data[:_BINARY_PROBE] or suffix in (".pkl", ".pickle"):
        return "binary"
    if suffix in CYTHON:
        return "cython"
    if suffix == ".ipynb":
        return "notebook"
    if suffix in _TEXT or not suffix or name.startswith("."):
        return "python" if _python_script(suffix, data) else "text"
    return "text" if name.startswith(_TEXT_NAMES) else "unknown"


def _python_script(suffix: str, data: bytes) -> bool:
    return not suffix and data.startswith(b"#!") and b"python" in data[:100].partition(b"\n")[0]
