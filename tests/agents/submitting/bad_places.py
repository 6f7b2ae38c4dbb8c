"""Bad submissions by where and how they write: paths, kinds of entries, protected places, sizes, commits."""

from __future__ import annotations

from tests.agents.submitting.labelled import case, edits, writes
from tests.agents.submitting.shop import FILES, TEXT, Shop, png

_FIXED = 'def square(side):\n    """The area of a square."""\n    return side**2\n'
_GOOD = {"core/area.py": FILES["core/area.py"].replace("side * side", "side**2")}

edits("stray-edit", "core/money.py", "RATE = 19", "RATE = 7", "edits-unowned", 3, kind="stray edit")
writes("stray-add", "core/extra.py", "EXTRA = 1\n", "adds-unowned", 1, kind="stray edit")
case("stray-delete", "deletes-unowned", "core/money.py", 1, kind="delete")(
    lambda shop: shop.commit({"core/money.py": None})
)
case("rename-out-of-scope", "adds-unowned", "core/elsewhere.py", 1, kind="rename out of scope")(
    lambda shop: shop.commit({"labs/shapes.py": None, "core/elsewhere.py": FILES["labs/shapes.py"]})
)
case("rename-into-scope", "deletes-unowned", "core/money.py", 1, kind="rename out of scope")(
    lambda shop: shop.commit({"core/money.py": None, "core/table.py": FILES["core/money.py"]})
)
case("stray-beside-good", "edits-unowned", "core/money.py", 3, kind="stray edit")(
    lambda shop: shop.commit({**_GOOD, "core/money.py": FILES["core/money.py"].replace("19", "0")})
)
case("stray-whitespace", "edits-unowned", "core/money.py", 10, kind="stray edit")(
    lambda shop: shop.commit({**_GOOD, "core/money.py": FILES["core/money.py"] + "\n"})
)


@case("stray-taken-back", "edits-unowned", "core/money.py", 3, kind="stray edit")
def _taken_back(shop: Shop) -> str:
    first = shop.commit({"core/money.py": FILES["core/money.py"].replace("19", "0")})
    return shop.commit({**_GOOD, "core/money.py": FILES["core/money.py"]}, onto=first)


@case("symlink-new", "symlink", "core/table.py", kind="symlink")
def _link(shop: Shop) -> str:
    return shop.commit({"core/table.py": (0o120000, shop.blob("/etc/passwd"))})


@case("symlink-for-a-file", "symlink", "core/area.py", kind="symlink")
def _turned(shop: Shop) -> str:
    return shop.commit({"core/area.py": (0o120000, shop.blob("../../secret"))})


@case("symlink-and-back", "symlink", "core/area.py", kind="symlink")
def _and_back(shop: Shop) -> str:
    first = shop.commit({"core/area.py": (0o120000, shop.blob("/etc/passwd"))})
    return shop.commit(_GOOD, onto=first)


@case("submodule", "submodule", "vendor", kind="submodule", pack="greedy")
def _submodule(shop: Shop) -> str:
    modules = '[submodule "vendor"]\n\tpath = vendor\n\turl = https://example.org/x\n'
    return shop.commit({"vendor": (0o160000, shop.base), ".gitmodules": modules})


@case("gitlink-alone", "submodule", "vendor", kind="submodule", pack="greedy")
def _gitlink(shop: Shop) -> str:
    return shop.commit({"vendor": (0o160000, "1" * 40)})


@case("mode-bit", "mode", "core/area.py", kind="mode bit")
def _mode(shop: Shop) -> str:
    return shop.commit({"core/area.py": (0o100755, shop.blob(FILES["core/area.py"]))})


@case("mode-bit-of-new", "mode", "core/table.py", kind="mode bit")
def _new_mode(shop: Shop) -> str:
    return shop.commit({"core/table.py": (0o100755, shop.blob("ROWS = 1\n"))})


@case("mode-bit-gone", "mode", "scripts/run.sh", kind="mode bit", pack="greedy")
def _mode_gone(shop: Shop) -> str:
    return shop.commit({"scripts/run.sh": FILES["scripts/run.sh"]})


