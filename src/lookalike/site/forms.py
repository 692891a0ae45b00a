"""How every form of the site is set: label, help, error, then the control, each tied to it by name.

`FORM_RENDERER = "lookalike.site.forms.Renderer"` makes it so for all of them. `{{ form }}` sets an error summary and
every field; `{{ form.name.as_field_group }}` sets one. The `<form>` carries `novalidate`: what is wrong is said once,
by the server, in a summary that links to the fields.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from lookalike.site.controls import CONTROLS

WRITTEN = (forms.TextInput, forms.Textarea)
"""Controls in which people write names and sentences, from the left or from the right."""


class Field(BoundField):
    """A field of a form as it is set on a page."""

    @property
    def control_id(self) -> str:
        """The id of the first control: where a link from the error summary leads."""
        return self.id_for_label or f"{self.auto_id}_0"

    @property
    def label_in_summary(self) -> str:
        """The label as it stands before an error: with a colon, unless it is a sentence."""
        label = str(self.label)
        return label if label.endswith((".", "?", "!", ":")) else f"{label}:"

    def label_tag(
        self,
        contents: str | None = None,
        attrs: dict[str, Any] | None = None,
        label_suffix: str | None = None,
        tag: str | None = None,
    ) -> SafeString:
        """The label without a colon; a field that may stay empty says so. A lone checkbox need not."""
        text = str(contents or self.label)
        if not self.field.required and not isinstance(self.field.widget, forms.CheckboxInput):
            text = format_html('{} <span class="optional">(optional)</span>', text)
        return super().label_tag(text, attrs, label_suffix or "", tag)

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        """What a person writes takes its direction from its own letters."""
        built = super().build_widget_attrs(attrs, widget)
        if isinstance(widget or self.field.widget, WRITTEN):
            built.setdefault("dir", "auto")
        return built


class Renderer(DjangoTemplates):
    """The form renderer of the site."""

    form_template_name = "site/forms/form.html"
    formset_template_name = "site/forms/formset.html"
    field_template_name = "site/forms/field.html"
    bound_field_class = Field

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        """A part of a form: a control as `controls` writes it, everything else by its template."""
        written = CONTROLS.get(template_name)
        return super().render(template_name, context, request) if written is None else written(context["widget"])
