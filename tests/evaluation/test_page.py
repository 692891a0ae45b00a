"""The page is whole by itself, safe whatever the labels are, and readable by a screen reader."""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
from html.parser import HTMLParser

import pytest

from lookalike.evaluation.page import render
from lookalike.evaluation.results import Evaluation
from tests.evaluation.an_evaluation import HASH, a_degenerate_evaluation, an_evaluation
from tests.evaluation.test_figures import contrast

HOSTILE = [f"<script>alert({i})</script>\u202e\"' onload=x {'long ' * i}\x00{{{{ 7 * 7 }}}}" for i in range(60)]
FORBIDDEN = re.compile(r"\bmatch(es|ed)?\b|per ?cent\b|\bidentified\b|probability that", re.IGNORECASE)
VOID = {"meta", "br", "link", "img", "hr", "input"}
SECTIONS = [
    "headline",
    "measured",
    "identification",
    "expected",
    "cohorts",
    "likelihood",
    "quality",
    "size",
    "limits",
    "numbers",
    "terms",
]


class Reader(HTMLParser):
    """Reads a page as strictly as a person would who has to defend it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), tag
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"style", "title", "desc", "svg"} & set(self.open):
            self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.words))


PAGES = {
    "whole": an_evaluation(),
    "degenerate": a_degenerate_evaluation(),
    "hostile": an_evaluation(HOSTILE, gallery='"><img src=x onerror=alert(1)>\u202eyrellag'),
}


@pytest.fixture(scope="module", params=list(PAGES))
def evaluation(request: pytest.FixtureRequest) -> Evaluation:
    """A whole, a nearly empty and a hostile evaluation."""
    return PAGES[request.param]


@pytest.fixture(scope="module")
def page(evaluation: Evaluation) -> str:
    """Its page."""
    return render(evaluation, digest=HASH)


@pytest.fixture(scope="module")
def read(page: str) -> Reader:
    """The page, parsed; every tag is closed where it should be."""
    reader = Reader(page)
    assert reader.open == []
    return reader


def test_nothing_comes_from_outside_and_nothing_runs(page: str, read: Reader) -> None:
    assert not read.all("script")
    assert not read.all("link")
    assert not read.all("img")
    for tag, attributes in read.tags:
        assert "style" not in attributes, tag
        assert not [name for name in attributes if name.startswith("on")], tag
        for name in ("href", "xlink:href", "src"):
            assert (attributes.get(name) or "#").startswith("#"), tag
    assert "://" not in page
    assert "@import" not in page


def test_the_policy_lets_in_the_one_style_sheet(page: str, read: Reader) -> None:
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    (policy,) = [one["content"] for one in read.all("meta") if one.get("http-equiv") == "Content-Security-Policy"]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert "url(" not in style


def test_ids_are_unique_and_every_reference_lands(read: Reader) -> None:
    ids = [attributes["id"] for _, attributes in read.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in read.tags:
        for name in ("href", "xlink:href"):
            if name in attributes:
                assert str(attributes[name])[1:] in ids
        for name in (attributes.get("aria-labelledby") or "").split():
            assert name in ids


def test_every_picture_table_and_region_has_a_name(read: Reader) -> None:
    for svg in read.all("svg"):
        assert svg["role"] == "img"
        assert svg["aria-labelledby"]
    assert len(read.all("svg")) == len(read.all("figure"))
    assert len(read.all("caption")) == len(read.all("table"))
    assert all(header["scope"] in ("row", "col") for header in read.all("th"))
    for region in (one for one in read.all("div") if one.get("role") == "region"):
        assert region["tabindex"] == "0"
        assert region.get("aria-label") or region.get("aria-labelledby")
    assert [one["lang"] for one in read.all("html")] == ["en"]


def test_the_headings_are_one_tree_in_the_order_promised(read: Reader) -> None:
    levels = [int(tag[1]) for tag, _ in read.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(levels))
    assert [one["id"] for one in read.all("h2")] == SECTIONS


def test_every_number_of_a_table_stands_in_its_column(read: Reader) -> None:
    width, cells = 0, 0
    for tag, attributes in [*read.tags, ("table", {})]:
        if tag in ("tr", "table"):
            assert not width or cells in (0, width)
            cells = 0
            width = 0 if tag == "table" else width
        elif tag == "th" and attributes["scope"] == "col":
            width += 1
            cells = 0
        elif tag in ("th", "td"):
            cells += 1


def test_the_words_are_those_of_the_house(read: Reader) -> None:
    assert not FORBIDDEN.search(read.text)
    assert "%" not in read.text.replace("95 %", "")


def test_the_headline_comes_first() -> None:
    whole = PAGES["whole"]
    text = Reader(render(whole, digest=HASH)).text
    places = [text.index(sentence) for sentence in whole.headline]
    assert places == sorted(places)
    assert places[-1] < text.index("What was measured, and on what")


def test_what_a_reader_must_know_is_there() -> None:
    text = Reader(render(PAGES["whole"], digest=HASH[::-1])).text
    for words in (
        HASH[::-1],
        "Not validated for this image quality.",
        "Undocumented for the embedder.",
        "no difference larger than chance was found",
        "the cohorts differ",
        "extrapolated, not measured",
        "probes of poor quality at 1; probes of poor quality at 10.",
        "0.13 (0.12 to 0.14)",
        "9,412",
        "too blurred",
        "(seed 20260301)",
    ):
        assert words in text, words


def test_a_differential_that_was_not_judged_names_nobody() -> None:
    whole = an_evaluation()
    (unjudged,) = [one for one in whole.differentials if not one.judged]
    row = render(whole, digest=HASH).split("strangers with E &lt;= 1</th>")[1].split("</tr>")[0]
    assert unjudged.worst not in row
    assert "too few to say" in row


def test_hostile_labels_are_text_and_nothing_else() -> None:
    page = render(PAGES["hostile"], digest=HASH)
    assert "<script" not in page
    assert "\u202e" not in page
    assert "\x00" not in page
    assert "[U+202E]yrellag" in page
    assert "{{ 7 * 7 }}" in page
    assert "&lt;script&gt;alert(59)&lt;/script&gt;" in page


def test_the_same_evaluation_gives_the_same_page() -> None:
    degenerate = a_degenerate_evaluation()
    assert render(degenerate, digest=HASH) == render(degenerate, digest=HASH)


def test_letters_have_contrast_on_light_and_on_dark() -> None:
    (style,) = re.findall(r"<style>(.*?)</style>", render(a_degenerate_evaluation(), digest=HASH), re.DOTALL)
    themes = [dict(re.findall(r"--(\w+):(#\w+)", block)) for block in re.findall(r":root\{([^}]*)\}", style)]
    assert len(themes) == 2
    for theme in themes:
        full = {k: v if len(v) == 7 else "#" + "".join(c * 2 for c in v[1:]) for k, v in theme.items()}
        for ground in ("page", "soft"):
            for name in ("ink", "quiet", "link", "warn"):
                assert contrast(full[name], full[ground]) >= 4.5, (name, ground)
