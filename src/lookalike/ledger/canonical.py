"""Texts that have exactly one spelling: base64 without aliases, and JSON in one form."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping

DEEPEST = 16
LARGEST = 2**53 - 1
_KEY = re.compile(r"[a-z][a-z0-9_]*")


def to_base64(data: bytes) -> str:
    """Standard base64, with padding."""
    return base64.b64encode(data).decode("ascii")


def from_base64(text: str) -> bytes:
    """Decode standard base64. Raises ValueError for any text but the one that `to_base64` would write.

    Python's decoders pass over spare bits (`YQ==` and `YR==` are the same to them), so the text is written again.
    """
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise ValueError("not base64") from error
    if to_base64(data) != text:
        raise ValueError("base64 with another spelling of the same bytes")
    return data


def to_json(body: Mapping[str, object]) -> bytes:
    """Canonical JSON: keys sorted, no white space, UTF-8. Raises ValueError for what has no single spelling.

    Allowed: text without lone surrogates, true, false, null, whole numbers up to 2**53 - 1, lists and objects with keys
    of a-z, 0-9 and _, 16 deep at most. No fractions: a score travels as text. Source: RFC 8785, on this subset of it.
    """
    _check(body, DEEPEST)
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def from_json(data: bytes) -> dict[str, object]:
    """Read canonical JSON. Raises ValueError for any bytes but those that `to_json` would write."""
    try:
        body = json.loads(data.decode(), object_pairs_hook=_without_repeats)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if type(body) is not dict or to_json(body) != data:
        raise ValueError("JSON in another spelling than the canonical one")
    return body


def _without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a key that is there twice")
    return dict(pairs)


def _check(value: object, deeper: int) -> None:
    # by exact type: a bool is an int, and enumerations slip through isinstance
    if value is None or type(value) is bool:
        return
    if type(value) is str:
        value.encode()  # a lone surrogate raises UnicodeEncodeError, a ValueError
    elif type(value) is int:
        if abs(value) > LARGEST:
            raise ValueError("a number beyond 2**53 - 1")
    elif type(value) is list or type(value) is dict:
        if not deeper:
            raise ValueError("nested too deep")
        if type(value) is dict:
            for key in value:
                if type(key) is not str or not _KEY.fullmatch(key):
                    raise ValueError(f"the key {key!r}, which may hold a-z, 0-9 and _ only")
        for part in value.values() if type(value) is dict else value:
            _check(part, deeper - 1)
    else:
        raise ValueError(f"a {type(value).__name__}, which has no single spelling")