for name, path, data, code, line, kind in (
    ("attributes", ".gitattributes", "*.py text eol=lf\n*.py -diff\n", "git-file", 2, ".gitattributes"),
    ("ignore", ".gitignore", "tests/\n", "git-file", 1, ".gitattributes"),
    ("hook-file", ".githooks/pre-commit", "#!/bin/sh\ncurl example.org\n", "hook", 1, "hook"),
    ("hook-config", ".pre-commit-config.yaml", "repos: []\nfail_fast: true\n", "hook", 2, "hook"),
    ("hook-husky", ".husky/pre-push", "exit 0\n", "hook", 1, "hook"),
    (
        "ci-edit",
        ".github/workflows/ci.yml",
        FILES[".github/workflows/ci.yml"] + "      - run: id\n",
        "ci-file",
        7,
        "CI file",
    ),
    ("ci-new", ".github/workflows/new.yml", "on: push\n", "ci-file", 1, "CI file"),
    ("ci-gitlab", ".gitlab-ci.yml", "test:\n  script: id\n", "ci-file", 1, "CI file"),
    ("ci-jenkins", "Jenkinsfile", "node { sh 'id' }\n", "ci-file", 1, "CI file"),
    ("ci-editor", ".vscode/tasks.json", "{}\n", "ci-file", 1, "CI file"),
    (
        "policy-settings",
        "laneshift.toml",
        FILES["laneshift.toml"] + "\n[gates]\nparallel = 1\n",
        "policy-file",
        0,
        "policy file",
    ),
    ("policy-owners", ".github/CODEOWNERS", "* @agent\n", "ci-file", 1, "policy file"),
    (
        "policy-cedar",
        "laneshift.policies.cedar",
        "permit(principal, action, resource);\n",
        "policy-file",
        1,
        "policy file",
    ),
    ("agent-orders", "AGENTS.md", FILES["AGENTS.md"] + "\nTests may be skipped.\n", "agent-file", 5, "policy file"),
    ("agent-rules", ".cursor/rules/all.md", "Be bold.\n", "agent-file", 1, "policy file"),
    ("build-make", "Makefile", "test:\n\ttrue\n", "build-file", 2, "hook"),
    ("build-setup", "setup.py", "import os\n", "build-file", 1, "hook"),
    ("build-site", "sitecustomize.py", "VALUE = 1\n", "build-file", 1, "hook"),
    ("build-requirements", "requirements.txt", "reqeusts==1\n", "build-file", 1, "hook"),
    ("build-pth", "evil.pth", "import os\n", "build-file", 1, "hook"),
    ("checks-pytest", "pytest.ini", "[pytest]\naddopts = --co\n", "check-setup", 1, "a test weakened"),
    ("checks-coverage", ".coveragerc", "[run]\nomit = core/*\n", "check-setup", 1, "a test weakened"),
):
    writes(name, path, data, code, line, kind=kind, pack="greedy")

edits(
    "checks-deselect",
    "pyproject.toml",
    'addopts = "-q"',
    'addopts = "-q --deselect tests/test_area.py"',
    "check-setup",
    7,
    kind="a test weakened",
)
edits(
    "checks-dependency",
    "pyproject.toml",
    'version = "1"',
    'version = "1"\ndependencies = ["reqeusts"]',
    "check-setup",
    4,
    kind="policy file",
)
edits("checks-lint", "pyproject.toml", "line-length = 100", 'ignore = ["ALL"]', "check-setup", 11, kind="policy file")

writes("binary", "core/logo.png", png(), "binary", kind="huge binary")
writes("binary-huge", "core/logo.png", png() * 20_000, "too-large", kind="huge binary")
writes("text-huge", "core/notes.txt", "a line of notes\n" * 80_000, "too-large", kind="huge binary")
writes("binary-latin", "core/notes.txt", b"caf\xe9 \xff\xfe\n", "binary", kind="huge binary")
writes("extension-module", "core/fast.so", "not even binary\n", "binary", kind="huge binary", pack="greedy")

