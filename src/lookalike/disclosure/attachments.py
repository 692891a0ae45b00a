"""The files that a PDF carries, read by somebody who trusts nobody: bounded in number, in depth and in bytes."""

from __future__ import annotations

import io
import zlib
from typing import Any

from lookalike.disclosure.container import bad

MOST, DEEPEST = 20_000, 16
ALL_BYTES = 512 << 20
"""Bytes of everything that is attached, unpacked: what is more is a bomb."""


def read(document: bytes) -> dict[str, bytes]:
    """The attached files by name. Raises BadPacket for what cannot be read, two of one name, or too much of it."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    found: dict[str, bytes] = {}
    room = ALL_BYTES
    try:
        tree = PdfFileReader(io.BytesIO(document), strict=True).root["/Names"]["/EmbeddedFiles"]
        for name, spec in _leaves(tree):
            data = _unpacked(spec["/EF"]["/F"], room)
            room -= len(data)
            if name in found or len(found) == MOST:
                raise ValueError(f"{name!r} is attached twice, or there are too many files")
            found[name] = data
    except MemoryError as error:
        raise bad("The document unpacks to more than this machine can hold") from error
    except Exception as error:  # a damaged or hostile file makes the parser raise nearly anything
        raise bad(f"What the document carries cannot be read: {str(error)[:120]}") from error
    return found


def _leaves(tree: Any) -> list[tuple[str, Any]]:
    """The pairs of a name tree."""
    found: list[tuple[str, Any]] = []
    waiting = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        if depth > DEEPEST or len(found) + len(waiting) > MOST:
            raise ValueError("its list of files is no list")
        if "/Kids" in node:
            waiting += [(kid.get_object(), depth + 1) for kid in node["/Kids"]]
        names = list(node["/Names"]) if "/Names" in node else []
        found += [(str(names[i]), names[i + 1].get_object()) for i in range(0, len(names), 2)]
    return found


def _unpacked(stream: Any, room: int) -> bytes:
    packed = bytes(stream.encoded_data)
    filters = stream.get("/Filter", None)
    if filters is not None and not isinstance(filters, str):
        filters = filters[0] if len(filters) == 1 else "several"
    if filters is None:
        data = packed[: room + 1]
    elif filters == "/FlateDecode" and "/DecodeParms" not in stream:
        data = zlib.decompressobj().decompress(packed, room + 1)
    else:
        raise ValueError(f"a file is packed with {str(filters)[:40]}")
    if len(data) > room:
        raise ValueError("it unpacks to more than any packet holds")
    return data
