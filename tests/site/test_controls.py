"""Controls written without templates are those of Django's own templates."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.test.html import parse_html
from django.utils.safestring import mark_safe

from lookalike.site.controls import CONTROLS
from lookalike.site.forms import Renderer

HOSTILE = "\"><script>alert(1)</script>&'"
CHOICES = [
    ("", "–"),
    ("a", HOSTILE),
    (HOSTILE, "b"),
    ("Group & more", [("c", "c"), (1, mark_safe("<b>d</b>"))]),
    (None, "e"),
]
ATTRS: dict[str, Any] = {
    "id": f"id{HOSTILE}",
    "class": "wide",
    "required": True,
    "disabled": False,
    "rows": 2,
    "x": HOSTILE,
}


@pytest.mark.parametrize("value", [None, "", "a", 0, 1, HOSTILE, ["a", "c"], mark_safe("<i>")])
@pytest.mark.parametrize("attrs", [{}, ATTRS])
@pytest.mark.parametrize(
    "widget",
    [
        forms.TextInput(),
        forms.NumberInput(),
        forms.EmailInput(),
        forms.PasswordInput(render_value=True),
        forms.HiddenInput(),
        forms.DateInput(),
        forms.DateTimeInput(),
        forms.CheckboxInput(),
        forms.Textarea(),
        forms.Select(choices=CHOICES),
        forms.RadioSelect(choices=CHOICES),
        forms.CheckboxSelectMultiple(choices=CHOICES),
    ],
    ids=lambda widget: type(widget).__name__,
)
def test_a_control_is_what_the_template_of_django_makes_of_it(
    widget: forms.Widget, attrs: dict[str, Any], value: object
) -> None:
    assert widget.template_name in CONTROLS  # type: ignore[attr-defined]
    ours = widget.render(f"name{HOSTILE}", value, attrs, renderer=Renderer())
    theirs = widget.render(f"name{HOSTILE}", value, attrs, renderer=DjangoTemplates())
    assert parse_html(ours) == parse_html(theirs)
    assert "<script>" not in ours


def test_a_text_keeps_its_first_line_break() -> None:
    written = forms.Textarea().render("words", "\nfirst", renderer=Renderer())
    assert written == forms.Textarea().render("words", "\nfirst", renderer=DjangoTemplates())
