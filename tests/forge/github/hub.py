"""GitHub on this machine: what it holds, and what each operation does to it. Answers are made from the description."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from .description import Operation

LONGEST = 65_536
Told = tuple[int, Any]


@dataclass
class Hub:
    """One repository. `branch` gives the commit of a branch, None where there is none; `caller` is who the key is."""

    owner: str = "acme"
    name: str = "shop"
    branch: Callable[[str], str | None] = field(default=lambda _: "c" * 40)
    caller: str = "lane-bot"
    issues: dict[int, dict[str, Any]] = field(default_factory=dict)
    comments: dict[int, dict[str, Any]] = field(default_factory=dict)
    statuses: list[dict[str, Any]] = field(default_factory=list)
    _ids: count[int] = field(default_factory=lambda: count(1))

    def pulls(self) -> list[dict[str, Any]]:
        """Every pull request, oldest first."""
        return [each for each in self.issues.values() if "head" in each]

    def plain(self, title: str, body: str, association: str = "OWNER", **more: Any) -> dict[str, Any]:
        """Have an issue there that somebody wrote; with `head` and `base` it is a pull request."""
        number = next(self._ids)
        user = {"login": more.pop("login", "someone"), "type": "User"}
        made = {"number": number, "title": title, "body": body, "state": "open", "user": user, "labels": []}
        self.issues[number] = made | {"author_association": association} | more
        return self.issues[number]

    def merge(self, number: int, commit: str) -> None:
        """Merge a pull request as `commit`."""
        self.issues[number] |= {"state": "closed", "merged": True, "merged_at": "2026-01-01T00:00:00Z"}
        self.issues[number] |= {"merge_commit_sha": commit}

    def do(self, asked: Operation, body: Any) -> Told:
        """Carry out an operation: the status and the answer, which the server completes."""
        if (asked.path["owner"], asked.path["repo"]) != (self.owner, self.name):
            return 404, {"message": "Not Found"}
        found: Told = getattr(self, f"_{asked.name.replace('/', '_').replace('-', '_')}")(asked, body or {})
        return found

    def _pulls_list(self, asked: Operation, _: Any) -> Told:
        wanted = [each for each in self.pulls() if self._has(each, asked.query)]
        head, base = asked.query.get("head"), asked.query.get("base")
        wanted = [each for each in wanted if head in (None, f"{self.owner}:{each['head']['ref']}")]
        return self._page(asked, [self._pull(each) for each in wanted if base in (None, each["base"]["ref"])])

    def _pulls_create(self, asked: Operation, body: dict[str, Any]) -> Told:
        head, base = body["head"], body["base"]
        if self.branch(head) is None:
            return 422, _invalid({"resource": "PullRequest", "field": "head", "code": "invalid"})
        same = [e for e in self.pulls() if (e["head"]["ref"], e["base"]["ref"], e["state"]) == (head, base, "open")]
        if same:
            message = f"A pull request already exists for {self.owner}:{head}."
            return 422, _invalid({"resource": "PullRequest", "code": "custom", "message": message})
        if too_long := self._too_long(body):
            return too_long
        made = self._written(body)
        made |= {"head": {"ref": head}, "base": {"ref": base}, "merged": False, "mergeable": True}
        return 201, self._pull(made)

    def _pulls_get(self, asked: Operation, _: Any) -> Told:
        found = self.issues.get(asked.path["pull_number"])
        return (200, self._pull(found)) if found and "head" in found else (404, {"message": "Not Found"})

    def _pulls_update(self, asked: Operation, body: dict[str, Any]) -> Told:
        found = self.issues.get(asked.path["pull_number"])
        if found is None or "head" not in found:
            return 404, {"message": "Not Found"}
        if too_long := self._too_long(body):
            return too_long
        base = {"base": {"ref": body["base"]}} if "base" in body else {}
        found |= {name: body[name] for name in ("title", "body", "state") if name in body} | base
        return 200, self._pull(found)

    def _issues_list_for_repo(self, asked: Operation, _: Any) -> Told:
        # GitHub lists pull requests among the issues.
        found = [each for each in self.issues.values() if self._has(each, asked.query)]
        link = "https://api.example.test/x"
        links = {"url": link, "html_url": link, "diff_url": link, "patch_url": link}
        return self._page(asked, [{**each, "pull_request": links} if "head" in each else each for each in found])

    def _issues_create(self, asked: Operation, body: dict[str, Any]) -> Told:
        return self._too_long(body) or (201, self._written(body))

    def _issues_update(self, asked: Operation, body: dict[str, Any]) -> Told:
        found = self.issues.get(asked.path["issue_number"])
        if found is None:
            return 404, {"message": "Not Found"}
        found |= {name: body[name] for name in ("title", "body", "state") if name in body}
        return 200, found

    def _issues_add_labels(self, asked: Operation, body: dict[str, Any]) -> Told:
        found = self.issues.get(asked.path["issue_number"])
        if found is None:
            return 404, {"message": "Not Found"}
        found["labels"] += [{"name": name} for name in body["labels"] if {"name": name} not in found["labels"]]
        return 200, list(found["labels"])

    def _issues_list_comments(self, asked: Operation, _: Any) -> Told:
        if asked.path["issue_number"] not in self.issues:
            return 404, {"message": "Not Found"}
        return self._page(asked, [c for c in self.comments.values() if c["issue"] == asked.path["issue_number"]])

    def _issues_create_comment(self, asked: Operation, body: dict[str, Any]) -> Told:
        if asked.path["issue_number"] not in self.issues:
            return 404, {"message": "Not Found"}
        if too_long := self._too_long(body):
            return too_long
        made = {"id": next(self._ids), "issue": asked.path["issue_number"], "body": body["body"], "user": self._me()}
        self.comments[made["id"]] = made | {"author_association": "COLLABORATOR"}
        return 201, self.comments[made["id"]]

    def _issues_update_comment(self, asked: Operation, body: dict[str, Any]) -> Told:
        found = self.comments.get(asked.path["comment_id"])
        if found is None:
            return 404, {"message": "Not Found"}
        found["body"] = body["body"]
        return 200, found

    def _repos_create_commit_status(self, asked: Operation, body: dict[str, Any]) -> Told:
        self.statuses.append({"sha": asked.path["sha"], **body})
        return 201, body

    def _repos_get_combined_status_for_ref(self, asked: Operation, _: Any) -> Told:
        last = {each["context"]: each for each in self.statuses if each["sha"] == asked.path["ref"]}
        told = [{name: each[name] for name in ("context", "state", "description")} for each in last.values()]
        status, page = self._page(asked, told)
        return status, {"sha": asked.path["ref"], "total_count": len(told), "statuses": page}

    def _written(self, body: dict[str, Any]) -> dict[str, Any]:
        made = self.plain(body["title"], body.get("body", ""), "COLLABORATOR", login=self.caller)
        made["user"] = self._me()
        return made

    def _me(self) -> dict[str, Any]:
        return {"login": self.caller, "type": "User"}

    def _pull(self, held: dict[str, Any]) -> dict[str, Any]:
        """A pull request as it is told: its branches are those of this repository, unless it says otherwise."""
        sides = {}
        for side in ("head", "base"):
            ref = held[side]["ref"]
            repo = held[side].get("repo", {"full_name": f"{self.owner}/{self.name}"})
            sides[side] = {"ref": ref, "sha": self.branch(ref) or "d" * 40, "repo": repo}
        return {**held, **sides}

    def _has(self, held: dict[str, Any], query: dict[str, Any]) -> bool:
        return query.get("state", "open") in ("all", held["state"])

    def _page(self, asked: Operation, found: list[dict[str, Any]]) -> Told:
        size, number = asked.query.get("per_page", 30), asked.query.get("page", 1)
        return 200, found[(number - 1) * size : number * size]

    def _too_long(self, body: dict[str, Any]) -> Told | None:
        if len(body.get("body", "")) <= LONGEST:
            return None
        return 422, _invalid({"resource": "Issue", "field": "body", "code": "custom", "message": "body is too long"})


def _invalid(error: dict[str, str]) -> dict[str, Any]:
    return {"message": "Validation Failed", "errors": [error], "documentation_url": "https://docs.example.test"}
