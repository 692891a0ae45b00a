"""A unit in the middle of its work: something at every stage that a page can show. Prints what a browser needs.

Run as `python -m tests.site.whole.stages` with LOOKALIKE_HOME and DJANGO_SETTINGS_MODULE set; the site need not run.
"""

from __future__ import annotations

import csv
import hashlib
import json
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import django
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from lookalike.site.home import default_home
from tests.site.whole.seed import employed, seed, session_of

NEW = "newcomer"
"""Somebody who has signed in with a password alone."""

VISITOR = "visitor"
"""Nobody yet: has read the notice of use and not signed in."""

NOBODY = ""
"""Whoever has a link and no account."""

HALFWAY = "halfway"
"""Somebody who has typed name and password, and not the code of the second factor yet."""

PASSWORD = "correct horse battery staple"
OWN_ACCOUNT = (
    "again/",
    "second/again/",
    "password/",
    "factors/app/remove/",
    "factors/codes/",
    "factors/codes/new/",
)
AT_THE_DOOR = ("", "closed/", "agency-cancelled/")


@dataclass(frozen=True, slots=True)
class Staged:
    """What was made. keys: a session for each person. more: addresses to which no link leads, by who may open them."""

    keys: dict[str, str]
    more: dict[str, list[str]]


def staged() -> Staged:
    """Make everything."""
    keys = seed()
    now = datetime.now(UTC)
    from lookalike.casework.examinations import pictures
    from lookalike.casework.people.models import Agency
    from tests.site.whole.court import court

    agency = Agency.objects.get(own=True)
    pictures.face_picture = lru_cache(None)(pictures.face_picture)  # every search returns the same few photographs
    del keys["dora"]  # sees what the other captain sees
    begun = now - timedelta(hours=2)
    more = {"ida": requests(begun), **examinations(begun)}
    trials(begun)
    more[NOBODY] = court(now - timedelta(minutes=12))  # a witness's screen is void once nobody sat there for a while
    bookings(now)
    law(now)
    keys |= entrance(agency, now, more)
    return Staged(keys, more)


def requests(now: datetime) -> list[str]:
    """A case with every kind of evidence, an edited still, and requests at every stage before a search."""
    from lookalike.casework.acting import act
    from lookalike.casework.cases import services as cases
    from lookalike.casework.cases.stills import choose_still, edit_still, undo_edit
    from lookalike.casework.cases.told import CaseTold
    from lookalike.casework.jobs import run_one
    from lookalike.casework.models import Job
    from lookalike.casework.searches import services as searches
    from lookalike.ledger.acts import Act
    from lookalike.media.edits import Gamma, Rotate
    from tests.site.whole.story import FACTS, Story

    story = Story(now)
    case = story.case("26-000101")
    cases.join_team(story.who("ida"), case, story.people["ivan"], version=case.version)
    case.refresh_from_db()
    told = CaseTold(
        number=case.number,
        nibrs="120",
        statute="750.529",
        attempted=False,
        completed_on=now.date(),
        narrative=f"{FACTS} He left by the back door.",
        felony=True,
    )
    cases.change_case(story.who("ida"), case, told, version=case.version, reason="The clerk was heard again.")
    clip = story.exhibit(case, "S002-clip.mp4", "clip")
    run_one(clip.job.public_id, now=story.who("ida").at)
    clip.refresh_from_db()
    choose_still(story.who("ida"), clip, 3)
    waiting_clip = story.exhibit(case, "S003-clip.mp4", "clip")
    still = story.exhibit(case, "S002-a.jpg").stills.get()
    for edit in (Rotate(2.0), Gamma(1.2)):
        edit_still(story.who("ida"), still, edit, version=still.version)
        still.refresh_from_db()
    undo_edit(story.who("ida"), still, version=still.version)
    plain = [story.exhibit(case, f"S00{number}-a.jpg").stills.get() for number in range(3, 7)]
    story.asked(plain[0])
    story.asked(plain[1], suspicion="none")
    chen = "chen"
    cases.read_case(story.who(chen), case)
    back = story.asked(plain[2])
    searches.send_back(story.who(chen), back, "Say where the man stood.", version=back.version)
    searches.withdraw(story.who("ida"), story.asked(plain[3]))
    jobs = []
    for state in Job.State.values:
        with act(story.who("ida"), Act.EXHIBIT_CHANGE, objects=[("exhibit", clip.public_id)]):
            jobs.append(
                Job.objects.create(
                    kind=clip.job.kind,
                    argument={"exhibit": clip.public_id},
                    asked_by=story.people["ida"],
                    asked_at=story.at,
                    alive_at=story.at + timedelta(days=1),
                    state=state,
                    done=40,
                    total=100,
                    unit="frames",
                    what="The clip could not be read." if state == "failed" else "",
                )
            )
    assert waiting_clip.job_id is not None
    return [f"/exhibits/{clip.public_id}/", *(f"/jobs/{job.public_id}/" for job in jobs)]


