"""A site with years of work in it: one case done by the site's own acts, then rows like its rows by the thousand.

    LOOKALIKE_HOME=FOLDER python -m benchmarks.site_seed [--cases 10000] [--entries 100000] [--records 20000]
    LOOKALIKE_HOME=FOLDER python -m benchmarks.site_seed --sign-in

Every row is a valid one; files and photographs are shared. The ledger's entries are real ones, appended in batches.
Prints, as JSON, the pages to be asked for; with --sign-in, a new session for each person of a home that is filled.
"""

from __future__ import annotations

import argparse
import base64
import importlib
import json
import os
import random
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

PEOPLE = {
    "investigator": 27,
    "examiner": 12,
    "supervisor": 4,
    "custodian": 2,
    "auditor": 2,
    "board": 1,
    "prosecutor": 1,
    "administrator": 1,
}
"""Fifty, besides those who did the first cases."""

ON_TEAMS = ("investigator", "prosecutor")
"""Roles that see the cases of their teams."""

STATES = {
    "lead": 0.12,
    "no_lead": 0.54,
    "answered": 0.01,
    "searched": 0.03,
    "approved": 0.005,
    "waiting": 0.01,
    "sent_back": 0.04,
    "refused": 0.225,
    "withdrawn": 0.02,
}
"""What became of requests, of which there are eight for every ten cases."""

SEARCHED = ("searched", "answered", "lead", "no_lead")
BEGUN = ("given", "probe", "comparing")
AT_ONCE = 2_000
DAYS = 700


def like(row: Any, **changes: Any) -> Any:
    """A new row like this one, not saved yet."""
    left = {"id", "public_id", *changes}
    kept = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if field.name not in left}
    return type(row)(**changes | {name: value for name, value in kept.items() if name not in changes})


def put(rows: Iterable[Any]) -> list[Any]:
    """Save new rows of one kind."""
    made: list[Any] = list(rows)
    return made and type(made[0]).objects.bulk_create(made, batch_size=AT_ONCE)


PUBLIC_ID = "lower(hex(randomblob(16)))"


def copied(model: Any, source: str, **other: str) -> None:
    """Rows of a model made inside SQLite, hundreds of thousands of them. other: what is not taken from `one`."""
    from django.db import connection

    columns = [str(field.column) for field in model._meta.concrete_fields if not field.primary_key]
    values = ", ".join(other.get(column, f"one.{column}") for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) SELECT {values} FROM {source}")


@dataclass(frozen=True, slots=True)
class Story:
    """The two requests whose rows the others are like: one that led to a lead, one to none."""

    lead: Any
    none: Any


def story(now: datetime) -> Story:
    """The first two cases, by the site's own acts."""
    from tests.site.whole.story import Story as Told

    told = Told(now)
    first, second = (told.exhibit(told.case(number)).stills.get() for number in ("26-900001", "26-900002"))
    lead = told.answered(told.asked(first), named=True)
    return Story(lead, told.answered(told.asked(second, again="The gallery has grown since."), named=False))


TO_COURT = ("ida", "carl", "sam", "petra", "lena", "adam")
"""Who has a part in the two cases on their way to court."""


def to_court(now: datetime) -> None:
    """Two cases on their way to court, by the site's own acts: boards, lineups, warrants, packets, past cases."""
    from tests.site.whole.court import court

    court(now)


def court_pages() -> dict[str, dict[str, Any]]:
    """For everybody who has a part in them, the addresses of what those cases hold."""
    from lookalike.casework.cases.models import Case
    from lookalike.casework.corroboration.models import EvidenceItem, Party, Suspect
    from lookalike.casework.lineups.models import Lineup
    from lookalike.casework.warrants.models import Packet, PastCase, WarrantRequest

    def ids(rows: Any) -> list[str]:
        return [str(one) for one in rows.order_by("pk").values_list("public_id", flat=True)[:8]]

    held = Lineup.objects.filter(state__in=["held", "void"])
    told = {
        "court_case": ids(Case.objects.filter(suspects__isnull=False).distinct()),
        "suspect": ids(Suspect.objects.filter(evidence__isnull=False).distinct()),
        "item": ids(EvidenceItem.objects.all()),
        "party": ids(Party.objects.filter(witness__isnull=False)),
        "lineup": ids(Lineup.objects.exclude(pk__in=held)),
        "held": ids(held),
        "holding": ids(Lineup.objects.filter(administrator__username="lena", holding__isnull=False)),
        "warrant": ids(WarrantRequest.objects.all()),
        "before": ids(WarrantRequest.objects.exclude(state__in=["draft", "withdrawn"])),
        "packet": ids(Packet.objects.filter(file__isnull=False, warrant__isnull=False)),
        "past": [str(one.pk) for one in PastCase.objects.order_by("pk")],
        "task": {},
    }
    return dict.fromkeys(TO_COURT, told)


