"""Text that is addressed to agents and their tools instead of to people, and characters that nobody sees. Pure.

What is looked for are orders: to forget other orders, to be somebody else, to approve, to keep silent, and the marks by
which models tell who speaks. Letters are compared as they look, without case and without what cannot be seen.
"""

from __future__ import annotations

import re
import unicodedata

_AGENT = (
    r"(?:(?:ai|llm|coding|code|automated|autonomous)[ -](?:agents?|assistants?|models?|reviewers?|bots?|systems?)"
    r"|large language models?|language models?|llms?|claude(?: code)?|copilot|chatgpt|gpt-?\d?|gemini|codex)"
)
_ORDERS = r"(?:instructions?|prompts?|directives?|guidelines|guardrails?)"
_WORK = r"(?:change|commit|pull request|pr|diff|patch|submission|merge request)"
_FAMILIES: tuple[tuple[str, str], ...] = (
    (
        "it tells somebody to forget other orders",
        (
            rf"\b(?:ignore|disregard|forget|override|bypass|drop) (?:[\w']+ ){{0,4}}?(?:previous|prior|above"
            r"|earlier|preceding|foregoing"
            rf"|existing|other|your|system|all|any) (?:[\w']+ ){{0,3}}?{_ORDERS}\b"
            r"|\b(?:ignore|disregard|forget) (?:everything|all|anything) (?:above|before|you|that was|said)\b"
            r"|\b(?:ignore|disregard|forget|override) (?:your|(?:all |any |the |your )?(?:previous|prior"
            r"|earlier)) (?:rules|polic(?:y|ies)|constraints|context|task)\b"
            r"|\bnew instructions ?(?:for|to) (?:you|the)\b|\byour (?:new|real|actual|true) (?:task|goal"
            r"|instructions?|objective)\b"
        ),
    ),
    (
        "it speaks to an agent",
        (
            r"\b(?:note|notice|attention|important|message|instructions?|reminder|hint) (?:to|for) (?:the |any "
            rf"|all |every )?{_AGENT}\b"
            rf"|\b(?:attention|dear|hey|hello|listen)[,:]? (?:to )?(?:the |any |all |every )?{_AGENT}\b"
            rf"|\b(?:if|when|since) you(?:'re| are) (?:an? |the )?{_AGENT}\b"
            rf"|^{_AGENT}(?: reading this)?(?:,|:| must| should| may| please| are to)(?: (?:you|do|please|must"
            r"|should|always|never|skip|approve|ignore|run|read|delete|add|mark|use|treat))\b"
            rf"|\b{_AGENT} (?:reading|processing|reviewing|working on|that reads?|who reads?) (?:this|the)\b"
        ),
    ),
    (
        "it makes an agent somebody else",
        (
            r"\byou are (?:now|no longer) (?:an? |the |in |bound|allowed|free|running|acting|authori[sz]ed|permitted)"
            r"|\bpretend (?:that )?(?:you are|to be (?:an? |the )?(?:user|human|person|admin|maintainer"
            r"|reviewer|system))\b|\b(?:developer|god|admin|jailbreak|dan|unrestricted) mode (?:is )?(?:on"
            r"|enabled|activated)\b"
            rf"|\bas (?:an? |the )?(?:{_AGENT}|reviewing agent)(?:,)? you (?:must|should|may|can|are|have|need)\b"
        ),
    ),
    (
        "it orders a verdict",
        (
            rf"\b(?:approve|accept|merge|lgtm|rubber-?stamp|sign off) (?:on )?(?:this|the|my) {_WORK} (?:without"
            r"|immediately|now|as|even|regardless|unconditionally)\b"
            r"|\b(?:reviewers?|checkers?|graders?|judges?|auditors?)[,:]? (?:please |must |should |can "
            r"|may )(?:\w+ )?(?:approve|accept|skip|pass|ignore|merge)\b"
            rf"|\b(?:this|the) {_WORK} (?:is|has been|was) (?:pre-?approved|already (?:approved|reviewed)"
            r"|whitelisted|exempt)\b"
            r"|\b(?:mark|report|treat|record|consider) (?:[\w']+ ){0,4}(?:tests?|checks?|gates?|review"
            r"|submission|change) as (?:passed|passing|green|approved|safe|done|trusted)\b"
            r"|\bno need to (?:review|check|test|verify|scan|look at) (?:this|the|these) (?:file|change|commit"
            r"|part|section|code)\b"
            r"|\bskip (?:all |the |any |further )*(?:review|checks|gates|security|safety|scans?"
            r"|validation)(?: \w+){0,3} (?:for|of|on|in) this (?:file|change|commit|module|pack)\b"
        ),
    ),
    (
        "it asks for silence",
        (
            r"\b(?:do not|don't|never) (?:tell|mention|reveal|inform|alert|notify|disclose|show"
            r"|report)(?: (?:this|it|that|any of this))?(?: to)? (?:the )?"
            r"(?:user|human|humans|reviewer|maintainer|operator|anyone|developers?)\b"
        ),
    ),
    (
        "it has marks by which models tell who speaks",
        (
            r"<\|(?:im_start|im_end|system|user|assistant|eot_id|start_header_id)\|>|\[/?inst\]|<</?sys>>"
            r"|</?(?:system|assistant|human|function_calls|tool_call|tool_use|invoke|system-reminder"
            r"|system_prompt)(?: [^>]*)?>"
            r"|\b(?:begin|end|start of|override) system (?:prompt|message|instructions?)\b|^#{2,} ?(?:system"
            r"|instruction|assistant) ?:"
            r"|^(?:system|assistant|developer) (?:prompt|message|instructions?|override|note) ?:"
        ),
    ),
)
_PATTERNS = tuple((what, re.compile(pattern)) for what, pattern in _FAMILIES)
_HINTS = re.compile(
    r"ignore|disregard|forget|overrid|bypass|drop |instruction|your (?:new|real|actual|true)|\bai\b|llm"
    r"|claude|copilot|gpt|gemini|codex"
    r"|language model|agent|assistant|you are|pretend|mode|approve|accept|merge|lgtm|reviewer|checker"
    r"|grader|judge|auditor"
    r"|mark|report|treat|record|consider|no need|skip|do not|don't|never|<\||inst\]|sys>|system"
    r"|function_calls|tool_|invoke|automated|autonomous"
)
_MARKS = re.compile(r"^\s*(?:#+:?|//+|/?\*+|--+|<!--|;+|%+|\"{3}|'{3}|\.\.|>+|[rbuf]?[\"'])\s?")
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\u3164\uffa0\U000e0000-\U000e007f]|[\ufe00-\ufe0f\U000e0100-\U000e01ef]{2,}|[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u2028\u2029]"
)
_JOINED = re.compile("(?<=[\x20-\x7e])[\u200d\ufeff]|[\u200d\ufeff](?=[\x20-\x7e])")
_LONGEST, _OVERLAP = 2000, 300
_MOST_MARKS = 6


