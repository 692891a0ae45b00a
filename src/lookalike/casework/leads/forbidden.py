"""Finding in a text what neither a page nor a sheet may show: a percentage, a score, a rank, a word of certainty.

It errs on the side of finding. A witness who spoke of "30 percent" is written down in the case; on the sheet the same
words would stand beside a likeness, and the next reader takes them for one ('93 %' was read as a probability in the
Jacksonville Beach arrest, `reference/protocols/03`, 3.6).
"""

from __future__ import annotations

import re
import unicodedata

from lookalike.protocol.vocabulary import Forbidden

_LIKENESS = r"similarity|likeness|resemblance|confidence|certainty|probability|likelihood"

PATTERNS = {
    Forbidden.PERCENT: re.compile(r"[%٪‰]|\bper[\s-]?cent(s|age|ages)?\b|\bpct\b"),
    Forbidden.SCORE: re.compile(
        rf"\bscor(e|es|ed|ing)\b|\b({_LIKENESS})\b[^.;\n]{{0,30}}?(?<![\d.])([01]?\.\d+|\d+ ?(/|out of|of) ?100?\b)"
    ),
    Forbidden.RANK: re.compile(
        r"\brank(s|ed|ing|ings)?\b|\btop[- ](candidate|result|choice|of the list)\b"
        r"|\b(candidate|position)( no\.?| number)? ?#? ?\d+\b"
        r"|\b(first|second|third|\d+(st|nd|rd|th)) (candidate|on the list|of (the )?\d+ candidates)\b"
    ),
    Forbidden.MATCH_WORD: re.compile(
        r"\b(mis|re|un)?match(es|ed|ing)?\b|\bpositive(ly)? identif\w+|\bidentified as\b|\bidentity (is )?confirmed\b"
        r"|\b(database|positive|facial recognition|face) hits?\b"
    ),
    Forbidden.GREEN_TICK: re.compile("[✓✔✅☑🗸🗹]"),
}
"""What is looked for, in text without capitals and without letters that are not seen."""


def forbidden_in(text: str) -> frozenset[Forbidden]:
    """What of the forbidden a text shows, whatever its capitals, its width of letters or its line breaks."""
    plain = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    plain = re.sub(r"\s+", " ", plain).casefold()
    return frozenset(one for one, pattern in PATTERNS.items() if pattern.search(plain))
