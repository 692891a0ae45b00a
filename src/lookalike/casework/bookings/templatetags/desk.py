"""Words on the pages of the gallery desk: `{% load desk %}`."""

from __future__ import annotations

from datetime import date

from django import template

from lookalike.casework.bookings.messages import LABEL

register = template.Library()


@register.filter
def age(taken_on: date, today: date) -> str:
    """How old a photograph is: whole years, or less than one."""
    years = today.year - taken_on.year - ((today.month, today.day) < (taken_on.month, taken_on.day))
    return "less than a year old" if years < 1 else f"{years} year{'' if years == 1 else 's'} old"


@register.filter
def field_label(name: str) -> str:
    """What a field is called."""
    return LABEL.get(name, name.replace("_", " ").capitalize())


@register.filter
def strangers_words(count: int, gallery: str) -> str:
    """What is said of searchable records that no booking stands behind."""
    return f"{count:,} searchable record{' is' if count == 1 else 's are'} in {gallery} without a booking."