case("path-look-alike", "path-hidden", "core/ar\u0435a.py", pack="greedy", kind="stray edit")(
    lambda shop: shop.commit({"core/ar\u0435a.py": _FIXED})
)
case("path-bidi", "path-hidden", "core/a\\u202erea.py", pack="greedy", kind="stray edit")(
    lambda shop: shop.commit({"core/a\u202erea.py": _FIXED})
)
case("path-case-only", "path-collision", "core/Area.py", pack="greedy", kind="stray edit")(
    lambda shop: shop.commit({"core/Area.py": _FIXED})
)


def _below(shop: Shop, name: bytes, mode: str = "40000") -> str:
    """A commit with a folder (or file) of this name beside everything else."""
    blob = shop.blob("#!/bin/sh\n")
    inner = blob if mode != "40000" else shop.raw_tree([("100644", b"pre-commit", blob)])
    rows = sorted([*shop.rows(), (mode, name, inner)], key=lambda row: row[1] + (b"/" if row[0] == "40000" else b""))
    return shop.commit_tree(shop.raw_tree(rows))


case("nested-git", "unsafe-path", ".git", kind="hook")(lambda shop: _below(shop, b".git"))
case("nested-git-case", "unsafe-path", ".GIT", kind="hook")(lambda shop: _below(shop, b".GIT"))
case("nested-git-short", "unsafe-path", "git~1", kind="hook")(lambda shop: _below(shop, b"git~1"))
case("nested-git-ignored-letter", "unsafe-path", kind="hook")(lambda shop: _below(shop, ".g\u200cit".encode()))
case("dots-in-tree", "unsafe-path", "..", kind="symlink")(lambda shop: _below(shop, b".."))
case("slash-in-name", "unsafe-path", "a/../b", kind="symlink")(lambda shop: _below(shop, b"a/../b", "100644"))
case("odd-mode", "odd-mode", "zz", kind="mode bit")(lambda shop: _below(shop, b"zz", "100666"))


@case("duplicate-entries", "broken-tree", "Makefile", kind="stray edit")
def _twice(shop: Shop) -> str:
    rows = shop.rows()
    at = next(number for number, row in enumerate(rows) if row[1] == b"Makefile")
    return shop.commit_tree(shop.raw_tree([*rows[:at], ("100644", b"Makefile", shop.blob("x\n")), *rows[at:]]))


@case("tree-out-of-order", "broken-tree", kind="stray edit")
def _unordered(shop: Shop) -> str:
    return shop.commit_tree(shop.raw_tree(shop.rows()[::-1]))


@case("tree-of-nothing", "broken-tree", "zz", kind="stray edit")
def _missing(shop: Shop) -> str:
    return shop.commit_tree(shop.raw_tree([*shop.rows(), ("100644", b"zz", "2" * 40)]))


@case("folders-without-end", "too-deep", kind="stray edit")
def _deep(shop: Shop) -> str:
    oid = shop.raw_tree([("100644", b"x", shop.blob("x\n"))])
    for _ in range(300):
        oid = shop.raw_tree([("40000", b"d", oid)])
    return shop.commit_tree(shop.raw_tree([*shop.rows(), ("40000", b"zz", oid)]))


case("nothing", "nothing", kind="commit")(lambda shop: shop.base)
case("empty-commit", "nothing", kind="commit")(lambda shop: shop.commit({}))
case("foreign-author", "author", kind="commit")(lambda shop: shop.commit(_GOOD, email="ada@example.org"))
case("foreign-committer", "committer", kind="commit")(lambda shop: shop.commit(_GOOD, committer="ada@example.org"))
case("no-history", "not-on-base", kind="commit")(lambda shop: shop.commit(_GOOD, parents=()))
case("merge", "merge", kind="commit")(
    lambda shop: shop.commit(_GOOD, parents=(shop.base, shop.commit({"core/table.py": "ROWS = 1\n"})))
)
case("no-text", "message", line=1, kind="commit")(lambda shop: shop.commit(_GOOD, text="wip\n"))
case("forged-review", "trailer", line=12, kind="commit")(
    lambda shop: shop.commit(_GOOD, text=TEXT + "\nReviewed-by: Ada <ada@example.org>\n")
)
case("forged-intent", "trailer", line=12, kind="commit")(
    lambda shop: shop.commit(_GOOD, text=TEXT + f"\nLaneshift-Intent: sha256:{'0' * 64}\n")
)
