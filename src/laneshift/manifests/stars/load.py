"""The canon and the rules that count in a tree: its own files where the settings name them, else the packaged ones."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

from laneshift.config import Settings
from laneshift.errors import Refused
from laneshift.manifests.stars import canon, rule_file
from laneshift.manifests.stars.canon import Canon
from laneshift.manifests.stars.lint import unusable
from laneshift.manifests.stars.rule_file import Rules
from laneshift.repo.objects import Tree

PACKAGED = "the packaged"
"""How the places of packaged data begin."""
LARGEST = 1 << 20
"""Bytes of a canon or of a file of rules."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A canon and rules, with the places that they came from."""

    canon: Canon
    rules: Rules
    canon_from: str
    rules_from: str

    @property
    def own_rules(self) -> bool:
        """Whether the rules are a file of the repository."""
        return not self.rules_from.startswith(PACKAGED)


def load(tree: Tree, settings: Settings) -> Loaded:
    """What is in the tree. Raises `Refused` for files that are missing, too large or cannot be read.

    Whether the rules can be used is another question: `usable` asks it, and `lint` tells everything.
    """
    canon_data, canon_from = _bytes(tree, settings.stars.canon, "canon.toml")
    rules_data, rules_from = _bytes(tree, settings.stars.rules, "rules.toml")
    return Loaded(canon.parse(canon_data, canon_from), rule_file.parse(rules_data, rules_from), canon_from, rules_from)


def usable(tree: Tree, settings: Settings) -> Loaded:
    """As `load`. Raises `Refused` (`stars.bad-rules`) for rules that name other stars or do not compile."""
    found = load(tree, settings)
    faults = unusable(found.rules, found.canon, found.rules_from)
    if faults:
        what = f"{len(faults)} fault(s) in the star rules"
        cure = "laneshift manifest lint-rules"
        raise Refused("stars.bad-rules", what, where=found.rules_from, cure=cure, faults=faults)
    return found


def _bytes(tree: Tree, path: str, packaged: str) -> tuple[bytes, str]:
    if not path:
        return files(__package__).joinpath(packaged).read_bytes(), f"{PACKAGED} {packaged}"
    entry = tree.entry(path)
    if entry is None or not entry.is_regular:
        raise Refused("stars.no-such-file", "the settings name a file that is not there", where=path)
    if tree.repository.blob_size(entry.oid) > LARGEST:
        raise Refused("stars.file-too-large", f"has more than {LARGEST} bytes", where=path)
    return tree.read(path), path
