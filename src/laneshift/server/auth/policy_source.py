"""Where the policies of a repository are read: the tip of the branch that batches land on, never one under test."""

from __future__ import annotations

from laneshift.errors import Refused
from laneshift.repo.objects import Repository
from laneshift.repo.refs import read
from laneshift.runs.landing_branch import landing_refs
from laneshift.runs.workshop import Workshop
from laneshift.server.auth.policies import FILE, Policies, parsed, shipped


class PolicySource:
    """The policies at the tip of one branch, read again when it moves."""

    def __init__(self, repository: Repository, refs: tuple[str, ...]) -> None:
        """`refs` are full names, of which the first that exists counts."""
        self._repository = repository
        self._refs = refs

    def tip(self) -> str:
        """The commit whose policies count. Raises `Refused` (`policy.no-branch`) when the branch is gone."""
        for ref in self._refs:
            found = read(self._repository, ref)
            if found is not None:
                return found
        raise Refused("policy.no-branch", f"none of {', '.join(self._refs)} is there to read policies from")

    def policies(self, tip: str) -> Policies:
        """Those of commit `tip`: its file, or the shipped ones where it has none.

        Raises `Refused` (`policy.broken`) for a file that cannot be used.
        """
        tree = self._repository.tree(tip)
        if FILE not in tree:
            return shipped()
        try:
            text = tree.read(FILE).decode("utf-8")
        except UnicodeDecodeError as error:
            raise Refused("policy.broken", "the policies are not UTF-8", where=f"{tip[:12]}:{FILE}") from error
        return parsed(text, f"{tip[:12]}:{FILE}")


def source_of(shop: Workshop) -> PolicySource:
    """The branch that batches land on by the settings, as the remote is known to have it where there is one.

    Raises `Refused` where there is no such branch.
    """
    return PolicySource(shop.repository, landing_refs(shop))
