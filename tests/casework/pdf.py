"""Reading a PDF back."""

from __future__ import annotations

import io
import re
import unicodedata

import pypdf

FOOT = re.compile(r"(Investigative lead only|No lead\. Nobody|A comparison of photographs).{0,140}? page \d+ of \d+")


def body_of(pdf: bytes) -> str:
    """The text without the feet of the pages, so that what runs over a page stays together."""
    return FOOT.sub("", text_of(pdf))


def text_of(pdf: bytes) -> str:
    """The text, one space between words."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return " ".join(unicodedata.normalize("NFKC", "\n".join(page.extract_text() for page in pages)).split())


def letters(text: str) -> str:
    """The text without what line breaks and hyphenation change."""
    return re.sub(r"[\s\u200b\u00ad\u2010-]+", "", unicodedata.normalize("NFKC", text))


def pages_of(pdf: bytes) -> int:
    """How many pages."""
    return len(pypdf.PdfReader(io.BytesIO(pdf)).pages)


def is_accessible(pdf: bytes, title: str) -> bool:
    """Whether it is marked as PDF/UA-1, tagged, in English, with a title, and every picture has words."""
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    root = reader.trailer["/Root"]
    assert reader.metadata is not None
    assert reader.xmp_metadata is not None
    figures = [one for one in _elements(root["/StructTreeRoot"]) if one.get("/S") == "/Figure"]
    return (
        bool(root["/MarkInfo"]["/Marked"])
        and root["/Lang"] == "en"
        and str(reader.metadata.title) == title
        and b"pdfuaid" in reader.xmp_metadata.stream.get_data()
        and bool(figures)
        and all(str(one.get("/Alt", "")).strip() for one in figures)
    )


def headings_of(pdf: bytes) -> list[str]:
    """The heading levels in reading order: H1, H2, ..."""
    root = pypdf.PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    return [
        str(one["/S"])[1:] for one in _elements(root["/StructTreeRoot"]) if str(one.get("/S"))[1:] in ("H1", "H2", "H3")
    ]


def _elements(node: pypdf.generic.DictionaryObject) -> list[pypdf.generic.DictionaryObject]:
    found, waiting = [], [node]
    while waiting:
        one = waiting.pop(0)
        found.append(one)
        kids = one.get("/K", [])
        kids = kids if isinstance(kids, list) else [kids]
        below = [kid.get_object() for kid in kids if not isinstance(kid, int)]
        waiting = [kid for kid in below if isinstance(kid, dict)] + waiting
    return found
