"""Whether a change that somebody else made is safe to take without a person: judged on syntax trees, never on text.

`judge` is pure. Everything it cannot read is flagged: a change passes only where every check could look at it.
"""

from laneshift.code.safe_patch.judge import judge
from laneshift.code.safe_patch.records import Finding, Limits, Verdict

__all__ = ["Finding", "Limits", "Verdict", "judge"]