def names() -> Iterator[tuple[str, str]]:
    """Role and user name of each of the fifty."""
    return ((role, f"{role}{number}") for role, count in PEOPLE.items() for number in range(count))


def staff(now: datetime) -> dict[str, list[Any]]:
    """Fifty more people, trained. Returns them by role."""
    from lookalike.casework.people.models import Agency, Person
    from tests.site.whole.seed import employed

    agency = Agency.objects.get(own=True)
    by_role: dict[str, list[Any]] = {}
    for role, name in names():
        employed(name, name.title(), [role], agency, now)
        by_role.setdefault(role, []).append(Person.objects.get(username=name))
    return by_role


def sign_in() -> dict[str, str]:
    """A session for each of the fifty, and of those with cases at court, by user name.

    One ends after half an hour in which nobody asks for anything.
    """
    from lookalike.casework.people.models import Person
    from tests.site.whole.seed import session_of

    people = {person.username: person for person in Person.objects.all()}
    signed_in = (*(name for _, name in names()), *TO_COURT)
    return {name: session_of(people[name], datetime.now(UTC)) for name in signed_in}


def cases(story: Story, by_role: dict[str, list[Any]], count: int, now: datetime, rng: random.Random) -> list[Any]:
    """Cases with their teams, readings, descriptions, exhibits, chains of custody and stills. Returns the stills."""
    from lookalike.casework.cases.models import CaseRead, Description, TeamMember

    model, at = story.lead.case, sorted(now - timedelta(days=rng.uniform(9, DAYS)) for _ in range(count))
    made = put(
        like(
            model,
            number=f"25-{number:06}",
            opened_by=rng.choice(by_role["investigator"]),
            opened_at=moment,
            completed_on=(moment - timedelta(days=rng.randrange(9))).date(),
        )
        for number, moment in enumerate(at)
    )
    joining = [person.pk for role in ON_TEAMS for person in by_role[role]]
    teams = [(case, {case.opened_by_id, rng.choice(joining)}) for case in made]
    put(TeamMember(case=case, person_id=pk, since=case.opened_at) for case, team in teams for pk in sorted(team))
    put(CaseRead(case=case, person_id=pk, at=case.opened_at) for case, team in teams for pk in sorted(team))
    put(
        Description(
            case=case,
            witness="Witness 1, clerk",
            words="He was small and slim.",
            given_on=case.completed_on,
            height_low_cm=165,
            height_high_cm=175,
            taken_by_id=case.opened_by_id,
            taken_at=case.opened_at,
        )
        for case in made
    )
    exhibit = story.lead.still.exhibit
    exhibits = put(
        like(exhibit, case=case, number=number, added_by_id=case.opened_by_id, added_at=case.opened_at)
        for case in made
        for number in range(1, 2 + (rng.random() < 0.4))
    )
    links = list(exhibit.custody.all())
    put(
        like(link, exhibit=one, by_id=one.added_by_id, at=one.added_at)
        for one in exhibits
        for link in links
        if not link.viewing
    )
    still = story.lead.still
    return put(like(still, exhibit=one, chosen_by_id=one.added_by_id, chosen_at=one.added_at) for one in exhibits)


