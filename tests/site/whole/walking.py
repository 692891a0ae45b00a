"""A walk through the site along its links, as one person, without a browser: every page that this person can reach."""

from __future__ import annotations

import http.client
import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

LEAVES = ("/static/", "/sign-in/out/", "/api/")
"""Addresses that are no pages, or that end the session."""

VOID = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})
ROW = re.compile(r"[0-9a-f]{32}|\d+")
DRY = 5
"""Pages of one pattern, one after the other, that had nothing which an earlier page had not: the rest are passed by."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One page as it was sent. shape: which elements stand in which; pages of one shape look alike to a checker."""

    who: str
    path: str
    status: int
    text: str
    page: Reading

    @property
    def shape(self) -> frozenset[str]:
        """The paths of its elements, each with its classes and the names of its attributes."""
        return frozenset(self.page.paths)


@dataclass(slots=True)
class Form:
    """A form that is sent by POST. hidden: what it sends whatever anybody does. written: whether people fill it in."""

    action: str
    hidden: list[tuple[str, str]]
    written: bool = False


class Reading(HTMLParser):
    """What a page is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.paths: set[str] = set()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.headings: list[str] = []
        self.titles: list[str] = []
        self.tabindexes: list[str] = []
        self.forms: list[Form] = []
        self.lang = ""
        self.first_link = ""
        self._open: list[str] = []
        self._sends = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element, and where it stands."""
        told = {name: value or "" for name, value in attrs}
        names = " ".join(sorted(name for name in told if name not in ("value", "checked", "selected")))
        self.paths.add("/".join([*self._open, f"{tag}.{told.get('class', '')}[{told.get('type', '')} {names}]"]))
        if tag == "a" and told.get("href"):
            self.links.append(told["href"])
            self.first_link = self.first_link or told["href"]
        self.ids += [told["id"]] if "id" in told else []
        self.tabindexes += [told["tabindex"]] if "tabindex" in told else []
        self.headings += [""] if tag == "h1" else []
        self.titles += [""] if tag == "title" and "svg" not in " ".join(self._open) else []
        self.lang = told.get("lang", "") if tag == "html" else self.lang
        self._form(tag, told)
        if tag not in VOID:
            self._open.append(f"{tag}.{told.get('class', '')}")

    def _form(self, tag: str, told: dict[str, str]) -> None:
        if tag == "form":
            self._sends = told.get("method") == "post"
            if self._sends:
                self.forms.append(Form(told.get("action", ""), []))
        elif not self._sends or not any(one.startswith("form.") for one in self._open):
            return
        elif tag == "input" and told.get("type") == "hidden":
            self.forms[-1].hidden.append((told.get("name", ""), told.get("value", "")))
        elif tag in ("input", "textarea", "select"):
            self.forms[-1].written = True

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element that closes itself, as in SVG."""
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Go back to where the element stood."""
        for place in range(len(self._open) - 1, -1, -1):
            if self._open[place].split(".")[0] == tag:
                del self._open[place:]
                return

    def handle_data(self, data: str) -> None:
        """Keep what the title and the headings say."""
        inside = [one.split(".")[0] for one in self._open]
        if "h1" in inside:
            self.headings[-1] += data
        if inside[-1:] == ["title"] and "svg" not in inside:
            self.titles[-1] += data


def walk(base: str, who: str, key: str, begin: Iterable[str]) -> Iterator[Seen]:
    """Every page that answers with 200, from the addresses to begin with and along the links of what is found."""
    with closing(http.client.HTTPConnection(urlsplit(base).netloc, timeout=60)) as connection:
        yield from _steps(connection, base, who, key, begin)


def _steps(
    connection: http.client.HTTPConnection, base: str, who: str, key: str, begin: Iterable[str]
) -> Iterator[Seen]:
    todo = deque(("/", *begin))
    asked: set[str] = set()
    known: set[str] = set()
    dry: Counter[str] = Counter()
    while todo:
        path = todo.popleft()
        kind = pattern(path)
        if path in asked or path.startswith(LEAVES) or dry[kind] >= DRY:
            continue
        asked.add(path)
        status, mime, text, leads = ask(connection, path, key)
        assert status < 500, (who, path)
        if leads:
            todo.appendleft(leads)
        elif status != 200 or not mime.startswith("text/html"):
            dry[kind] += 1
        elif "<html" in text:
            seen = Seen(who, path, status, text, Reading(text))
            dry[kind] = 0 if seen.shape - known else dry[kind] + 1
            known |= seen.shape
            yield seen
            for link in seen.page.links:
                to = urlsplit(urljoin(base + path, link))
                if f"{to.scheme}://{to.netloc}" == base:
                    todo.append(to.path + (f"?{to.query}" if to.query else ""))


def ask(connection: http.client.HTTPConnection, path: str, key: str) -> tuple[int, str, str, str]:
    """Status, kind, text, and where an answer leads to."""
    connection.request("GET", path, headers={"Cookie": f"sessionid={key}"} if key else {})
    answer = connection.getresponse()
    body = answer.read()
    mime = answer.getheader("Content-Type") or ""
    leads = (answer.getheader("Location") or "") if 300 <= answer.status < 400 else ""
    return answer.status, mime, body.decode() if mime.startswith("text/html") else "", leads


def pattern(path: str) -> str:
    """An address without its ids: what two rows' pages have in common. Of a question only its words are kept."""
    parts = urlsplit(path)
    words = sorted(one.split("=")[0] for one in parts.query.split("&") if one)
    return ROW.sub("*", parts.path) + (f"?{'&'.join(words)}" if words else "")
