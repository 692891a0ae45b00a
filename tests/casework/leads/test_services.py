"""From two examinations to a lead or to none: who may answer, what is refused, and what is kept of it."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from lookalike.casework import files
from lookalike.casework.acting import Acting
from lookalike.casework.bookings.models import Booking, GalleryChange
from lookalike.casework.cases.models import Case, Description, TeamMember
from lookalike.casework.leads import documents, kept, services
from lookalike.casework.leads.content import lead_content, statements
from lookalike.casework.leads.gather import marks_in
from lookalike.casework.leads.models import Acknowledgement, Answer, Refusal
from lookalike.casework.leads.sheet import Ending, LeadSheet, NoLead
from lookalike.casework.leads.waiting import answers_wait
from lookalike.casework.people.models import Person, RoleHeld
from lookalike.casework.recorded import changed, key_of
from lookalike.casework.recording import ledger, store
from lookalike.casework.searches.models import Candidate, Request
from lookalike.errors import ActRefused, BadForm, BrokenFile, ChangedMeanwhile, NotNow, NotPermitted
from lookalike.ledger.tree import leaf_hash
from lookalike.protocol.vocabulary import Role
from lookalike.signing import verify_pdf
from tests.casework.leads.conftest import RECORDS, Examined, address, issue
from tests.casework.pdf import letters, text_of

pytestmark = pytest.mark.usefixtures("db")

Making = Callable[..., Examined]
Who = Callable[..., Acting]


def entries() -> list[tuple[str, str]]:
    """Act and outcome of every entry, oldest first."""
    size = store().head().size
    return [tuple(text.split(" ")[3:5]) for _, text, _ in store().lines(0, size)]  # type: ignore[misc]


def made() -> list[object]:
    """What documents were made of, entry by entry."""
    bodies = [ledger().body(index) or {} for index, _ in store().find("document.make")]
    return [body["objects"][0] for body in bodies]  # type: ignore[index]


def close(acting: Who, one: Examined, **more: Any) -> Answer:
    given: dict[str, Any] = {"version": one.request.version, "words": ""}
    return services.close(acting(one.unit.supervisor), one.request, **given | more, address=address)


def test_two_who_agree_and_a_supervisor_who_read_everything_make_a_lead(examined: Making, acting: Who) -> None:
    one = examined()
    considered = services.consider(acting(one.unit.supervisor), one.request)
    assert considered.judgement is not None
    assert considered.judgement.allowed, [j for j in considered.judgement.judged if j.state != "satisfied"]
    answer = issue(acting, one)
    one.request.refresh_from_db()
    assert one.request.state == Request.State.LEAD
    assert answer.candidate == one.candidates[RECORDS[0]]
    assert entries()[-2:] == [("lead.issue", "allowed"), ("document.make", "done")]


def test_the_entry_names_the_sha256_of_the_sheet_and_the_sheet_names_the_entry(led: Answer) -> None:
    assert led.entry is not None
    assert kept.named_by(led.entry) == kept.digest(led.sheet)
    (_, line, _) = next(store().lines(led.entry, led.entry + 1))
    assert led.leaf == leaf_hash(line.encode()).hex()
    sheet = kept.sheet_of(Answer.objects.get(pk=led.pk))
    assert isinstance(sheet, LeadSheet)
    assert sheet.verification.entry == led.entry
    assert sheet.verification.url == address(led.code)


def test_what_speaks_against_the_lead_comes_first_witness_by_witness(
    examined: Making, acting: Who, robbery: Case, described: Description
) -> None:
    one = examined()
    Description.objects.create(
        case=robbery,
        witness="Witness 2, passer-by",
        words="A tall man.",
        given_on=described.given_on,
        height_low_cm=185,
        taken_by=one.unit.investigator,
        taken_at=one.request.search.run_at + timedelta(hours=1),
    )
    sheet = kept.sheet_of(issue(acting, one))
    assert isinstance(sheet, LeadSheet)
    first = lead_content(sheet).sections[0]
    assert first.paragraphs[0].startswith("There are 4 contradictions.")
    assert [label.split(",")[0] for label, _ in first.rows] == ["Height", "Weight", "Age", "Scars and marks"]
    assert all("Witness 1" in label for label, _ in first.rows)
    assert any("Witness 2" in label and "after the search" in label for label, _ in first.also_rows)


def test_the_document_says_it_all_and_is_signed_by_the_agency(led: Answer) -> None:
    assert led.document is not None
    data = files.read(led.document)
    signature = verify_pdf(data)
    assert signature.intact
    assert signature.whole
    assert signature.who == "Detroit Police Department"
    text = letters(text_of(data))
    sheet = kept.sheet_of(led)
    assert isinstance(sheet, LeadSheet)
    for said in lead_content(sheet).texts():
        assert letters(said) in text, said
    body = ledger().body(store().head().size - 1)
    assert body is not None
    assert {"kind": "document", "id": led.document.sha256} in body["objects"]  # type: ignore[operator]
    assert hashlib.sha256(data).hexdigest() == led.document.sha256


@pytest.mark.parametrize(
    ("named", "ending"),
    [
        ((RECORDS[0], RECORDS[1]), Ending.DISAGREED),
        ((RECORDS[0], None), Ending.DISAGREED),
        ((None, None), Ending.NO_CANDIDATE),
        (("control", "control"), Ending.NOT_SIGNED),
    ],
)
def test_whoever_is_not_named_by_both_is_no_lead(
    named: tuple[str | None, str | None], ending: Ending, examined: Making, acting: Who
) -> None:
    one = examined(named)
    with pytest.raises(NotNow):
        issue(acting, one)
    answer = close(acting, one, words="Both are right to differ.")
    one.request.refresh_from_db()
    letter = kept.sheet_of(answer)
    assert one.request.state == Request.State.NO_LEAD
    assert isinstance(letter, NoLead)
    assert letter.ending is ending
    assert answer.document is not None
    assert "control" not in text_of(files.read(answer.document)).casefold()


def test_no_lead_needs_no_words_but_refusing_a_lead_does(examined: Making, acting: Who) -> None:
    assert close(acting, examined((None, None))).candidate is None
    agreed = examined()
    with pytest.raises(BadForm):
        close(acting, agreed, words=" ")
    answer = close(acting, agreed, words="The man on the record was in hospital that day.")
    assert kept.sheet_of(answer).ending is Ending.NOT_SIGNED  # type: ignore[union-attr]
    assert Refusal.objects.get(request=agreed.request).judgement is None
    assert ("lead.refuse", "refused") in entries()


@pytest.mark.parametrize("who", ["first", "second", "checker", "investigator"])
def test_whoever_had_another_part_in_the_case_answers_for_nothing(
    who: str, examined: Making, acting: Who, law: Person
) -> None:
    one = examined()
    person: Person = getattr(one.unit, who)
    RoleHeld.objects.create(person=person, role=Role.SUPERVISOR.value, since=one.request.asked_at)
    acted = acting(Person.objects.get(pk=person.pk))
    for do in (
        lambda: services.issue(acted, one.request, version=1, read=True, words="", more_than_one="", address=address),
        lambda: services.close(acted, one.request, version=1, words="no", address=address),
    ):
        with pytest.raises(NotPermitted):
            do()
        assert entries()[-1] == ("access.deny", "refused")
    assert not Answer.objects.exists()


def test_what_the_protections_refuse_is_kept_with_every_citation(examined: Making, acting: Who) -> None:
    one = examined()
    with pytest.raises(ActRefused) as refused:
        issue(acting, one, read=False, words="In a hurry.")
    assert {rule.rule for rule in refused.value.decision.refusals()} == {"R11"}  # type: ignore[attr-defined]
    kept_refusal = Refusal.objects.get(request=one.request)
    assert kept_refusal.words == "In a hurry."
    assert kept_refusal.judgement["allowed"] is False
    assert entries()[-1] == ("lead.issue", "refused")
    one.request.refresh_from_db()
    assert one.request.state == Request.State.ANSWERED
    assert issue(acting, one).candidate is not None


def test_a_sheet_that_cannot_tell_what_speaks_against_it_is_refused(
    examined: Making, acting: Who, described: Description
) -> None:
    one = examined()
    described.delete()
    with pytest.raises(ActRefused) as refused:
        issue(acting, one)
    assert {rule.rule for rule in refused.value.decision.refusals()} == {"R12"}  # type: ignore[attr-defined]


@pytest.mark.parametrize("how", ["sealed", "pending"])
def test_a_record_that_is_no_longer_active_is_nobodys_lead(
    how: str, examined: Making, acting: Who, bookings_of: list[Booking]
) -> None:
    one = examined()
    if how == "sealed":
        Booking.objects.filter(pk=bookings_of[0].pk).update(status="sealed")
    else:
        GalleryChange.objects.create(
            record_id=RECORDS[0], gallery="county", status="sealed", asked_at=one.request.asked_at
        )
    with pytest.raises(ActRefused) as refused:
        issue(acting, one)
    assert "R07" in {rule.rule for rule in refused.value.decision.refusals()}  # type: ignore[attr-defined]
    assert not Answer.objects.exists()


def test_a_request_has_one_lead_and_the_second_supervisor_is_told(examined: Making, acting: Who) -> None:
    one = examined()
    issue(acting, one)
    with pytest.raises(NotNow):
        issue(acting, one)
    with pytest.raises(NotNow):
        close(acting, one, words="after all not")
    one.request.refresh_from_db()
    with pytest.raises(NotNow, match="is named by a lead of request"):  # a further lead names somebody else
        issue(acting, one, more_than_one="One more.", version=one.request.version)
    assert Answer.objects.count() == 1


def test_a_lead_that_another_supervisor_signs_meanwhile_is_not_signed_twice(
    examined: Making, acting: Who, someone: Callable[..., Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = examined(), acting(someone("sue", Role.SUPERVISOR, office="supervisor"))
    real = services._portrait

    def meanwhile(candidate: Candidate) -> bytes:
        monkeypatch.setattr(services, "_portrait", real)
        services.issue(other, one.request, version=1, read=True, words="", more_than_one="", address=address)
        return real(candidate)

    monkeypatch.setattr(services, "_portrait", meanwhile)
    with pytest.raises(NotNow):
        issue(acting, one)
    assert Answer.objects.get().by == other.person


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="the tests' SQLite stands in memory, for one thread")
def test_of_two_supervisors_at_once_one_signs_and_the_other_is_told(
    examined: Making, acting: Who, someone: Callable[..., Person]
) -> None:
    one = examined()
    people = [acting(one.unit.supervisor), acting(someone("sue", Role.SUPERVISOR, office="supervisor"))]
    came_to: list[str] = []
    gate = threading.Barrier(2)

    def sign(who: Acting) -> None:
        gate.wait()
        try:
            services.issue(who, one.request, version=1, read=True, words="", more_than_one="", address=address)
            came_to.append("lead")
        except NotNow:
            came_to.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=sign, args=(who,)) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(came_to) == ["lead", "told"]
    assert Answer.objects.count() == 1


def test_what_was_read_is_what_is_signed(examined: Making, acting: Who) -> None:
    one = examined()
    with pytest.raises(ChangedMeanwhile):
        issue(acting, one, version=one.request.version + 1)


def test_a_crash_between_entry_and_document_is_mended_by_the_next_opening(
    examined: Making, acting: Who, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = examined()

    def killed(*args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(services, "document", killed)
        with pytest.raises(KeyboardInterrupt):
            issue(acting, one)
    answer = Answer.objects.get(request=one.request)
    assert answer.document is None
    assert answer.entry is not None
    first, again = documents.unsigned(answer), documents.unsigned(answer)
    assert first == again
    stored = documents.document(acting(one.unit.investigator), answer)
    assert files.read(stored).startswith(first)  # the signature is added behind
    assert documents.document(acting(one.unit.supervisor), answer) == stored
    stale = Answer.objects.get(pk=answer.pk)
    stale.document = None
    assert documents.document(acting(one.unit.supervisor), stale) == stored
    assert sum(one == {"kind": "answer", "id": answer.public_id} for one in made()) == 1


@pytest.mark.parametrize("change", ["says", "pictures", "url", "kind"])
def test_a_sheet_that_was_changed_in_the_database_is_shown_to_nobody(change: str, led: Answer) -> None:
    data = Answer.objects.get(pk=led.pk).sheet
    if change == "says":
        data["says"]["described"] = None
    elif change == "pictures":
        data["pictures"]["candidate"] = "0" * 64
    else:
        data[change] = "lead " if change == "kind" else "https://elsewhere.example/"
    Answer.objects.filter(pk=led.pk).update(sheet=data)
    with pytest.raises(BrokenFile):
        kept.sheet_of(Answer.objects.get(pk=led.pk))


def test_another_photograph_in_the_place_of_the_recorded_one_is_noticed(led: Answer) -> None:
    Answer.objects.filter(pk=led.pk).update(portrait=led.request.search.probe_picture)
    with pytest.raises(BrokenFile):
        documents.candidate_picture(Answer.objects.get(pk=led.pk))


def test_every_statement_is_accepted_on_its_own(led: Answer, acting: Who) -> None:
    request = led.request
    who = acting(request.asked_by)
    assert services.missing(who, led) == [one.key for one in statements()]
    with pytest.raises(NotPermitted):
        services.require_acknowledged(who, led)
    before = len(entries())
    services.acknowledge(who, led, ["lead_only", "not_identification", "lead_only"])
    services.acknowledge(who, led, ["lead_only"])
    assert entries()[before:] == [("lead.acknowledge", "done")] * 2
    with pytest.raises(BadForm):
        services.acknowledge(who, led, ["guilty"])
    services.acknowledge(who, led, [one.key for one in statements()])
    services.require_acknowledged(who, led)
    assert led.acknowledgements.count() == len(statements())


def test_who_leaves_the_team_still_accepts_the_statements(
    led: Answer, acting: Who, someone: Callable[..., Person]
) -> None:
    both = someone("ines", Role.INVESTIGATOR, Role.SUPERVISOR)
    TeamMember.objects.create(case=led.request.case, person=both, since=led.at, until=led.at)
    who = acting(both)
    with pytest.raises(NotPermitted, match="opens when its statements are accepted"):
        services.require_acknowledged(who, led)
    assert [row.count for row in answers_wait(who)][1:] == [1]
    services.acknowledge(who, led, [one.key for one in statements()])
    services.require_acknowledged(who, led)
    assert [row.count for row in answers_wait(who)][1:] == [0]


def test_what_the_database_refuses_for_another_reason_is_not_told_as_answered_or_accepted(
    led: Answer, examined: Making, acting: Who, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = examined()
    monkeypatch.setattr(services, "new_code", lambda: led.code)
    with pytest.raises(IntegrityError), transaction.atomic():
        issue(acting, one)
    with pytest.raises(IntegrityError), transaction.atomic():
        close(acting, one, words="I see another chin.")

    def broken(**more: object) -> None:
        raise IntegrityError("another constraint")

    monkeypatch.setattr(Acknowledgement.objects, "create", broken)
    with pytest.raises(IntegrityError):
        services.acknowledge(acting(led.request.asked_by), led, ["lead_only"])


def test_a_prosecutor_on_the_team_and_the_supervisor_read_without_statements_and_a_letter_needs_none(
    led: Answer, examined: Making, acting: Who, someone: Callable[..., Person]
) -> None:
    prosecutor = someone("paul", Role.PROSECUTOR)
    TeamMember.objects.create(case=led.request.case, person=prosecutor, since=led.at)
    for person in (prosecutor, led.by):
        services.require_acknowledged(acting(person), led)
        with pytest.raises(NotPermitted):
            services.acknowledge(acting(person), led, ["lead_only"])
    letter = close(acting, examined((None, None)))
    assert services.missing(acting(letter.request.asked_by), letter) == []


def test_only_the_team_and_those_who_answer_or_oversee_see_an_answer(
    led: Answer, acting: Who, someone: Callable[..., Person], agency: object
) -> None:
    team, stranger = acting(led.request.asked_by), acting(someone("olga", Role.INVESTIGATOR))
    auditor = acting(someone("audrey", Role.AUDITOR))
    assert list(Answer.objects.visible_to(team)) == [led]
    assert list(Answer.objects.visible_to(auditor)) == [led]
    assert not Answer.objects.visible_to(stranger)
    TeamMember.objects.filter(person=led.request.asked_by).update(until=led.at)
    assert not Answer.objects.visible_to(team)


def test_other_searches_of_the_face_are_told_with_what_came_of_them(examined: Making, acting: Who) -> None:
    earlier, one = examined((None, None)), examined()
    close(acting, earlier)
    later = examined()
    one.request.repeats.add(earlier.request)
    later.request.repeats.add(one.request)
    sheet = kept.sheet_of(issue(acting, one))
    assert sheet.earlier_searches is not None
    assert [(row.request, row.result) for row in sheet.earlier_searches] == [
        (str(earlier.request.number), "No lead."),
        (str(later.request.number), "Searched; the supervisor has not answered."),
    ]


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("", None),
        ("none", ()),
        ("No tattoos.", ()),
        ("no scars, marks or tattoos seen", ()),
        ("None visible", ()),
        ("no tattoos, scar on the chin", ("no tattoos, scar on the chin",)),
        ("a rose; letters on the hand", ("a rose", "letters on the hand")),
        ("Nose broken once", ("Nose broken once",)),
    ],
)
def test_marks_are_read_as_said_none_or_unknown(text: str, marks: tuple[str, ...] | None) -> None:
    assert marks_in(text) == marks


def test_what_waits_is_told_until_it_is_done(examined: Making, acting: Who) -> None:
    one = examined()
    supervisor, investigator = acting(one.unit.supervisor), acting(one.unit.investigator)
    assert [row.count for row in answers_wait(supervisor)] == [1]
    assert [row.count for row in answers_wait(investigator)] == [0]
    answer = issue(acting, one)
    assert [row.count for row in answers_wait(supervisor)] == [0]
    services.acknowledge(investigator, answer, ["lead_only"])
    assert [row.count for row in answers_wait(investigator)] == [1]
    services.acknowledge(investigator, answer, [one.key for one in statements()])
    assert [row.count for row in answers_wait(investigator)] == [0]


def test_an_answer_that_was_changed_behind_the_ledgers_back_is_found(led: Answer, acting: Who) -> None:
    services.acknowledge(acting(led.request.asked_by), led, ["lead_only"])
    accepted = Acknowledgement.objects.get()
    assert not {key_of(led), key_of(accepted)} & set(changed())
    Answer.objects.filter(pk=led.pk).update(words="Without a doubt.")
    Acknowledgement.objects.update(statement="not_identification")
    assert {key_of(led), key_of(accepted)} <= set(changed())


def test_a_refusal_that_was_changed_behind_the_ledgers_back_is_found(examined: Making, acting: Who) -> None:
    close(acting, examined(), words="The ear differs.")
    refusal = Refusal.objects.get()
    assert key_of(refusal) not in changed()
    Refusal.objects.update(words="")
    assert key_of(refusal) in changed()
