"""Comments that ask for work: by the tokens of Python and by the rules of other languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from laneshift.errors import Refused
from laneshift.reports.audit.comments import scan
from laneshift.reports.audit.other_comments import comments, rules_of
from tests.repo.builders import repo_at

WORD = "TO" + "DO"
OTHER = "FIX" + "ME"
PYTHON = f'''"""{WORD}: in a text."""

URL = "# {WORD}: in a string"


class Pool:
    def end(self):
        # {WORD}(ada): close the socket
        return f"{{self}} # {WORD} no"  # {OTHER} - twice

# nothing {WORD} here, {WORD}S neither
# {WORD}S: no
'''


def found(tmp_path: Path, files: dict[str, str | bytes], *exclude: str) -> list[tuple[str, str, int, str, str]]:
    tree = repo_at(tmp_path / "repo", files).tree("HEAD")
    scanned = scan(tree, [WORD, OTHER], exclude)
    return [(each.file, each.symbol, each.line, each.summary, each.owner) for each in scanned.findings]


def test_python_by_its_tokens(tmp_path: Path) -> None:
    assert found(tmp_path, {"a/pool.py": PYTHON}) == [
        ("a/pool.py", "Pool.end", 8, f"{WORD}: close the socket", "@ada"),
        ("a/pool.py", "Pool.end", 9, f"{OTHER}: twice", ""),
    ]


def test_python_that_does_not_parse_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    text = f"# {WORD} first\ndef (\n# {WORD} second\n"
    assert found(tmp_path, {"a.py": text})[0] == ("a.py", "", 1, f"{WORD}: first", "")


OTHERS = {
    "a.js": (f"let a = '// {WORD} no'; let b = `\n// {WORD} no\n`; // {WORD} yes\n", [3]),
    "a.ts": (f'x = "a\\"// {WORD} no" /* {WORD}: yes\n * {OTHER} also\n */\n', [1, 2]),
    "a.go": (f"// {WORD} yes\nvar s = `// {WORD} no`\n", [1]),
    "a.rs": (f"fn a<'a>(x: &'a str) {{}} // {WORD} yes\n", [1]),
    "a.sql": (f"-- {WORD} yes\nselect '-- {WORD} no';\n", [1]),
    "a.html": (f"<p>{WORD} no</p>\n<!-- {WORD} yes -->\n", [2]),
    "a.sh": (f"echo ${{#a}} x#{WORD}\n# {WORD} yes\necho '# {WORD} no'\n", [2]),
    "a.yaml": (f"a: 'b' # {WORD} yes\nurl: http://x/#{WORD}\n", [1]),
    "a.lua": (f"--[[ {WORD} yes ]] x = 1 -- {WORD} also\n", [1, 1]),
    "a.css": (f"a {{ b: url(//x) }} /* {WORD} yes */\n", [1]),
    "Makefile": (f"all: # {WORD} yes\n", [1]),
    "a.c": (f"char c = '\"'; // {WORD} yes\nint unclosed = \"// {WORD} no\n// {WORD} yes\n", [1, 3]),
}


@pytest.mark.parametrize(("path", "text", "lines"), [(path, *each) for path, each in OTHERS.items()], ids=OTHERS)
def test_other_languages_by_their_rules(path: str, text: str, lines: list[int]) -> None:
    rules = rules_of(path)
    assert rules is not None
    assert [line for line, words in comments(text, rules) if words.startswith((WORD, OTHER))] == lines


def test_what_is_excluded_binary_or_unknown(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "a.py": f"# {WORD} one\n",
        "gen/b.py": f"# {WORD} two\n",
        "c.bin": f"# {WORD} three\n",
        "d.js": b"\xff\xfe // " + WORD.encode() + b" four\n",
    }
    assert [each[3] for each in found(tmp_path, files, "gen/**")] == [f"{WORD}: one", f"{WORD}: four"]


def test_a_tree_without_known_files_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        found(tmp_path, {"a.bin": "x"})
    assert caught.value.code == "audit.nothing-scanned"


def test_an_end_that_never_comes_takes_no_long_time() -> None:
    for text in ("/*" * 50_000, '"\\' * 50_000, "`" * 50_001, "//" * 50_000):
        rules = rules_of("a.js")
        assert rules is not None
        assert all(isinstance(words, str) for _, words in comments(text, rules))
