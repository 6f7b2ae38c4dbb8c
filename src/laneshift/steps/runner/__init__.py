"""Running the project's own code: isolated, limited, on a named tree, with the outcome of every test.

`sandbox` is the way in. `supervisor` and the files it needs (`linux`, `namespaces`, `processes`, `removal`, `report`)
use the standard library alone, because they run in a bare interpreter; so do the files named `pytest_*`, which run in
the project's.
"""