def requests(story: Story, by_role: dict[str, list[Any]], stills: list[Any], rng: random.Random) -> list[Any]:
    """Requests in every state, oldest first, each with a template of its own."""
    states = rng.choices(list(STATES), list(STATES.values()), k=len(stills))
    templates = np.random.default_rng(1).integers(-90, 91, (len(stills), 128), dtype=np.int8)
    rows = []
    for number, (still, state, template) in enumerate(zip(stills, states, templates, strict=True), start=10):
        checked = state not in ("refused", "waiting", "withdrawn")
        at = still.chosen_at + timedelta(days=1)
        rows.append(
            like(
                story.lead if state == "lead" else story.none,
                number=number,
                case_id=still.exhibit.case_id,
                still=still,
                probe_sha256=f"{number:064x}",
                template=base64.b64encode(template.tobytes()).decode(),
                asked_by_id=still.chosen_by_id,
                asked_at=at,
                state=state,
                repeat_reason="",
                checked_by=rng.choice(by_role["examiner"]) if checked else None,
                checked_at=at + timedelta(hours=5) if checked else None,
                check_words="As the report says." if checked else "",
            )
        )
    from lookalike.casework.cases.models import CaseRead

    read = {(one.case_id, one.checked_by_id): one for one in rows if one.checked_by_id}
    put(CaseRead(case_id=case, person_id=person, at=one.asked_at) for (case, person), one in read.items())
    return put(rows)


def searches(story: Story, made: list[Any]) -> list[tuple[Any, Any, dict[int, Any]]]:
    """A search for each request that was searched. Returns request, search, and its candidates by rank."""
    asked = [one for one in made if one.state in SEARCHED]
    model = {True: story.lead.search, False: story.none.search}
    rows = put(
        like(model[one.state == "lead"], request=one, run_by_id=one.checked_by_id, run_at=one.checked_at)
        for one in asked
    )
    ranked = {key: list(search.candidates.order_by("rank")) for key, search in model.items()}
    every = put(
        like(candidate, search=search)
        for one, search in zip(asked, rows, strict=True)
        for candidate in ranked[one.state == "lead"]
    )
    parts: dict[int, dict[int, Any]] = {}
    for candidate in every:
        parts.setdefault(candidate.search_id, {})[candidate.rank] = candidate
    return [(one, search, parts[search.pk]) for one, search in zip(asked, rows, strict=True)]


def tasks(by_role: dict[str, list[Any]], story: Story, done: list[Any], rng: random.Random) -> None:
    """Two examinations of each search; of those that are still with the examiners, some begun and some not."""
    from django.db.models import OuterRef, Subquery

    from lookalike.casework.examinations.models import Comparison, ProbeFeature, Task, TaskFace

    models = {True: list(story.lead.search.tasks.order_by("nth")), False: list(story.none.search.tasks.order_by("nth"))}
    rows = []
    for request, search, _ in done:
        blind = [one for one in by_role["examiner"] if one.pk != request.checked_by_id]
        for model, person in zip(models[request.state == "lead"], rng.sample(blind, 2), strict=True):
            state = "concluded" if request.state != "searched" else "held" if model.nth == 2 else rng.choice(BEGUN)
            done_with, seen_by = state == "concluded", state in ("concluded", "comparing")
            row = like(
                model,
                search=search,
                examiner=person,
                given_at=search.run_at + timedelta(hours=1),
                state=state,
                named=None,
                report=None,
                code=None,
                concluded_at=model.concluded_at if done_with else None,
                conclusion=model.conclusion if done_with else "",
                candidates_seen_at=model.candidates_seen_at if seen_by else None,
                probe_locked_at=model.probe_locked_at if seen_by else None,
            )
            rows.append(row)
    put(rows)
    first = ", ".join(str(task.pk) for both in models.values() for task in both)
    pairs = f"""examinations_task t JOIN examinations_task m ON m.seed = t.seed AND m.id IN ({first})
        AND t.id NOT IN ({first})"""
    copied(
        ProbeFeature,
        f"{pairs} JOIN examinations_probefeature one ON one.task_id = m.id AND t.state NOT IN ('given', 'held')",
        task_id="t.id",
    )
    copied(
        TaskFace,
        f"""{pairs} JOIN examinations_taskface one ON one.task_id = m.id
        LEFT JOIN searches_candidate mc ON mc.id = one.candidate_id
        LEFT JOIN searches_candidate c ON c.search_id = t.search_id AND c.rank = mc.rank""",
        task_id="t.id",
        candidate_id="c.id",
        public_id=PUBLIC_ID,
        outcome="CASE t.state WHEN 'concluded' THEN one.outcome ELSE 'open' END",
        reason="CASE t.state WHEN 'concluded' THEN one.reason ELSE '' END",
    )
    copied(
        Comparison,
        f"""{pairs} JOIN examinations_taskface mf ON mf.task_id = m.id AND t.state = 'concluded'
        JOIN examinations_taskface f ON f.task_id = t.id AND f.place = mf.place
        JOIN examinations_comparison one ON one.face_id = mf.id""",
        face_id="f.id",
    )
    possible = TaskFace.objects.filter(task=OuterRef("pk"), outcome="possible").values("pk")
    Task.objects.filter(conclusion="possible_candidate", named=None).update(named=Subquery(possible[:1]))


