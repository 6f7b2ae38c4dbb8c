"""`python -m bench.scale` prints what would bind; `--write` puts it into docs/scale.md and its chart beside."""

from __future__ import annotations

import sys
from pathlib import Path

from bench.scale.report import chart, tables

DOCS = Path(__file__).resolve().parents[2] / "docs"
BEGIN, END = "<!-- simulated -->\n", "<!-- end -->\n"


def main() -> None:
    """Simulate, and print or write."""
    told = tables()
    if "--write" in sys.argv[1:]:
        page = DOCS / "scale.md"
        text = page.read_text(encoding="utf-8")
        before, _, rest = text.partition(BEGIN)
        after = rest.partition(END)[2]
        page.write_text(f"{before}{BEGIN}\n{told}\n{END}{after}", encoding="utf-8")
        (DOCS / "benchmarks" / "scale.svg").write_text(chart(), encoding="utf-8")
    sys.stdout.write(told)


if __name__ == "__main__":
    main()