def unseen_in(line: str) -> str:
    """Which characters of a line nobody sees, or reorder it, as `U+XXXX`; empty where there are none."""
    if line.isascii() and line.isprintable():
        return ""
    found = {*_UNSEEN.findall(line), *_JOINED.findall(line)}
    return ", ".join(f"U+{ord(each[0]):04X}" for each in sorted(found)[:4])


def order_in(text: str) -> str:
    """What kind of order to an agent stands in a text; empty where there is none. Long texts are read in pieces."""
    for at in range(0, max(len(text), 1), _LONGEST - _OVERLAP):
        plain = _plain(text[at : at + _LONGEST])
        if not _HINTS.search(plain):
            continue
        if what := next((what for what, pattern in _PATTERNS if pattern.search(plain)), ""):
            return what
    return ""


def prose(line: str) -> str:
    """A line without the marks of a comment, a quote or a list, so that lines of one sentence can be joined."""
    for _ in range(_MOST_MARKS):
        found = _MARKS.match(line)
        if found is None or not found.end():
            break
        line = line[found.end() :]
    return line.strip()


def _plain(text: str) -> str:
    """Letters as they look: composed, in lower case, without what cannot be seen, with single spaces."""
    seen = _UNSEEN.sub("", text).replace("\u200d", "").replace("\ufeff", "")
    if not seen.isascii():
        seen = unicodedata.normalize("NFKC", seen).translate(_ALIKE)
    return " ".join(re.sub(r"(?<!\w)[`*_]{1,3}(?=\w)|(?<=\w)[`*_]{1,3}(?=\s|$)", "", seen).casefold().split())


_ALIKE = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0455\u0458\u0501\u04bb\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0406"
    "\u03bf\u03b1\u03b5\u03b9\u03bd\u03c1\u03c4\u03c5\u039f\u0391\u0395\u0399\u2019",
    "aeopcyxisjdhABEKMHOPCTXIoaeivptuOAEI'",
)
"""Letters of other scripts that look like Latin ones, and the Latin ones."""
