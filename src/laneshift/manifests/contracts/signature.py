"""Signatures: read, brought into one form, and compared by the calls that they accept. Pure."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace

from laneshift.code.facts.refusal import REFUSALS
from laneshift.code.parsing import PARSING
from laneshift.code.type_forms import type_parameters

ANY = "..."
"""A default that is not told: it agrees with every one."""
_LONGEST_DEFAULT = 80
_SHOWN = 120


class SignatureError(ValueError):
    """A text that is no parameter list."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. `default` and `annotation` are Python text, empty where there is none."""

    name: str
    default: str = ""
    annotation: str = ""

    def __str__(self) -> str:
        """As Python writes it."""
        if not self.annotation:
            return f"{self.name}={self.default}" if self.default else self.name
        return f"{self.name}: {self.annotation}" + (f" = {self.default}" if self.default else "")


@dataclass(frozen=True, slots=True)
class Signature:
    """A parameter list, what is returned, whether it is awaited, and its type parameters as Python text."""

    positional_only: tuple[Parameter, ...]
    plain: tuple[Parameter, ...]
    rest: Parameter | None
    keyword_only: tuple[Parameter, ...]
    others: Parameter | None
    returns: str
    is_async: bool
    types: str = ""

    @property
    def positional(self) -> tuple[Parameter, ...]:
        """The parameters that may be given by position."""
        return (*self.positional_only, *self.plain)

    def __str__(self) -> str:
        """The one form: type parameters, parameter list and return annotation."""
        parts = [str(each) for each in self.positional_only]
        parts += ["/"] if parts else []
        parts += [str(each) for each in self.plain]
        if self.rest is not None:
            parts.append(f"*{self.rest}")
        elif self.keyword_only:
            parts.append("*")
        parts += [str(each) for each in self.keyword_only]
        parts += [] if self.others is None else [f"**{self.others}"]
        types = f"[{self.types}]" if self.types else ""
        return f"{types}({', '.join(parts)})" + (f" -> {self.returns}" if self.returns else "")


def read(text: str, *, is_async: bool = False, is_method: bool = False) -> Signature:
    """The signature that a text says. Raises `SignatureError` when it is none."""
    if "\n" in text or "\r" in text or not text.lstrip().startswith(("(", "[")):
        raise SignatureError(f"{text[:_SHOWN]!r} is no parameter list")
    with PARSING, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse(f"def f{text.strip()}: pass")
        except REFUSALS as error:
            raise SignatureError(f"{text[:_SHOWN]!r} is no parameter list: {error}") from error
    node = tree.body[0] if len(tree.body) == 1 else None
    if not isinstance(node, ast.FunctionDef) or not isinstance(node.body[0], ast.Pass):
        raise SignatureError(f"{text[:_SHOWN]!r} is no parameter list")
    found = replace(of(node), is_async=is_async)
    names = [each.arg for each in ast.walk(node.args) if isinstance(each, ast.arg)]
    if len(set(names)) < len(names):
        raise SignatureError(f"{text[:_SHOWN]!r} has two parameters of one name")
    return without(found, "self") if is_method else found


def of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Signature:
    """The signature of a definition, as it is written."""
    arguments = node.args
    optional = [ast.unparse(each) for each in arguments.defaults]
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = [""] * (len(positional) - len(optional)) + optional
    listed = tuple(_parameter(each, default) for each, default in zip(positional, defaults, strict=True))
    keywords = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    border = len(arguments.posonlyargs)
    return Signature(
        positional_only=listed[:border],
        plain=listed[border:],
        rest=None if arguments.vararg is None else _parameter(arguments.vararg, ""),
        keyword_only=tuple(_parameter(each, "" if value is None else ast.unparse(value)) for each, value in keywords),
        others=None if arguments.kwarg is None else _parameter(arguments.kwarg, ""),
        returns=_annotation(node.returns),
        is_async=isinstance(node, ast.AsyncFunctionDef),
        types=", ".join(map(ast.unparse, type_parameters(node))),
    )