def answers(story: Story, by_role: dict[str, list[Any]], done: list[Any], rng: random.Random) -> None:
    """The answers of the requests that have one, under the entry of the first of their kind."""
    lead, none = story.lead.answers.get(), story.none.answers.get()
    made = put(
        like(
            lead if request.state == "lead" else none,
            request=request,
            candidate=candidates[lead.candidate.rank] if request.state == "lead" else None,
            by=rng.choice(by_role["supervisor"]),
            at=request.checked_at + timedelta(days=3),
            code=f"BENCH-{request.number:08}",
        )
        for request, _, candidates in done
        if request.state in ("lead", "no_lead")
    )
    from lookalike.casework.leads.content import statements
    from lookalike.casework.leads.models import Acknowledgement

    asked = {request.pk: request for request, _, _ in done}
    put(
        Acknowledgement(
            answer=one,
            person_id=asked[one.request_id].asked_by_id,
            statement=said.key,
            words=said.text,
            at=one.at,
        )
        for one in made
        if one.candidate_id and rng.random() < 0.8
        for said in statements()
    )


def messages(count: int, now: datetime) -> None:
    """The messages of the feed that brought bookings in; one in two hundred was rejected."""
    from lookalike.casework.bookings.models import Delivery

    put(
        Delivery(
            key=f"S-{number}",
            feed="county",
            kind="booking",
            at=now - timedelta(minutes=number),
            message={"arrest_id": f"M-{number:07}"},
            arrest_id=f"M-{number:07}",
            state="rejected" if number % 200 == 0 else "taken",
            what="No face was found." if number % 200 == 0 else "",
        )
        for number in range(count)
    )


def entries(by_role: dict[str, list[Any]], made: list[Any], count: int, rng: random.Random) -> None:
    """Real entries of the ledger, in batches, signed at the end."""
    from django.db import transaction

    from lookalike.casework.recording import ledger, store
    from lookalike.ledger.acts import Account, Act, NewEntry, Outcome

    actors = [(person.public_id, role) for role, people in by_role.items() for person in people]
    acts = [Act.CASE_READ, Act.SEARCH_REQUEST, Act.SEARCH_CHECK, Act.FILE_READ, Act.EXAMINATION_BEGIN, Act.PROBE_LOCK]

    def entry() -> Any:
        actor, role = rng.choice(actors)
        request = rng.choice(made)
        account = Account(
            actor=actor,
            role=role,
            agency="dpd",
            where=f"/requests/{request.public_id}/",
            source="192.0.2.7",
            objects=[("request", request.public_id), ("case", str(request.case_id))],
        )
        return NewEntry(rng.choice(acts), Outcome.DONE, account.body())

    while (size := store().head().size) < count:
        with transaction.atomic():
            ledger().append(*(entry() for _ in range(min(1_000, count - size))))
    ledger().publish()


