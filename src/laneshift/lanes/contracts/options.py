"""Where import-linter's configuration is, and what it says: `setup.cfg`, `.importlinter` or `pyproject.toml`.

Read from a tree and in import-linter's own order. Values stay as they are written, a text or a list of texts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from laneshift.errors import Refused

Value = str | list[str]
Table = Mapping[str, Value]
_SECTION = "importlinter"
_INI = ("setup.cfg", ".importlinter")
_TOML = "pyproject.toml"
FILES = (*_INI, _TOML)
"""Where a configuration may stand."""


@dataclass(frozen=True, slots=True)
class Options:
    """One configuration: the file it stands in, its general options, and the options of each contract."""

    file: str
    general: Table
    contracts: tuple[Table, ...]

    @property
    def root_packages(self) -> tuple[str, ...]:
        """The packages whose modules are looked at."""
        return tuple(listed(self.general.get("root_packages", self.general.get("root_package", []))))

    @property
    def with_externals(self) -> bool:
        """Whether imports of other projects are in the graph."""
        return self.general.get("include_external_packages") in ("True", "true")

    @property
    def without_type_checking(self) -> bool:
        """Whether imports for type checkers alone are left out."""
        return self.general.get("exclude_type_checking_imports") in ("True", "true")

    @property
    def custom_types(self) -> frozenset[str]:
        """The names of contract types that the project brings itself."""
        return frozenset(text.split(": ")[0] for text in listed(self.general.get("contract_types", [])))


def listed(value: Value) -> list[str]:
    """A value as a list, without blank lines."""
    return [text for text in ([value] if isinstance(value, str) else value) if text.strip()]


def read(get: Callable[[str], bytes | None]) -> Options | None:
    """The configuration of a tree, None when it has none. `get` gives the bytes of a path, or None.

    Raises `Refused` (`lanes.bad-contracts`) for a file that cannot be read, and where no root package or no contract is
    named: to check nothing is a mistake.
    """
    found = next(filter(None, (_ini(path, get(path)) for path in _INI)), None) or _toml(get(_TOML))
    if found is None:
        return None
    if not found.root_packages:
        raise _bad(found.file, "names no root_package")
    if not found.contracts:
        raise _bad(found.file, "has no contract")
    return found


def _ini(path: str, data: bytes | None) -> Options | None:
    if data is None:
        return None
    import configparser  # noqa: PLC0415 - what is read is kept, and most checks read nothing

    parser = configparser.ConfigParser()
    try:
        parser.read_string(data.decode("utf-8"))
        if _SECTION not in parser.sections():
            return None
        names = [name for name in parser.sections() if name.startswith(f"{_SECTION}:")]
        contracts = tuple({"id": name.split(":")[-1], **_lines(dict(parser[name]))} for name in names)
        return Options(path, _lines(dict(parser[_SECTION])), contracts)
    except (configparser.Error, UnicodeDecodeError) as error:
        raise _bad(path, f"cannot be read: {error}") from error


def _lines(section: Mapping[str, str]) -> dict[str, Value]:
    return {key: text.strip().split("\n") if "\n" in text else text for key, text in section.items()}


def _toml(data: bytes | None) -> Options | None:
    if data is None:
        return None
    import tomllib  # noqa: PLC0415 - as above

    try:
        table: Any = tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _bad(_TOML, f"cannot be read: {error}") from error
    for name in ("tool", _SECTION):
        table = table.get(name, {}) if isinstance(table, dict) else {}
    if not table:
        return None
    contracts = table.pop("contracts", []) if isinstance(table, dict) else None
    if not isinstance(contracts, list) or not all(isinstance(each, dict) for each in contracts):
        raise _bad(_TOML, "[tool.importlinter] is not a table with an array of contracts")
    return Options(_TOML, _plain(table), tuple(_plain(each) for each in contracts))


def _plain(table: Mapping[str, Any]) -> dict[str, Value]:
    """Numbers and booleans as texts. A value of any other shape becomes one that no option accepts."""
    return {
        key: [str(part) for part in value] if isinstance(value, list) else str(value) for key, value in table.items()
    }


def _bad(path: str, what: str) -> Refused:
    return Refused("lanes.bad-contracts", f"import-linter's configuration in {path} {what}", where=path)
