"""The controls of forms, written without templates: the same marks as Django's own, in a tenth of the time.

A page that describes a probe has some hundred radio buttons and boxes, a filter some eighty choices; Django renders
two templates for each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

Widget = Mapping[str, Any]
"""A control as Django's widgets tell it to their templates."""


def attributes(widget: Widget) -> SafeString:
    """The attributes of a control, each after a space; one that is False is left out, one that is True is bare."""
    written = [
        f" {conditional_escape(name)}" if value is True else f' {conditional_escape(name)}="{_text(value)}"'
        for name, value in widget["attrs"].items()
        if value is not False
    ]
    return SafeString("".join(written))


def control(widget: Widget) -> SafeString:
    """One input."""
    value = "" if widget["value"] is None else format_html(' value="{}"', _text(widget["value"]))
    return format_html('<input type="{}" name="{}"{}{}>', widget["type"], widget["name"], value, attributes(widget))


def text(widget: Widget) -> SafeString:
    """A field of several lines. The first line break belongs to the element, not to the text."""
    return format_html(
        '<textarea name="{}"{}>\n{}</textarea>', widget["name"], attributes(widget), widget["value"] or ""
    )


def choices(widget: Widget) -> SafeString:
    """A list of choices to be opened, in groups where they have names."""
    inside = _grouped(widget, '<optgroup label="{}">{}</optgroup>', _choice)
    return format_html('<select name="{}"{}>{}</select>', widget["name"], attributes(widget), inside)


def buttons(widget: Widget) -> SafeString:
    """Choices that all stand on the page, each with its button or box."""
    id_, kind = widget["attrs"].get("id"), widget["attrs"].get("class")
    head = (format_html(' id="{}"', id_) if id_ else "") + (format_html(' class="{}"', kind) if kind else "")
    return format_html("<div{}>{}</div>", head, _grouped(widget, "<div><label>{}</label>{}</div>", _button))


CONTROLS: Mapping[str, Callable[[Widget], SafeString]] = {
    f"django/forms/widgets/{name}.html": written
    for name, written in {
        "input": control,
        "text": control,
        "number": control,
        "email": control,
        "password": control,
        "hidden": control,
        "date": control,
        "datetime": control,
        "checkbox": control,
        "textarea": text,
        "select": choices,
        "radio": buttons,
        "checkbox_select": buttons,
    }.items()
}
"""What writes a control, by the name of the template of Django that it stands for."""


def _grouped(widget: Widget, group: str, written: Callable[[Widget], SafeString]) -> SafeString:
    parts = []
    for name, options, _ in widget["optgroups"]:
        inside = format_html_join("", "{}", ((written(one),) for one in options))
        parts.append(format_html(group, name, inside) if name else inside)
    return format_html_join("", "{}", ((one,) for one in parts))


def _choice(one: Widget) -> SafeString:
    return format_html('<option value="{}"{}>{}</option>', _text(one["value"]), attributes(one), one["label"])


def _button(one: Widget) -> SafeString:
    if not one["wrap_label"]:
        return format_html("<div>{}</div>", control(one))
    id_ = one["attrs"].get("id")
    whose = format_html(' for="{}"', id_) if id_ else ""
    return format_html("<div><label{}>{} {}</label></div>", whose, control(one), one["label"])


def _text(value: object) -> SafeString:
    return conditional_escape(value if isinstance(value, SafeString) else str(value))
