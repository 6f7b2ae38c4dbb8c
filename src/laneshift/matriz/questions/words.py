"""The words of a question in one spelling: short forms written out, quotes and politeness taken away."""

from __future__ import annotations

import difflib
import re
import unicodedata

LONGEST = 600
"""Characters of a question that are read; nobody asks more in one sentence."""

_SHORT = (
    (
        re.compile(
            r"\b(can|could|may|might|would|should|must|do|does|did|is|are|was|were|has|have|had)n[\u2019']t\b", re.I
        ),
        r"\1 not",
    ),
    (re.compile(r"\bca not\b", re.I), "can not"),
    (re.compile(r"\bcan[\u2019']t\b|\bcannot\b", re.I), "can not"),
    (re.compile(r"\bwon[\u2019']t\b", re.I), "will not"),
    (re.compile(r"\b(what|who|where|how|which|that|it|there)[\u2019']s\b", re.I), r"\1 is"),
    (re.compile(r"\b(what|who|where)[\u2019']re\b", re.I), r"\1 are"),
    (re.compile(r"\b(i|we|you|they)[\u2019'](?:d|ll)\b", re.I), r"\1 would"),
)
_OWNED = re.compile(r"(?<=[\w`])[\u2019']s\b")
_NOT_YET = re.compile(
    r"^((?:why )?(?:did|does|do|is|are|was|were|can|could|may|should|has|have|would) )not "
    r"((?:the )?(?:(?:module|package|file|item|batch|lane) )*\S+)",
    re.I,
)
_QUOTES = re.compile(r"[`\"\u201c\u201d\u201e\u00ab\u00bb]|(?<!\w)['\u2018\u2019]|['\u2018\u2019](?=[\s.,;:!?)]|$)")
_POLITE = re.compile(
    r"(?<![\w./-])(?:please|kindly|thanks|thank you|hey|hi|hello|ok|okay|so|well|"
    r"(?:can|could|would|will) you (?:please |quickly )?(?:tell me|show me|say|list|find out|find|explain|"
    r"check|work out)|"
    r"(?:tell|show|give) me|i (?:want|need|would like|wanted) to (?:know|see)|do you know|i wonder|"
    r"(?:any|do you have any) idea|exactly|actually|currently|right now|just|even|all|"
    r"in (?:this|the|our|my) (?:repo|repository|codebase|code base|tree|monorepo|project|code))(?![\w./-])",
    re.I,
)
_ENDS = re.compile(r"^[\s,;:.!?\-\u2013\u2014]+|[\s,;:.!?]+$")
_WORD = re.compile(r"(?<![\w./-])[A-Za-z]{5,14}(?![\w./-])")
_CUES = frozenset(
    re.findall(
        r"\w+",
        """
    imports import imported importers importing depends depend dependencies dependents requires reaches ready promote
    promoted promotion failed fail failure broken quarantined moving moved rename renaming touch touches compare
    compared difference between defined defines definition declared where which modules module status progress risky
    tests covers cover items calculate compute batch
        """,
    )
)
_NEAR = 0.8


def plain(text: str) -> str:
    """The question in one line without quotes, politeness and final marks. Bounded by `LONGEST` characters."""
    shown = "".join(" " if unicodedata.category(one)[0] in "CZ" else one for one in text[:LONGEST])
    for pattern, said in _SHORT:
        shown = pattern.sub(said, shown)
    shown = _POLITE.sub(" ", _OWNED.sub(" 's", _QUOTES.sub("", shown)))
    shown = _ENDS.sub("", re.sub(r"\s+", " ", shown).strip())
    return _NOT_YET.sub(r"\1\2 not", shown)


def mended(text: str) -> str:
    """The text with misspelt words of questions written as they are spelt. Names with marks in them stay."""

    def better(found: re.Match[str]) -> str:
        word = found.group()
        if word.lower() in _CUES or word != word.lower():
            return word
        near = difflib.get_close_matches(word, sorted(_CUES), 1, _NEAR)
        return near[0] if near else word

    return _WORD.sub(better, text)
