"""Places of a repository that decide what is checked, run or believed: no work of an agent goes there. Pure.

Names are compared without case and without what some file systems leave out.
"""

from __future__ import annotations

import re
import unicodedata

from laneshift.lanes.globs import first_match

_GIT = frozenset({".gitattributes", ".gitmodules", ".gitignore", ".gitconfig", ".mailmap", ".lfsconfig"})
_HOOKS = frozenset(
    {
        ".pre-commit-config.yaml", ".pre-commit-config.yml", ".pre-commit-hooks.yaml", "lefthook.yml", "lefthook.yaml",
        ".lefthook.yml", ".overcommit.yml", ".huskyrc", ".huskyrc.json", ".lintstagedrc", ".lintstagedrc.json",
    }
)  # fmt: skip
_HOOK_FOLDERS = frozenset({".githooks", ".husky", ".hooks", "githooks", ".lefthook"})
_HOOK_NAMES = frozenset(
    {
        "pre-commit", "pre-push", "commit-msg", "prepare-commit-msg", "post-commit", "post-checkout", "post-merge",
        "pre-rebase", "pre-receive", "update", "post-receive", "post-rewrite", "applypatch-msg", "pre-merge-commit",
    }
)  # fmt: skip
_CI = frozenset(
    {
        ".gitlab-ci.yml", ".gitlab-ci.yaml", "jenkinsfile", "azure-pipelines.yml", "azure-pipelines.yaml",
        "bitbucket-pipelines.yml", ".travis.yml", ".drone.yml", ".drone.yaml", "appveyor.yml", ".appveyor.yml",
        ".cirrus.yml", "buildspec.yml", "cloudbuild.yaml", "cloudbuild.yml", ".woodpecker.yml", ".woodpecker.yaml",
        "codecov.yml", ".codecov.yml", "renovate.json", ".renovaterc", "dependabot.yml", "wercker.yml", ".mergify.yml",
        "sonar-project.properties", ".readthedocs.yaml", ".readthedocs.yml",
    }
)  # fmt: skip
_CI_FOLDERS = frozenset(
    {
        ".github", ".gitlab", ".circleci", ".buildkite", ".azure", ".azure-pipelines", ".woodpecker", ".tekton",
        ".forgejo", ".gitea", ".teamcity", ".semaphore", ".drone", ".harness", ".devcontainer", ".vscode", ".idea",
    }
)  # fmt: skip
_POLICY = frozenset({"codeowners", "owners", "laneshift.toml", ".laneshift.toml", "allowed_signers", ".importlinter"})
_POLICY_FOLDERS = frozenset({".laneshift", "laneshift-policies"})
_POLICY_ENDINGS = (".cedar", ".cedarschema")
_AGENT = frozenset(
    {
        "agents.md", "agent.md", "claude.md", "claude.local.md", "gemini.md", "codex.md", "copilot-instructions.md",
        ".cursorrules", ".windsurfrules", ".clinerules", ".mcp.json", "mcp.json", ".aider.conf.yml", ".roomodes",
        ".goosehints", "skill.md", "llms.txt",
    }
)  # fmt: skip
_AGENT_FOLDERS = frozenset(
    {".claude", ".cursor", ".codex", ".gemini", ".aider", ".windsurf", ".roo", ".continue", ".copilot", ".agents"}
)
_BUILD = frozenset(
    {
        "makefile", "gnumakefile", "justfile", "dockerfile", "containerfile", "setup.py", "noxfile.py", "tasks.py",
        "dodo.py", "sitecustomize.py", "usercustomize.py", ".env", ".envrc", "poetry.lock", "uv.lock", "pdm.lock",
        "pipfile", "pipfile.lock", "hatch_build.py", ".python-version", ".tool-versions", "meson.build",
    }
)  # fmt: skip
_BUILD_ENDINGS = (".pth", ".egg-link", ".mk")
_REQUIREMENTS = re.compile(r"(?:requirements|constraints)[\w.-]*\.(?:txt|in|lock)\Z")
_BINARY_ENDINGS = (".so", ".pyd", ".dll", ".dylib", ".pyc", ".pyo", ".exe", ".whl", ".egg", ".jar", ".node")
_IGNORED = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u206a-\u206f\ufeff]")


def guarded(path: str, own: tuple[str, ...] = ()) -> tuple[str, str]:
    """A stable cause and a sentence for a place that agents leave alone; both empty for every other path.

    `own` are globs of further policies, from the settings.
    """
    parts = [_plain(part) for part in path.split("/")]
    name, above = parts[-1], {*parts[:-1]}
    for cause, what, hit in (
        ("git-file", "git itself reads this file", name in _GIT or name.startswith(".git-")),
        ("hook", "git runs this by itself", name in _HOOKS or _is_hook(name, above)),
        ("ci-file", "a machine that has secrets runs this", name in _CI or bool(_CI_FOLDERS & above)),
        ("policy-file", "it says who may do what", _is_policy(name, above, path, own)),
        ("agent-file", "agents take orders from this file", name in _AGENT or bool(_AGENT_FOLDERS & above)),
        ("build-file", "installing or building runs this", _is_build(name)),
        ("binary", "a program runs this, and nobody can read it", name.endswith(_BINARY_ENDINGS)),
    ):
        if hit:
            return cause, what
    return "", ""


def _is_hook(name: str, above: set[str]) -> bool:
    return bool(_HOOK_FOLDERS & above) or (name in _HOOK_NAMES and "hooks" in above) or ".git" in above


def _is_policy(name: str, above: set[str], path: str, own: tuple[str, ...]) -> bool:
    listed = name in _POLICY or bool(_POLICY_FOLDERS & above) or name.endswith(_POLICY_ENDINGS)
    return listed or bool(own and first_match(own, path))


def _is_build(name: str) -> bool:
    return name in _BUILD or name.endswith(_BUILD_ENDINGS) or _REQUIREMENTS.match(name) is not None


def _plain(part: str) -> str:
    """A part of a path as a file system that looks at neither case nor composition compares it."""
    return _IGNORED.sub("", unicodedata.normalize("NFKC", part)).casefold().rstrip(" .")
