"""The words of a pack set as a page: the few signs that `lookalike.protocol.page` writes, and nothing else."""

from __future__ import annotations

import re

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

_BOLD = re.compile(r"\*\*(.+?)\*\*")


def as_html(text: str, top: int = 2) -> SafeString:
    """A page of words as HTML: headings, paragraphs, lists, bold; all else is escaped. top: the level of `##`."""
    made: list[str] = []
    items: list[str] = []
    for line in [*text.splitlines(), ""]:
        if line.startswith("- "):
            items.append(_inline(line[2:]))
            continue
        if items and line.startswith("  "):
            items[-1] += f'<br><span class="quiet">{_inline(line.strip())}</span>'
            continue
        if items:
            made.append(f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>")
            items = []
        if line.startswith("#"):
            signs, _, words = line.partition(" ")
            level = len(signs) - 2 + top
            made.append(f"<h{level}>{_inline(words)}</h{level}>")
        elif line.strip():
            made.append(f"<p>{_inline(line)}</p>")
    return mark_safe("\n".join(made))  # noqa: S308 - every word was escaped


def _inline(words: str) -> str:
    return _BOLD.sub(r"<b>\1</b>", str(escape(words)))
