"""Where a change may be made at all: paths, modes, kinds of file, and how much of a file may go. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher

from laneshift.code.safe_patch.records import Finding, Limits
from laneshift.code.safe_patch.scripts import disguise
from laneshift.repo.objects import MODE_EXECUTABLE, MODE_FILE, MODE_SUBMODULE, MODE_SYMLINK, Entry

_FOLDERS = frozenset(
    {
        ".github", ".gitlab", ".circleci", ".buildkite", ".azure", ".husky", ".githooks", ".git", ".laneshift",
        ".woodpecker", ".tekton", ".devcontainer", ".vscode", ".idea", ".claude", ".cursor", "hooks", "ci",
        ".codex", ".gemini", ".aider", ".windsurf", ".roo", ".continue", ".copilot", ".agents", ".clinerules", ".junie",
    }
)  # fmt: skip
_NAMES = frozenset(
    {
        ".gitattributes", ".gitmodules", ".gitignore", ".mailmap", ".pre-commit-config.yaml", ".gitlab-ci.yml",
        ".travis.yml", ".drone.yml", "azure-pipelines.yml", "bitbucket-pipelines.yml", "jenkinsfile", "codeowners",
        "makefile", "gnumakefile", "dockerfile", "laneshift.toml", "pyproject.toml", "setup.cfg", "setup.py", "tox.ini",
        "pytest.ini", ".pytest.ini", "noxfile.py", "conftest.py", "sitecustomize.py", "usercustomize.py", "mypy.ini",
        ".coveragerc", "ruff.toml", ".ruff.toml", "importlinter.ini", ".importlinter", "agents.md", "claude.md",
        "security.md", ".env", "requirements.txt", "requirements.lock", "agent.md", "claude.local.md", "gemini.md",
        "codex.md", "copilot-instructions.md", "skill.md", "llms.txt", "cmakelists.txt", "hatch_build.py",
        "pdm_build.py", "meson_options.txt", "dodo.py", "fabfile.py", "gunicorn.conf.py", "license",
        "license.txt", "license.md", "license.rst", "allowed_signers", "constraints.txt",
    }
)  # fmt: skip
_ENDINGS = (".pth", ".egg-link", ".so", ".pyd", ".pyc", ".dll")
_TEXTS = (".py", ".pyi", ".md", ".rst", ".txt")
_ORDINARY = frozenset({MODE_FILE, MODE_EXECUTABLE})
_LARGE_SHARE = 0.5
_SMALL_FILE = 40
_COMPARABLE = 4_000_000
"""To compare lines in order takes the product of their numbers, at worst; more than this is minutes."""
_REQUIREMENTS = re.compile(r"(?:requirements|constraints)[\w.-]*\.(?:txt|in|lock)")
_LISTS = frozenset({"requirements", "constraints"})
_DEVICES = re.compile(r"(?:con|aux|nul|prn|com\d|lpt\d)(?:\.|$)")
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")


def is_readable(path: str) -> bool:
    """Whether the filter knows how to read a file of this name."""
    return path.endswith(_TEXTS)


def is_code(path: str) -> bool:
    """Whether a file of this name holds Python."""
    return path.endswith((".py", ".pyi"))


def path_findings(path: str, *, allowed: bool) -> Iterator[Finding]:
    """What is wrong with changing this path, whatever is in it."""
    parts = path.lower().split("/")
    name = parts[-1]
    if not allowed:
        yield Finding("path-not-allowed", path, 0, "no file that this change may touch")
    if _FOLDERS & set(parts[:-1]) or name in _NAMES or name.endswith(_ENDINGS) or _is_requirement(parts):
        yield Finding("protected-file", path, 0, "settings of builds, checks, hooks or owners are for people")
    if not is_readable(path):
        yield Finding("unknown-kind", path, 0, "no kind of file that can be judged")
    if unicodedata.normalize("NFKC", path) != path or _CONTROL.search(path) or any(disguise(p) for p in parts):
        yield Finding("disguised-path", path, 0, "the name holds characters that look like others, or none")
    elif any(part.endswith((".", " ")) or ":" in part or "~" in part or _DEVICES.match(part) for part in parts):
        yield Finding("disguised-path", path, 0, "some systems take the name for another one, or for no file")


def _is_requirement(parts: list[str]) -> bool:
    name = parts[-1]
    below = _LISTS & set(parts[:-1]) and name.endswith((".txt", ".in", ".lock"))
    return bool(below) or _REQUIREMENTS.fullmatch(name) is not None


def mode_findings(path: str, before: Entry | None, after: Entry | None) -> Iterator[Finding]:
    """What is wrong with how the file is kept."""
    modes = {entry.mode for entry in (before, after) if entry is not None}
    if MODE_SYMLINK in modes:
        yield Finding("symlink", path, 0, "a symlink comes, goes or leads elsewhere")
    elif MODE_SUBMODULE in modes:
        yield Finding("submodule", path, 0, "a submodule comes, goes or moves")
    elif not modes <= _ORDINARY:
        yield Finding("mode", path, 0, "a mode that files do not have")
    elif len(modes) == 2:
        yield Finding("mode", path, 0, "the file's mode changes")
    elif before is None and after is not None and after.mode == MODE_EXECUTABLE:
        yield Finding("mode", path, 0, "a new file that can be run")
    if before is not None and after is None:
        yield Finding("file-deleted", path, 0, "the file goes")


def size_findings(path: str, before: bytes, after: bytes, limits: Limits) -> Iterator[Finding]:
    """What is wrong with the bytes as such."""
    if max(len(before), len(after)) > limits.bytes:
        yield Finding("too-large", path, 0, f"more than {limits.bytes} bytes")
    if b"\0" in after:
        yield Finding("binary", path, 0, "the file holds NUL, so it is no text")


def lines_gone(before: bytes, after: bytes) -> int:
    """How many lines of `before` are not in `after`: in order, unless there are so many that it would take too long."""
    old, new = before.splitlines(), after.splitlines()
    if len(old) * len(new) > _COMPARABLE:
        return sum((Counter(old) - Counter(new)).values())
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return len(old) - sum(block.size for block in matcher.get_matching_blocks())


def is_gutted(before: bytes, gone: int) -> bool:
    """Whether most of a file of some size goes."""
    total = len(before.splitlines())
    return total >= _SMALL_FILE and gone > _LARGE_SHARE * total