def examinations(now: datetime) -> dict[str, list[str]]:
    """Searches whose examinations stand at every stage, and both answers; one lead is accepted, one is not.

    Returns where a description is locked, and where anybody checks a code.
    """
    from lookalike.casework.cases import services as cases
    from lookalike.casework.examinations import services
    from lookalike.casework.leads import services as leads
    from lookalike.casework.leads.content import statements
    from tests.site.whole.story import Story

    story = Story(now + timedelta(minutes=5))
    number = iter(range(201, 300))

    def asked() -> object:
        case = story.case(f"26-000{next(number)}")
        cases.join_team(story.who("ida"), case, story.people["ivan"], version=case.version)
        return story.asked(story.exhibit(case).stills.get(), again="The gallery has grown since.")

    lead = story.answered(asked(), named=True)
    leads.acknowledge(story.who("ida"), lead.answers.get(), [one.key for one in statements()])
    story.answered(asked(), named=False)
    story.examined(asked(), named=True)
    story.searched(asked())
    story.given(story.searched(asked()))
    described = story.described(story.given(story.searched(asked())))
    assert described.state == "probe"
    locked = story.locked(story.described(story.given(story.searched(asked()))))
    assert locked.candidates_seen_at is None
    shown = story.shown(story.locked(story.described(story.given(story.searched(asked())))))
    services.correct(
        story.who(shown.examiner.username), shown, component="ears", after="The left one only.", reason="Seen now."
    )
    faces = shown.faces.select_related("task__examiner").order_by("place")
    story.compared(faces[0])
    story.compared(faces[1], faces[1].record_id)
    search = story.searched(asked())
    task = story.given(search)
    services.withdraw(story.who(task.examiner.username), task, "I know this man.")
    apart = story.searched(asked())
    story.concluded(story.given(apart), apart.candidates.get(rank=1).record_id)
    story.concluded(story.next(apart), None)
    code = lead.answers.get().code
    return {
        described.examiner.username: [f"/tasks/{described.public_id}/lock"],
        VISITOR: ["/verify/", f"/verify/{code}/"],
    }


def trials(now: datetime) -> None:
    """A prepared set of invented people, a round that is running, and one that is closed."""
    from django.conf import settings

    from lookalike.casework.examinations import scheduling
    from lookalike.casework.examinations.models import Task
    from lookalike.casework.examinations.trial_sets import MANIFEST
    from lookalike.demo.story import PEOPLE
    from tests.site.whole.story import Story

    folder = Path(settings.GALLERIES_FOLDER).parent / "trials" / "invented"
    lines = []
    for name, use in (("probes.csv", "probe"), ("people.csv", "photograph")):
        with (PEOPLE / name).open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        chosen = [row for row in rows if row["kind"] == "a"][:6] if use == "probe" else rows
        lines += [(row["person_id"], row["file"], use) for row in chosen]
    sought = {person for person, _, use in lines if use == "probe"}
    others = [line for line in lines if line[0] not in sought][:20]
    lines = [line for line in lines if line[0] in sought] + others
    for _, file, _ in lines:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_bytes((PEOPLE / file).read_bytes())
    with (folder / MANIFEST).open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("person", "file", "use"), *lines])
    story = Story(now + timedelta(minutes=30))
    for closed in (True, False):
        last = now.date() + timedelta(days=20)
        round_ = scheduling.schedule(story.who("sam"), "invented", [story.people["eva"]], each=2, last_day=last)
        if closed:
            Task.objects.filter(trial__round=round_).update(given_at=now)
            for task in Task.objects.filter(trial__round=round_):
                story.concluded(task, None)
            scheduling.close(story.who("sam"), round_)


