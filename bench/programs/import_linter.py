"""Import-linter on the project in this folder: `[FOLDER_OF_PACKAGES] [CONFIGURATION]`; verdicts and imports as JSON."""

from __future__ import annotations

import json
import sys
from copy import deepcopy
from pathlib import Path

from grimp import build_graph
from grimp.exceptions import GrimpException
from importlinter import configuration
from importlinter.application.use_cases import _register_contract_types, read_user_options
from importlinter.domain.contract import InvalidContractOptions, registry
from importlinter.domain.helpers import MissingImport


def main() -> None:
    """Build the graph as import-linter does, and check each contract by its own class."""
    sys.path.insert(0, str(Path(sys.argv[1]).resolve()))
    configuration.configure()
    options = read_user_options(sys.argv[2] if len(sys.argv) > 2 else None)
    _register_contract_types(options)
    general = options.session_options
    graph = build_graph(
        *general["root_packages"],
        include_external_packages=general.get("include_external_packages") in ("True", "true"),
        exclude_type_checking_imports=general.get("exclude_type_checking_imports") in ("True", "true"),
        cache_dir=None,
    )
    verdicts = []
    for contract in options.contracts_options:
        try:
            made = registry.get_contract_class(contract["type"])(contract["name"], dict(general), dict(contract))
            kept = made.check(deepcopy(graph), verbose=False).kept
            verdicts.append([contract["name"], "kept" if kept else "broken"])
        except (ValueError, GrimpException, MissingImport, InvalidContractOptions):
            verdicts.append([contract["name"], "invalid"])
    edges = sorted(
        (module, each) for module in graph.modules for each in graph.find_modules_directly_imported_by(module)
    )
    json.dump({"verdicts": verdicts, "edges": edges}, sys.stdout)


if __name__ == "__main__":
    main()
