"""Codes on documents: short enough to be read out, long enough that nobody finds one by trying."""

from __future__ import annotations

import secrets

from django.http import HttpRequest
from django.urls import reverse

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter that is taken for a digit."""

LENGTH = 16
"""Characters: 80 bits."""

_READ = str.maketrans("OIL", "011", " -\t\r\n")


def new_code() -> str:
    """A code that was never given, `7QK2-M9DX-W4T0-5RHB`."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return "-".join(drawn[at : at + 4] for at in range(0, LENGTH, 4))


def as_written(text: str) -> str:
    """A code as somebody typed it, in the one spelling it is kept in: capitals, groups of four, O for 0 forgiven.

    What is no character of a code becomes "?", and is found nowhere.
    """
    plain = "".join(one if one in ALPHABET else "?" for one in text[:60].upper().translate(_READ))
    return "-".join(plain[at : at + 4] for at in range(0, len(plain), 4))


def address_of(request: HttpRequest, code: str) -> str:
    """Where a code leads to, as whoever issues the document sees the site."""
    return request.build_absolute_uri(reverse("verify", args=[code]))