def bookings(now: datetime) -> None:
    """Messages in every state, a changed record, proposals in every state, and scrubs due and signed."""
    from lookalike.casework import files
    from lookalike.casework.bookings import scrub, services
    from lookalike.casework.bookings.messages import Kind
    from lookalike.casework.bookings.models import Booking, BookingPhoto, Proposal
    from lookalike.demo.story import PEOPLE
    from tests.site.whole.story import Story

    story = Story(now)
    photos = list(BookingPhoto.objects.select_related("booking").order_by("pk")[:8])
    for photo in photos:
        data = (PEOPLE / "bookings" / f"{photo.record_id}.jpg").read_bytes()
        photo.file = files.keep(data, name="photograph.jpg", media_type="image/jpeg")
        photo.save()
    BookingPhoto.objects.filter(pk=photos[7].pk).update(state=BookingPhoto.State.REJECTED, reason="No face was found.")
    told = {"person_id": "P-1", "agency": "County Jail", "source": "booking", "status": "active"}
    day = {"arrested_on": "2026-01-04", "sent_at": "2026-01-05T10:00:00Z", "charge": "Larceny"}
    services.bring(story.who("cora"), "county", Kind.BOOKING, {"arrest_id": "N-1", **told, **day}, {})
    services.bring(story.who("cora"), "county", Kind.BOOKING, {"arrest_id": "N-2", **day, "status": "gone"}, {})
    late = {"arrest_id": "N-3", "status": "sealed", "sent_at": "2026-01-05T10:00:00Z"}
    services.bring(story.who("cora"), "county", Kind.STATUS, late, {})
    services.bring(story.who("cora"), "county", Kind.STATUS, late | {"arrest_id": "N-4"}, {})
    one = Booking.objects.get(photos=photos[6])
    one = services.correct(story.who("cora"), one.public_id, one.version, {"charge": "Assault"}, "The court's file.")
    from lookalike.protocol.vocabulary import RecordStatus

    services.change_status(story.who("cora"), one.public_id, one.version, RecordStatus.SEALED, "The court's order.")
    for place, state in enumerate(Proposal.State.values):
        for kind in Proposal.Kind.values:
            Proposal.objects.create(
                kind=kind,
                first=photos[2 * place],
                second=photos[2 * place + 1],
                made_at=story.at,
                state=state,
                decided_by=None if state == "open" else story.people["cora"],
                decided_at=None if state == "open" else story.at,
                words="" if state == "open" else "The same tattoo.",
            )
    scrub.ensure(date(2026, 1, 20))
    due = scrub.waiting()
    if due is not None:
        scrub.sign(story.who("cora"), due.due_on, "Looked at, each of them.")
    scrub.ensure(now.date())


def law(now: datetime) -> None:
    """A paper with its document, one that was withdrawn, a moratorium that was lifted, and another agency."""
    from lookalike.casework.people.services import law as services
    from lookalike.protocol.vocabulary import AgencyKind, PaperKind
    from tests.site.whole.story import Story

    story = Story(now)
    for data in (b"%PDF-1.7\n", None):
        paper = services.file_paper(
            story.who("adam"),
            kind=PaperKind.AUTHORISATION,
            issued_by="City Council",
            issued_on=date(2026, 1, 5),
            last_day=None,
            data=data,
            name="paper.pdf",
        )
    services.withdraw_paper(story.who("adam"), paper)
    services.lift_moratorium(story.who("bea"), services.call_moratorium(story.who("bea"), "Until the audit is done."))
    services.make_agency(
        story.who("adam"), id="county", name="County Sheriff", jurisdiction="US-MI", kind=AgencyKind.LAW_ENFORCEMENT
    )


