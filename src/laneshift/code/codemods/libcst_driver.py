"""The program that runs a LibCST codemod in the sandbox. Its text alone is used, so it needs nothing but libcst."""

from __future__ import annotations

DRIVER = """
import importlib, json, sys
from libcst.codemod import CodemodContext, SkipFile, TransformFailure, TransformSuccess, transform_module
dotted, words, paths = json.loads(sys.argv[1])
module, _, name = dotted.rpartition(".")
made = getattr(importlib.import_module(module), name)
for path in paths:
    with open(path, encoding="utf-8", newline="") as file:
        before = file.read()
    done = transform_module(made(CodemodContext(filename=path), **words), before)
    if isinstance(done, TransformFailure):
        sys.exit(path + ": " + repr(done.error))
    if isinstance(done, TransformSuccess) and done.code != before:
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(done.code)
"""
