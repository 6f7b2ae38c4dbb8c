"""How an ASGI application answers. Runs inside the sandbox as a program of its own, without laneshift.

Usage: `python app_probe.py ORDER`, one JSON object: target, factory, openapi, start_seconds, roots, mode, and what the
mode needs. A child serves the application with uvicorn on a free port of 127.0.0.1; this process sends requests that
schemathesis generates. Prints one marked line of JSON: `fault` or `missing` when nothing could be found out.

Modes: `routes` gives `operations`, each with what was wrong with its answers, empty for a good one. `limits` gives
`answers`, status and rate-limit headers of one request sent until it is refused, and `what` was asked.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any

MARK = "laneshift-app-probe:"
_REQUEST_SECONDS = 10.0
_REFUSED = 429
_EXAMPLES = 3
_HEADERS = (
    "ratelimit",
    "ratelimit-remaining",
    "x-ratelimit-remaining",
    "x-rate-limit-remaining",
    "retry-after",
)


class NoAnswer(Exception):
    """Nothing can be found out; the text says why."""


def serve(order: dict[str, Any], listener: socket.socket) -> None:
    """Import the application and serve it on `listener`. Never returns."""
    uvicorn: Any = importlib.import_module("uvicorn")
    found: Any = importlib.import_module(order["target"].partition(":")[0])
    for name in order["target"].partition(":")[2].split("."):
        found = getattr(found, name)
    app = found() if order["factory"] else found
    config = uvicorn.Config(app, log_level="warning", access_log=False, lifespan="auto", ws="none")
    uvicorn.Server(config).run(sockets=[listener])


def started(order: dict[str, Any]) -> tuple[int, str]:
    """The child that serves, and the base URL."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.dup2(2, 1)
            serve(order, listener)
            status = 0
        except BaseException:  # noqa: BLE001 - a child that ends by _exit tells everything before
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(status)
    listener.close()
    return child, f"http://127.0.0.1:{port}"


def document(order: dict[str, Any], child: int, base: str, session: Any) -> dict[str, Any]:
    """The OpenAPI document, as soon as the application answers."""
    deadline = time.monotonic() + order["start_seconds"]
    trouble = "it does not listen"
    while time.monotonic() < deadline:
        if os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
            raise NoAnswer(f"the application {order['target']} ended before it answered")
        try:
            answer = session.get(base + order["openapi"], timeout=_REQUEST_SECONDS)
        except OSError as error:
            trouble = type(error).__name__
            time.sleep(0.05)
            continue
        if answer.status_code != 200:
            raise NoAnswer(f"{order['openapi']} answers {answer.status_code}")
        try:
            found = answer.json()
        except ValueError as error:
            raise NoAnswer(f"{order['openapi']} is no JSON") from error
        if not isinstance(found, dict) or not found.get("paths"):
            raise NoAnswer(f"the OpenAPI document at {order['openapi']} has no operation")
        return found
    raise NoAnswer(f"the application never answered within {order['start_seconds']} s: {trouble}")


def operations(found: dict[str, Any]) -> tuple[list[Any], dict[str, str]]:
    """Every operation of the document that a request can be generated for; the others by why not."""
    openapi: Any = importlib.import_module("schemathesis.openapi")
    good: list[Any] = []
    bad: dict[str, str] = {}
    for result in openapi.from_dict(found).get_all_operations():
        try:
            good.append(result.ok())
        except Exception as error:  # noqa: BLE001 - whatever is wrong with it is the finding
            bad[f"operation {len(bad) + 1} of the document"] = f"cannot be read: {error}"[:300]
    return good, bad


def cases(operation: Any, number: int) -> list[Any]:
    """Valid requests: examples of the document first, then generated ones, always the same."""
    hypothesis: Any = importlib.import_module("hypothesis")
    mode: Any = importlib.import_module("schemathesis").GenerationMode.POSITIVE
    collected: list[Any] = []
    quiet = hypothesis.settings(
        max_examples=number,
        database=None,
        derandomize=True,
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=[hypothesis.Phase.generate],
    )

    def collect(case: Any) -> None:
        collected.append(case)

    for strategy in [*operation.get_strategies_from_examples(), operation.as_strategy(generation_mode=mode)]:
        quiet(hypothesis.given(case=strategy)(collect))()
    return collected[: number + _EXAMPLES]


def client(number: int) -> Any:
    """A session that comes from an address of its own, so that a limit for one client does not hide the routes."""
    requests: Any = importlib.import_module("requests")
    source = (f"127.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}", 0)
    adapter: Any = requests.adapters.HTTPAdapter

    class From(adapter):  # type: ignore[misc] # its base is only known when it runs
        def init_poolmanager(self, *words: Any, **named: Any) -> None:
            super().init_poolmanager(*words, source_address=source, **named)

    session = requests.Session()
    session.trust_env = False
    session.mount("http://", From())
    return session


