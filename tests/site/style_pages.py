"""Every part of the look, rendered into a folder as static pages.

DJANGO_SETTINGS_MODULE=tests.site_settings python -m tests.site.style_pages FOLDER
"""

from __future__ import annotations

import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace as Thing
from typing import Any

import django
from django import forms
from django.contrib.staticfiles.finders import get_finders
from django.core.paginator import Paginator
from django.template import engines
from django.template.loader import get_template
from django.test import RequestFactory, override_settings
from django.urls import path
from PIL import Image

from lookalike.casework.parts import Bar, Cell, Chart, Column

HERE = Path(__file__).parent / "templates"
ERRORS = ("400", "403", "404", "409", "429", "403_csrf")
LONG = "Maximiliane-Theodora Freifrau von und zu Oberwittelsbach-Unterschleissheim-Hintermoosbach"
UNBROKEN = "Donaudampfschifffahrtsgesellschaftskapitaenswitwenrentenauszahlungsstelle"
FROM_THE_RIGHT = "عبد الرحمن بن محمد الأنصاري"
HUGE = 123_456_789_012_345_678_901_234
DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
AT = datetime(2026, 1, 5, 14, 3, 7, 428_999, tzinfo=UTC)


urlpatterns = [path("accounts/logout/", lambda request: None, name="account_logout")]  # never called: pages are files


class Request(forms.Form):
    """One field of each kind."""

    offence = forms.CharField(label="Offence", help_text="As in the statute, for example § 750.529.")
    narrative = forms.CharField(label="What happened", widget=forms.Textarea, required=False)
    date = forms.DateField(label="Date", widget=forms.DateInput(attrs={"type": "date"}))
    kind = forms.ChoiceField(
        label="Kind of offence",
        choices=[("robbery", "Robbery"), ("homicide", "Homicide"), ("other", UNBROKEN)],
        widget=forms.RadioSelect,
        help_text="One of the serious offences of the directive.",
    )
    galleries = forms.MultipleChoiceField(
        label="Galleries", choices=[("a", "Bookings of the county"), ("b", LONG)], widget=forms.CheckboxSelectMultiple
    )
    district = forms.ChoiceField(label="District", choices=[("", "Choose one"), ("1", "First")], required=False)
    still = forms.FileField(label="Still", required=False, help_text="JPEG or PNG.")
    sure = forms.BooleanField(label="The facts above are complete as far as I know.")
    token = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self) -> dict[str, Any]:
        """One error of the form itself."""
        if self.data.get("wrong"):
            raise forms.ValidationError("The case was closed on 2026-01-04.")
        return self.cleaned_data


class Statements(forms.Form):
    """Two sentences to acknowledge."""

    first = forms.BooleanField(label="This sheet names a lookalike. It is not an identification.")
    second = forms.BooleanField(label="I may not arrest, nor show this photograph to a witness, on the strength of it.")


class Filter(forms.Form):
    """A filter of two fields."""

    words = forms.CharField(label="Words", required=False)
    state = forms.ChoiceField(label="State", required=False, choices=[("", "All"), ("open", "Open")])


def frame(**more: Any) -> dict[str, Any]:
    """What the context processor of the site hands to every page."""
    names = ["Work", "Cases", "Galleries", "Examinations", "Leads", "Destruction", "Oversight", "People"]
    return {
        "agency": "Police Department of the City of Examplebury",
        "environment": "Demonstration",
        "who": Thing(name=LONG, roles_in_words="Investigator, examiner, lineup administrator"),
        "nav": [Thing(label=n, url=f"/{n}", current=n == "Cases", count=3 if n == "Work" else None) for n in names],
        "csrf_token": "t" * 64,
        "crumbs": [("Cases", "/"), (f"26-{HUGE}", "/"), ("Request 2", "")],
        **more,
    }


def ended(id_: str) -> Thing:
    """Long work that has come to its end."""
    return Thing(id=id_, title="Reading the clip", sentence="1,204 stills.", state="finished")


