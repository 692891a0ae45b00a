"""Telling people apart."""

from __future__ import annotations

import unicodedata


def person_of(name: str) -> str:
    """The same for every spelling of one person: letters of either size, and blanks, are no difference.

    For telling people apart. Where a rule asks for a certain person, the name has to be right to the letter.
    """
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