def pages(by_role: dict[str, list[Any]]) -> dict[str, Any]:
    """For each role a person, and the addresses of the rows that this person may look at."""
    from lookalike.casework.bookings.models import Booking
    from lookalike.casework.cases.models import Case, Exhibit, Still
    from lookalike.casework.examinations.models import Task
    from lookalike.casework.leads.models import Answer
    from lookalike.casework.searches.models import Request

    def some(rows: Any, limit: int = 8) -> list[str]:
        return [str(one) for one in rows.values_list("public_id", flat=True)[:limit]]

    told: dict[str, Any] = {}
    for role, people in by_role.items():
        for person in people:
            cases = Case.objects.filter(team__person=person, team__until=None) if role in ON_TEAMS else Case.objects
            mine = Request.objects.filter(case__in=cases.all()) if role in ON_TEAMS else Request.objects
            if role == "examiner":
                mine = Request.objects.filter(checked_by=person)
            done = mine.filter(state__in=["lead", "no_lead"]).order_by("-asked_at")
            told[person.username] = {
                "role": role,
                "case": some(Case.objects.filter(requests__in=done[:40]).distinct()),
                "exhibit": some(Exhibit.objects.filter(stills__requests__in=done[:40]).distinct()),
                "still": some(Still.objects.filter(requests__in=done[:40]).distinct()),
                "request": some(done),
                "search": [str(one) for one in done.values_list("search__public_id", flat=True)[:8]],
                "answered": some(Request.objects.filter(state="answered")),
                "lead": some(Answer.objects.filter(request__in=done).order_by("-at")),
                "task": {
                    state: some(Task.objects.filter(examiner=person, state=state).order_by("-given_at"))
                    for state in ("given", "probe", "comparing", "concluded")
                },
                "booking": some(Booking.objects.order_by("-pk")),
                "person": some(type(person).objects.order_by("pk")),
            }
    return told


def steps(arguments: argparse.Namespace) -> Iterator[tuple[str, Any]]:
    """Fill the home, a step at a time; the last gives what is to be printed."""
    from django.db import transaction

    yield "people, law, gallery", importlib.import_module("tests.site.whole.seed").seed()
    from benchmarks.site_gallery import grow
    from lookalike.casework import files
    from lookalike.casework.bookings.models import BookingPhoto
    from lookalike.demo.story import PEOPLE as FOLDER

    for photo in BookingPhoto.objects.filter(file=None):
        data = (FOLDER / "bookings" / f"{photo.record_id}.jpg").read_bytes()
        photo.file = files.keep(data, name="photograph.jpg", media_type="image/jpeg")
        photo.told = "active"
        photo.save()
    yield "the first two cases", (first := story(datetime.now(UTC)))
    to_court(datetime.now(UTC) - timedelta(minutes=12))
    yield "to court", None
    now, rng = datetime.now(UTC), random.Random(1)  # later than anything that was accepted of the small gallery
    grow(arguments.records, now)
    yield "records", arguments.records
    with transaction.atomic():
        by_role = staff(now)
        yield "staff", len(by_role)
        stills = cases(first, by_role, arguments.cases, now, rng)
        yield "cases", arguments.cases
        asked = sorted(rng.sample(stills, int(0.8 * arguments.cases)), key=lambda one: one.chosen_at)
        made = requests(first, by_role, asked, rng)
        yield "requests", len(made)
        done = searches(first, made)
        yield "searches", len(done)
        tasks(by_role, first, done, rng)
        yield "examinations", 2 * len(done)
        answers(first, by_role, done, rng)
        yield "answers", None
        messages(arguments.cases // 2, now)
        yield "messages", None
    entries(by_role, made, arguments.entries, rng)
    yield "entries", arguments.entries
    yield "told", pages(by_role) | court_pages()


def main() -> None:
    """Fill LOOKALIKE_HOME, and say on standard error how long each part took."""
    parser = argparse.ArgumentParser(description="Fill a home with a site that has years of work in it.")
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--records", type=int, default=20_000, help="made records, besides the invented people's")
    parser.add_argument("--sign-in", action="store_true", help="only sign everybody in")
    arguments = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lookalike.site.settings")
    import django

    from lookalike.site.home import default_home

    default_home().make()
    django.setup()
    if arguments.sign_in:
        json.dump(sign_in(), sys.stdout)
        return
    begun = last = datetime.now(UTC)
    made: Any = None
    for name, made in steps(arguments):  # noqa: B007 - the last is printed
        here = datetime.now(UTC)
        print(f"{name:<24} {(here - last).total_seconds():7.1f} s", file=sys.stderr)
        last = here
    print(f"{'altogether':<24} {(last - begun).total_seconds():7.1f} s", file=sys.stderr)
    json.dump(made, sys.stdout)


if __name__ == "__main__":
    main()