def style() -> dict[str, Any]:
    """Every part, with ordinary, long, foreign and missing values."""
    protections = [
        Thing(state="satisfied", rule="R01", sentence="The offence is serious.", citation="Directive 307.5, 4.1"),
        Thing(
            state="failed",
            rule="R06",
            sentence="Two examiners compare, and neither knows of the other.",
            reasons=["Only one examiner has compared.", f"The second is {LONG}."],
            remedy="Ask a second examiner.",
            whose="supervisor",
            citation="Settlement of 2024, paragraph 11 (b); Directive 307.5, section 5.2, as amended",
        ),
        Thing(state="waiting", sentence="A supervisor answers for it.", whose=FROM_THE_RIGHT),
        Thing(state="not_applicable", rule="R23", sentence=f"Another agency asks. {UNBROKEN}"),
    ]
    columns = [
        Column("Case", "number"),
        Column("Offence"),
        Column("Investigator", "who"),
        Column("State", "state"),
        Column("Records searched", "records", number=True),
    ]
    rows = [
        (Cell(f"26-{HUGE}", "/"), "Robbery, attempted", LONG, Cell("Waiting for R. Roe", state="waiting"), "12"),
        ("26-000124", UNBROKEN, FROM_THE_RIGHT, Cell("Refused", "/", "refused"), f"{HUGE:,}"),
        ("<script>alert(1)</script>", "Homicide", "R. Roe", "Lead", "0"),
    ]
    acts = [
        Thing(at=AT, who=LONG, what="asked for a search.", url="/", index=HUGE),
        Thing(at=AT, who=FROM_THE_RIGHT, what="refused it.", note="The still is too dark.", url="", index=0),
    ]
    job = Thing(
        id="a",
        title="Reading the clip",
        sentence="About two minutes.",
        cancel_url="/",
        url="/job-a.html",
        state="running",
    )
    edits = [Thing(says="Cropped to 640 × 480 at 12, 40", undo_url="/u"), Thing(says="Gamma 1.4", undo_url="/v")]
    custody = [
        Thing(at=AT, act="Received", source=LONG, target="Evidence room", who="R. Roe", sha256=DIGEST),
        Thing(at=AT, act="Decrypted to view", source="", target="", who=FROM_THE_RIGHT, sha256=DIGEST),
    ]
    corrections = [
        Thing(field="Height", before="180 cm", after="178 cm", why="Misread on the card.", who=LONG, at=AT),
        Thing(field="Name", before=None, after=FROM_THE_RIGHT, why=UNBROKEN, who="R. Roe", at=AT),
    ]
    return frame(
        protections=protections,
        needs=Thing(
            possible=True,
            supply=[Thing(says="Who the second examiner is", owner="supervisor")],
            change=[("R01", "the offence would have to be a serious one")],
        ),
        facts=[
            ("Number", HUGE),
            ("Investigator", LONG),
            ("Subject", FROM_THE_RIGHT),
            ("Statute", ""),
            ("Note", UNBROKEN),
        ],
        columns=columns,
        rows=rows,
        page=Paginator(range(HUGE // 10**18), 20).page(7),
        none=Paginator([], 20).page(1),
        acts=acts,
        filter=Filter(),
        running=Thing(**{**vars(job), "done": 1234, "total": 5000}),
        unknown=Thing(**{**vars(job), "id": "b", "url": "/job-b.html", "done": 0, "total": None, "state": "waiting"}),
        finished=ended("c"),
        failed=Thing(**{**vars(job), "id": "d", "state": "failed", "sentence": "The clip ends in the middle."}),
        faces=[
            Thing(src="/face.png", alt="Booking photograph", caption=f"Booked 2015-05-05. {LONG}", zoom="/face.png"),
            Thing(src="/wide.png", alt="Booking photograph, wide", caption=FROM_THE_RIGHT),
            Thing(src="", withheld="Destroyed on 2026-01-05.", caption="Record B000012"),
        ],
        still=Thing(src="/wide.png", alt="The still", caption="Exhibit 2, 00:01:12.480", zoom="/wide.png"),
        statements=Statements({"first": "on"}),
        tabs=[
            Thing(label=n, url=f"/{n}", current=n == "Exhibits", count=c)
            for n, c in [("Case", None), ("Exhibits", 4), ("Requests", 0), (UNBROKEN, 1)]
        ],
        chart=Chart(
            "age",
            "Records by age of the photograph",
            "Age",
            ["Active", "Sealed", "Dismissed", "Expunged", "Unknown"],
            [
                Bar("Under 1 year", [1200, 40, 7, 3, 1]),
                Bar("1 to 5 years", [123_456, 2000, 9999, 8000, 20]),
                Bar(UNBROKEN, [0, 0, 0, 0, 0]),
            ],
        ),
        plain=Chart("quality", "Records by quality", "Quality", ["Records"], [Bar("Good", [900]), Bar("Poor", [HUGE])]),
        blank=Chart("blank", "Records past retention", "Year", ["Records"], []),
        corrections=corrections,
        digest=DIGEST,
        custody=custody,
        edits=edits,
        ask=Thing(
            id="withdraw",
            title="Withdraw this request?",
            sentence="It stays in the record as withdrawn.",
            action="/w",
            button="Withdraw",
            stop=True,
            back="/",
        ),
        states=["satisfied", "failed", "waiting", "open", "not_applicable"],
        error=Thing(
            what="No face found in probe.jpg.",
            why="The detector needs about 20 pixels.",
            remedy="Ask for the original.",
        ),
        long=LONG,
        messages=[Message("The request is kept.")],
        nothing=[],
    )


class Message(str):
    """A message of Django's, told by its level."""

    level_tag = "success"


def render(folder: Path) -> None:
    """Write the pages, their static files and two pictures. Django has to be set up."""
    with override_settings(ROOT_URLCONF=__name__):
        request = RequestFactory().get("/", {"sort": "-who", "state": "open", "page": "7"})
        ask, protections = style()["ask"], style()["protections"]
        shown: dict[str, tuple[Any, dict[str, Any]]] = {
            "style": (HERE / "style.html", style()),
            "form": (HERE / "form.html", frame(form=Request())),
            "errors": (HERE / "form.html", frame(form=Request({"wrong": "1", "token": "1"}))),
            "confirm": ("site/confirm.html", frame(ask=ask)),
            "refused": ("site/error.html", frame(error=style()["error"], refusals=protections)),
            "bare": ("site/confirm.html", {"ask": ask}),
            **{f"job-{id_}": ("site/parts/progress.html", {"job": ended(id_)}) for id_ in "ab"},
            **{name: (f"{name}.html", frame()) for name in ERRORS},
        }
        folder.mkdir(parents=True, exist_ok=True)
        for name, (source, context) in shown.items():
            template = (
                engines["django"].from_string(source.read_text()) if isinstance(source, Path) else get_template(source)
            )
            (folder / f"{name}.html").write_text(template.render(context, request), encoding="utf-8")
        (folder / "500.html").write_text(get_template("500.html").render(), encoding="utf-8")
    for finder in get_finders():
        for name, storage in finder.list(["CVS", "admin", "ninja", "account", "mfa"]):
            target = folder / "static" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(storage.path(name), target)
    Image.linear_gradient("L").resize((480, 600)).save(folder / "face.png")
    Image.linear_gradient("L").resize((1600, 700)).save(folder / "wide.png")


if __name__ == "__main__":
    django.setup()
    render(Path(sys.argv[1]))