def of_method(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Signature:
    """What a caller passes to a method: without the instance or the class, which a static method has none of."""
    static = any(isinstance(each, ast.Name) and each.id == "staticmethod" for each in node.decorator_list)
    found = of(node)
    return found if static or not found.positional else without(found, found.positional[0].name)


def without(found: Signature, first: str) -> Signature:
    """The same without its first parameter, where that is called `first`."""
    if not found.positional or found.positional[0].name != first:
        return found
    if found.positional_only:
        return replace(found, positional_only=found.positional_only[1:])
    return replace(found, plain=found.plain[1:])


def promised(found: Signature) -> Signature:
    """The same with defaults that are no plain values left open: what a contract should say about it."""

    def open_(each: Parameter) -> Parameter:
        return replace(each, default=ANY) if each.default and not _is_plain(each.default) else each

    return replace(
        found,
        positional_only=tuple(map(open_, found.positional_only)),
        plain=tuple(map(open_, found.plain)),
        keyword_only=tuple(map(open_, found.keyword_only)),
    )


def breaks(was: Signature, now: Signature) -> tuple[str, ...]:
    """Everything about `now` that a caller who relies on `was` would notice; nothing for one that only takes more."""
    return tuple(dict.fromkeys(_breaks(was, now)))


def _breaks(was: Signature, now: Signature) -> Iterator[str]:
    if was.is_async != now.is_async:
        yield "is awaited now" if now.is_async else "is not awaited any more"
    yield from _by_position(was, now)
    yield from _by_name(was, now)
    if was.rest is not None and now.rest is None:
        yield f"does not take *{was.rest.name} any more"
    if was.others is not None and now.others is None:
        yield f"does not take **{was.others.name} any more"
    yield from _required(was, now)
    if was.types and was.types != now.types:
        yield f"has {f'type parameters [{now.types}]' if now.types else 'no type parameters'} instead of [{was.types}]"
    if was.returns and was.returns != now.returns:
        yield f"returns {now.returns or 'what is not said'} instead of {was.returns}"


def _by_position(was: Signature, now: Signature) -> Iterator[str]:
    """Every argument given by position arrives at the parameter that it was meant for."""
    border = len(was.positional_only)
    for at, old in enumerate(was.positional):
        if at >= len(now.positional):
            by_keyword = at >= border and any(each.name == old.name for each in now.keyword_only)
            if now.rest is None or at >= border:
                yield f"{old.name!r} cannot be given by position" if by_keyword else f"{old.name!r} is gone"
            continue
        new = now.positional[at]
        if at >= border and new.name != old.name:
            yield f"parameter {at + 1} is {new.name!r} instead of {old.name!r}"
        elif at >= border and at < len(now.positional_only):
            yield f"{old.name!r} cannot be given by name any more"
        else:
            if at < border and at >= len(now.positional_only) and was.others is not None:
                yield f"{new.name!r} takes an argument that **{was.others.name} took"
            yield from _same(old, new)
    if was.rest is not None and len(now.positional) > len(was.positional):
        yield f"{now.positional[len(was.positional)].name!r} takes an argument that *{was.rest.name} took"


def _by_name(was: Signature, now: Signature) -> Iterator[str]:
    known = {each.name: each for each in (*now.plain, *now.keyword_only)}
    taken = {each.name for each in now.positional[: len(was.positional)]}
    for old in was.keyword_only:
        if old.name in taken:
            yield f"{old.name!r} takes an argument that is given by position"
        elif old.name in known:
            yield from _same(old, known[old.name])
        elif now.others is None:
            yield f"{old.name!r} is gone"


def _required(was: Signature, now: Signature) -> Iterator[str]:
    given = {each.name for each in (*was.plain, *was.keyword_only)}
    for at, new in enumerate(now.positional):
        by_name = at >= len(now.positional_only) and new.name in given
        if at >= len(was.positional) and not new.default and not by_name:
            yield f"{new.name!r} has to be given now"
    for new in now.keyword_only:
        if not new.default and new.name not in given:
            yield f"{new.name!r} has to be given now"


def _same(old: Parameter, new: Parameter) -> Iterator[str]:
    if old.default and not new.default:
        yield f"{old.name!r} has to be given now"
    elif old.default not in ("", ANY) and new.default not in (ANY, old.default):
        yield f"{old.name!r} is {new.default} by default instead of {old.default}"
    if old.annotation and old.annotation != new.annotation:
        yield f"{old.name!r} is {new.annotation or 'not annotated'} instead of {old.annotation}"


def _parameter(argument: ast.arg, default: str) -> Parameter:
    return Parameter(argument.arg, default, _annotation(argument.annotation))


def _annotation(node: ast.expr | None) -> str:
    """An annotation as text; one that stands in quotes means what is in them."""
    if node is None:
        return ""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            return ast.unparse(ast.parse(node.value.strip(), mode="eval"))
        except REFUSALS:
            return ast.unparse(node)
    return ast.unparse(node)


def _is_plain(default: str) -> bool:
    """Whether a default is a short literal that means the same wherever it is read."""
    if len(default) > _LONGEST_DEFAULT:
        return False
    try:
        ast.literal_eval(default)
    except REFUSALS:
        return False
    return True
