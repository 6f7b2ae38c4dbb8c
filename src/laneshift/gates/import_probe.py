"""Which modules a fresh interpreter can import. Runs inside the sandbox as a program of its own; stdlib only.

Usage: `python import_probe.py ROOTS MODULES`, both JSON lists. Prints one marked line of JSON: module name to an empty
string (it imports) or to the error. Each module is imported in a forked child, so none sees another's imports.
"""

from __future__ import annotations

import importlib
import json
import os
import sys

MARK = "laneshift-import-probe:"
_LONGEST = 500


def attempt(name: str) -> str:
    """Import `name` in a child process; the error's type and text, or nothing."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        os.write(writer, _import(name).encode("utf-8", "replace")[:_LONGEST])
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        said = stream.read().decode("utf-8", "replace")
    _, status = os.waitpid(child, 0)
    if status != 0 or not said:
        return f"the interpreter ended with status {status}"
    return said.removeprefix("ok")


def _import(name: str) -> str:
    sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: PTH123, SIM115 - a child that ends by _exit
    try:
        importlib.import_module(name)
    except BaseException as error:  # noqa: BLE001 - whatever an import raises is the finding
        return f"{type(error).__name__}: {error}"
    return "ok"


def main() -> None:
    """Read the two arguments, print the findings."""
    sys.path[:0] = [os.path.join(os.getcwd(), root) for root in json.loads(sys.argv[1])]  # noqa: PTH109, PTH118
    found = {name: attempt(name) for name in json.loads(sys.argv[2])}
    print(MARK + json.dumps(found))  # noqa: T201 - its output is its result


if __name__ == "__main__":
    main()