def fault_of(operation: Any, number: int, base: str, opened: Callable[[], Any]) -> str:
    """What is wrong with how an operation answers; empty when one valid request is answered and none fails."""
    seen: list[int] = []
    for case in cases(operation, number):
        try:
            answer = case.call(base_url=base, session=opened(), timeout=_REQUEST_SECONDS, allow_redirects=False)
        except OSError as error:
            return f"no answer: {type(error).__name__}"
        status: int = answer.status_code
        if status >= 500:
            return f"answers {status}"
        if status == _REFUSED:
            raise NoAnswer(f"{operation.label} is refused with 429 to a client that never asked before")
        seen.append(status)
    if not seen:
        return "no valid request could be generated"
    if all(status in (404, 405) for status in seen):
        return f"answers {', '.join(str(status) for status in sorted(set(seen)))} to each of {len(seen)} valid requests"
    return ""


def routes(order: dict[str, Any], found: dict[str, Any], base: str, opened: Callable[[], Any]) -> dict[str, Any]:
    """What is wrong with each operation."""
    good, told = operations(found)
    for operation in good:
        try:
            told[operation.label] = fault_of(operation, order["cases"], base, opened)
        except NoAnswer:
            raise
        except Exception as error:  # noqa: BLE001 - whatever keeps requests from being made is the finding
            told[operation.label] = f"no valid request could be generated: {type(error).__name__}: {error}"[:300]
    return {"operations": told}


def limits(order: dict[str, Any], found: dict[str, Any], base: str, opened: Callable[[], Any]) -> dict[str, Any]:
    """The answers to one request, again and again, until it is refused."""
    session = opened()
    what, send = by_path(order["path"], base, session) if order["path"] else plainest(found, base, session)
    answers: list[tuple[int, dict[str, str]]] = []
    while len(answers) < order["requests"]:
        answer = send()
        answers.append((answer.status_code, headers_of(answer)))
        if answer.status_code == _REFUSED:
            break
    return {"answers": answers, "what": what}


def by_path(path: str, base: str, session: Any) -> tuple[str, Callable[[], Any]]:
    """How to ask for the path that the settings name."""

    def send() -> Any:
        return session.get(base + path, timeout=_REQUEST_SECONDS)

    return f"GET {path}", send


def plainest(found: dict[str, Any], base: str, session: Any) -> tuple[str, Callable[[], Any]]:
    """An operation that only reads and needs to know nothing, rather than one that writes; and how to ask it."""
    good, _ = operations(found)
    good.sort(key=lambda each: (each.method.upper() != "GET", "{" in each.path, each.label))
    chosen = cases(good[0], 1) if good else []
    if not chosen:
        raise NoAnswer("the OpenAPI document has no operation that a request can be generated for")

    def send() -> Any:
        return chosen[0].call(base_url=base, session=session, timeout=_REQUEST_SECONDS, allow_redirects=False)

    return good[0].label, send


def headers_of(answer: Any) -> dict[str, str]:
    """The headers about limits, in lower case. schemathesis gives lists, requests gives texts."""
    found = {name.lower(): value for name, value in answer.headers.items() if name.lower() in _HEADERS}
    return {name: (value if isinstance(value, str) else ", ".join(value))[:200] for name, value in found.items()}


def probed(order: dict[str, Any]) -> dict[str, Any]:
    """What the mode finds out."""
    for needed in ("requests", "schemathesis", "uvicorn"):
        importlib.import_module(needed)
    sys.path[:0] = [os.path.join(os.getcwd(), root) for root in order["roots"]]  # noqa: PTH109, PTH118
    child, base = started(order)
    numbers = iter(range(2, 1 << 24))
    try:
        found = document(order, child, base, client(1))
        mode = {"routes": routes, "limits": limits}[order["mode"]]
        return mode(order, found, base, lambda: client(next(numbers)))
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def main() -> None:
    """Read the order, print what was found."""
    try:
        told = probed(json.loads(sys.argv[1]))
    except NoAnswer as error:
        told = {"fault": str(error)}
    except OSError as error:
        told = {"fault": f"the application stopped answering: {type(error).__name__}"}
    except ModuleNotFoundError as error:
        told = {"missing": error.name}
    print("\n" + MARK + json.dumps(told))  # noqa: T201 - its output is its result


if __name__ == "__main__":
    main()
