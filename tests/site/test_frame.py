"""The tags and filters of the page frame, and the setting of forms."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import engines
from django.test import RequestFactory

from lookalike.casework.parts import Bar, Cell, Chart, Column
from lookalike.site.templatetags.frame import hundredths, in_fours, state_word, thousands


def rendered(source: str, address: str = "/", **context: Any) -> str:
    """A template's text with the frame's tags loaded."""
    template = engines["django"].from_string("{% load frame %}" + source)
    return str(template.render(context, RequestFactory().get(address)))


def test_a_moment_is_cut_off_and_never_rounded_into_the_next_second() -> None:
    east = timezone(timedelta(hours=-5))
    assert hundredths(datetime(2026, 1, 5, 23, 59, 59, 999_999, tzinfo=east)) == "2026-01-05 23:59:59.99 -05:00"
    assert hundredths(datetime(2026, 1, 5, 9, 3, 7, 9_999, tzinfo=UTC)) == "2026-01-05 09:03:07.00 +00:00"
    assert hundredths(None) == "not known"


def test_a_template_tells_a_moment_in_the_time_of_the_unit() -> None:
    said = rendered("{{ at|hundredths }}", at=datetime(2026, 7, 5, 14, 3, 7, 428_999, tzinfo=UTC))
    assert said == "2026-07-05 10:03:07.42 -04:00"


def test_counts_codes_and_states_in_words() -> None:
    assert thousands(12_345_678) == "12,345,678"
    assert thousands(0) == "0"
    assert thousands(None) == "not known"
    assert in_fours("9f86d0") == ["9f86", "d0"]
    assert in_fours("") == []
    assert state_word("refused") == "Refused"
    assert state_word("not_applicable") == "Does not apply"
    assert state_word("sent_back") == "Sent back"


COLUMNS = [Column("Case", "number"), Column("State", "state"), Column("Count", number=True)]


@pytest.mark.parametrize(
    ("address", "first", "second"),
    [
        ("/?q=a%26b&page=3", ("?q=a%26b&amp;sort=number", None), ("?q=a%26b&amp;sort=state", None)),
        ("/?sort=number", ("?sort=-number", "ascending"), ("?sort=state", None)),
        ("/?sort=-number", ("?sort=number", "descending"), ("?sort=state", None)),
        ("/?sort=%22%3E%3Cscript%3E", ("?sort=number", None), ("?sort=state", None)),
    ],
)
def test_a_column_sorts_by_a_link_that_keeps_the_filter_and_starts_anew(
    address: str, first: tuple[str, str | None], second: tuple[str, str | None]
) -> None:
    text = rendered("{% data_table 'All' columns rows %}", address, columns=COLUMNS, rows=[("1", "open", 2)])
    heads = text.split("<th ")[1:4]
    for head, (url, direction) in zip(heads, (first, second), strict=False):
        assert f'href="{url}"' in head
        assert ("aria-sort" in head) is (direction is not None)
        assert direction is None or f'aria-sort="{direction}"' in head
    assert "href" not in heads[2]
    assert "<script" not in text


def test_a_row_that_lacks_a_cell_is_an_error_and_a_cell_is_text() -> None:
    with pytest.raises(ValueError, match="shorter"):
        rendered("{% data_table 'All' columns rows %}", columns=COLUMNS, rows=[("1", "open")])
    text = rendered("{% data_table 'All' columns rows %}", columns=COLUMNS, rows=[("<b>1</b>", "&", 2)])
    assert "&lt;b&gt;1&lt;/b&gt;" in text
    assert "&amp;" in text


def test_a_cell_is_a_link_a_pill_or_both() -> None:
    row = [Cell("26-1", "/cases/26-1"), Cell("Sent back", "/x?a=1&b=2", "waiting"), None]
    text = rendered("{% data_table 'All' columns rows %}", columns=COLUMNS, rows=[row])
    assert '<a href="/cases/26-1"><bdi>26-1</bdi></a>' in text
    assert '<a href="/x?a=1&amp;b=2">' in text
    assert 'class="pill waiting"' in text
    assert "<bdi>not known</bdi>" in text


def test_a_pager_keeps_the_filter_and_is_silent_about_nothing() -> None:
    page = Paginator(range(1234), 20).page(3)
    text = rendered("{% pager page %}", "/?state=open&page=3", page=page)
    assert "41 to 60 of 1,234" in text
    assert 'href="?state=open&amp;page=2" rel="prev"' in text
    assert 'href="?state=open&amp;page=4" rel="next"' in text
    assert 'href="?state=open&amp;page=62"' in text
    assert rendered("{% pager page %}", page=Paginator([], 20).page(1)).strip() == ""


def test_a_chart_needs_a_count_for_every_series() -> None:
    chart = Chart("a", "Title", "Age", ["One", "Two"], [Bar("x", [1])])
    with pytest.raises(ValueError, match="shorter"):
        rendered("{% bar_chart chart %}", chart=chart)


class Form(forms.Form):
    """Required, optional, choices, and a lone box."""

    name = forms.CharField(help_text="<b>As it is written</b>")
    note = forms.CharField(required=False)
    kind = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="I have read it.", required=False)


def test_a_label_says_what_may_stay_empty_and_has_no_colon() -> None:
    form = Form()
    assert form["name"].label_tag() == '<label for="id_name">Name</label>'
    assert "(optional)" in form["note"].label_tag()
    assert "(optional)" not in form["agreed"].label_tag()


def test_help_is_text_and_writing_takes_its_direction_from_itself() -> None:
    text = str(Form())
    assert "&lt;b&gt;As it is written" in text
    assert text.count('dir="auto"') == 2
    assert "<fieldset" in text


def test_two_forms_on_a_page_keep_their_ids_apart() -> None:
    one, two = Form({}, prefix="one"), Form({}, prefix="two")
    assert 'href="#id_one-kind_0"' in str(one)
    assert 'id="id_one-name_error"' in str(one)
    assert 'href="#id_two-name"' in str(two)


def test_a_formset_is_set_like_a_form() -> None:
    text = str(forms.formset_factory(Form, extra=2)())
    assert text.count('role="group"') == 2
    assert 'name="form-TOTAL_FORMS"' in text
