"""`python -m laneshift` and the `laneshift` command."""

from __future__ import annotations

from laneshift.cli.start import main

if __name__ == "__main__":
    main()