def entrance(agency: object, now: datetime, more: dict[str, list[str]]) -> dict[str, str]:
    """Accounts that are locked, disabled and not taken up yet, and whoever is still on the way in."""
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
    from allauth.mfa.webauthn.internal.auth import WebAuthn
    from django.test import Client

    from lookalike.casework.people.models import Person
    from lookalike.casework.people.services import accounts, tokens
    from lookalike.casework.permissions import Permission
    from tests.site.whole.story import Story

    employed(NEW, "Nora Newcomer", [], agency, now)
    person = Person.objects.get(username=NEW)
    employed("locked", "Lou Locked", ["examiner"], agency, now)
    Person.objects.filter(username="locked").update(locked_at=now)
    employed("gone", "Gus Gone", ["examiner"], agency, now)
    story = Story(now)
    accounts.disable(story.who("adam"), story.people["gone"], "Retired.")
    _, code = accounts.make_account(story.who("adam"), username="lena2", name="Lena Later", agency=agency)
    tokens.make_token(story.who("ida"), name="A script", scopes=[Permission.CASE_READ], days=30)
    for username in ("ida", "ivan"):
        owner = story.people[username]
        owner.set_password(PASSWORD)
        owner.save()
        TOTP.activate(owner, generate_totp_secret())
        RecoveryCodes.activate(owner)
    passkey = WebAuthn.add(story.people["ivan"], "The blue key", passkey_told()).instance.pk
    more["ida"] += [f"/sign-in/{path}" for path in OWN_ACCOUNT]
    more["ivan"] = [f"/sign-in/factors/passkeys/{passkey}/{path}" for path in ("", "remove/")]
    more["ivan"] += ["/sign-in/passkey/again/"]
    more[VISITOR] += [f"/take-up/{code}/", *(f"/sign-in/{path}" for path in AT_THE_DOOR)]
    more[HALFWAY] = ["/sign-in/second/"]
    visitor, halfway = Client(SERVER_NAME="localhost"), Client(SERVER_NAME="localhost")
    visitor.post("/notice/")
    halfway.post("/notice/")
    halfway.post("/sign-in/", {"login": "ida", "password": PASSWORD})
    return {
        "ida": session_of(story.people["ida"], now),  # with the password that is hers now
        "ivan": session_of(story.people["ivan"], now),
        NEW: session_of(person, now, factors=1),
        VISITOR: visitor.cookies["sessionid"].value,
        HALFWAY: halfway.cookies["sessionid"].value,
    }


def passkey_told() -> dict[str, Any]:
    """What a browser tells of a new passkey. No key belongs to it."""
    held = AttestedCredentialData.create(
        bytes(16), b"blue key", ES256({1: 2, 3: -7, -1: 1, -2: bytes(32), -3: bytes(32)})
    )
    about = AuthenticatorData.create(
        hashlib.sha256(b"localhost").digest(), 0x45, 0, held
    )  # present, verified, attested
    told = {
        "clientDataJSON": CollectedClientData.create("webauthn.create", b"asked", "http://localhost"),
        "attestationObject": AttestationObject.create("none", about, {}),
    }
    name = websafe_encode(b"blue key")
    response = {key: websafe_encode(value) for key, value in told.items()}
    return {"id": name, "rawId": name, "type": "public-key", "clientExtensionResults": {}, "response": response}


if __name__ == "__main__":
    default_home().make()  # before Django reads its key from it
    django.setup()
    json.dump(asdict(staged()), sys.stdout)
