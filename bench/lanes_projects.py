"""The projects that contracts are compared on: some bring their own, for the others they are written here."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.sdist import DJANGO, NETWORKX, PYGMENTS, SYMPY, Sdist


@dataclass(frozen=True, slots=True)
class Case:
    """A project, the folder that its packages lie in, and contracts as TOML where it brings none."""

    sdist: Sdist
    folder: str = "."
    contracts: str = ""


_KEDRO_SHA = "50b654c0f6ec79c465bc913c1680ea6ad35fff287160262dce7f9d4c1bdbd493"
_SQLFLUFF_SHA = "0b0d5b2cca03e7d138b8d899249fed5fa54083e407bbd161449c0b30f901b7b8"
_LINTER_SHA = "c5bd0d38bdef46c7251120266b3bf72662bc8cd989a8fe461499936e12e8c6fa"
KEDRO = Sdist("kedro", "1.7.0", _KEDRO_SHA, "kedro-1.7.0.tar.gz", "kedro")
SQLFLUFF = Sdist("sqlfluff", "4.5.0", _SQLFLUFF_SHA, "sqlfluff-4.5.0.tar.gz", "src/sqlfluff")
LINTER = Sdist("import-linter", "2.16", _LINTER_SHA, "import_linter-2.16.tar.gz", "src/importlinter")


def written(package: str, layers: str, source: str, forbidden: str) -> str:
    """One contract of each type over a package."""
    head = f'[tool.importlinter]\nroot_package = "{package}"\ninclude_external_packages = true\n'
    inside, outside = f'["{package}.{source}"]', f'["{package}.{forbidden}"]'
    direct = "allow_indirect_imports = true\nas_packages = false"
    parts = [
        f'type = "layers"\nlayers = {layers}',
        f'type = "forbidden"\nsource_modules = {inside}\nforbidden_modules = ["{package}.{forbidden}", "json"]',
        f'type = "forbidden"\nsource_modules = ["{package}.**"]\nforbidden_modules = {outside}\n{direct}',
        f'type = "independence"\nmodules = ["{package}.{source}", "{package}.{forbidden}"]',
        f'type = "protected"\nprotected_modules = {outside}\nallowed_importers = {inside}',
        f'type = "acyclic_siblings"\nancestors = ["{package}"]\ndepth = 2',
    ]
    bodies = (f'[[tool.importlinter.contracts]]\nname = "contract {at}"\n{part}\n' for at, part in enumerate(parts))
    return head + "".join(bodies)


CASES = (
    Case(LINTER, "src"),
    Case(KEDRO),
    Case(SQLFLUFF, "src"),
    Case(
        DJANGO,
        contracts=written(
            "django", '["django.contrib", "django.views | django.forms", "django.db", "django.utils"]', "db", "forms"
        ),
    ),
    Case(
        NETWORKX,
        contracts=written(
            "networkx", '["networkx.algorithms", "networkx.generators", "networkx.classes"]', "classes", "drawing"
        ),
    ),
    Case(
        PYGMENTS,
        contracts=written(
            "pygments",
            '["pygments.cmdline", "pygments.lexers : pygments.styles", "pygments.token"]',
            "styles",
            "lexers",
        ),
    ),
    Case(
        SYMPY,
        contracts=written(
            "sympy", '["sympy.physics", "sympy.solvers", "sympy.polys", "sympy.core"]', "core", "physics"
        ),
    ),
)
