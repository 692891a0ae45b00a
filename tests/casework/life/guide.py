"""The right next step of a case, by the right person: towards a lead, a lineup or a warrant."""

from __future__ import annotations

from lookalike.casework.corroboration.models import EvidenceItem, Link, Party, Suspect, Whereabouts
from lookalike.casework.examinations.facts import agreed
from lookalike.casework.examinations.giving import open_turns
from lookalike.casework.examinations.models import BEGUN, Task
from lookalike.casework.leads.models import Acknowledgement, Answer
from lookalike.casework.lineups.models import Lineup, Witness
from lookalike.casework.lineups.services import allow, members, mock
from lookalike.casework.searches.models import Request
from lookalike.casework.warrants.facts import current
from lookalike.casework.warrants.holds import stale
from lookalike.casework.warrants.models import OPEN, WarrantRequest
from tests.casework.life.read import independent
from tests.casework.life.warrants import Life

State = Lineup.State
PREPARED = (State.DRAFT, State.TESTING, State.TESTED, State.ALLOWED)


def step(life: Life, goal: str, number: int = 0) -> None:
    """One step towards "lead", "lineup" or "warrant". number: of the suspect."""
    suspect = life.suspect(number)
    if goal == "lead" or suspect is None:
        to_lead(life)
    elif goal == "lineup":
        to_lineup(life, suspect)
    else:
        to_warrant(life, suspect)


def to_lead(life: Life) -> None:
    row = life.request
    if row is None:
        life.ask_search("ida")
    elif row.state == Request.State.WAITING:
        life.approve("chen")
    elif row.state == Request.State.APPROVED:
        life.run("chen")
    elif row.state == Request.State.SEARCHED:
        task = Task.objects.filter(search=row.search, state__in=BEGUN).order_by("nth").first()
        if task is not None:
            life.examine(task.examiner.username)
        elif open_turns(row.search):
            life.give("sam")
    elif row.state == Request.State.ANSWERED:
        if agreed(row.search) is not None:
            life.issue("sam")
        else:
            life.close("sam")
    else:
        life.acknowledge("ida")


def to_evidence(life: Life, suspect: Suspect) -> bool:
    """Whether there was anything to do: the suspicion is written down, and an item stands that no search gave."""
    leads = Answer.objects.filter(request__case=life.case, candidate__isnull=False)
    read = Acknowledgement.objects.filter(answer__in=leads, person=life.cast["ida"]).values("answer")
    if leads.exclude(pk__in=read).exists():
        life.acknowledge("ida")
        return True
    if suspect.written_at is None:
        life.suspicion("ida", suspect)
        return True
    if independent(suspect):
        return False
    rows = EvidenceItem.objects.filter(about=suspect, says="for", withdrawn_at=None, reliable=None, outside=True)
    item = rows.select_related("case").order_by("-pk").first()
    if item is None:
        life.record("ida", about=suspect, at=life.ago(1))
    else:
        life.judge("ida", item)
    return True


def to_lineup(life: Life, suspect: Suspect) -> None:
    row = life.lineup()
    if row is not None and row.state == State.HOLDING:
        life.through(steps=7)
        return
    if to_evidence(life, suspect):
        return
    if row is None or row.state not in PREPARED or row.suspect_id != suspect.pk:
        party = fit_witness(life)
        if party is None:
            life.new_witness("ida")
        else:
            life.plan("ida", suspect, party, administrator="lena" if row else "hal")
    elif row.state == State.TESTING:
        life.choose(row)
        life.close_test("ida", row)
    elif row.state == State.TESTED:
        if not any(one.decision for one in allow.signatures(row)):
            life.sign_lineup("cora", row)
        else:
            life.allow("cora", row)
    elif row.state == State.ALLOWED:
        life.begin(row.administrator.username if row.administrator else "hal", row)
    elif len(members.standing(row)) < 6:
        life.propose("ida", row)
    elif row.looked_at is None:
        life.picture(row)
        life.look("ida", row)
    elif mock.tested(row) is not None:
        life.propose("ida", row)
    else:
        life.open_test("ida", row)


def fit_witness(life: Life) -> Party | None:
    """Somebody who was there, was asked everything, and to whom nothing happened."""
    for row in Witness.objects.filter(case=life.case, present_at_scene=True, asked_at__isnull=False).order_by("pk"):
        clean = all(one["said"] == "no" for one in row.answers.values())
        links = Link.objects.filter(target=f"party-{row.party.public_id}", withdrawn_at=None)
        if clean and not links.exists() and not row.lineups.exists() and not row.party.account_id:
            party: Party = row.party
            return party
    return None


def to_warrant(life: Life, suspect: Suspect) -> None:
    if to_evidence(life, suspect) or to_answers(life, suspect):
        return
    row = WarrantRequest.objects.filter(suspect=suspect, state__in=OPEN).select_related("case", "suspect__case").first()
    packet = current(row) if row else None
    if row is None:
        life.draft("ida", suspect)
    elif row.state == WarrantRequest.State.SENT:
        life.decide("pros", row)
    elif row.questions.filter(replied_at=None).exists():
        life.answer_questions("ida", row)
    elif not row.statement:
        life.statement("ida", row)
    elif packet is None or stale(packet):
        life.packet("ida", row)
    elif row.state == WarrantRequest.State.DRAFT:
        life.forward("ida", row)
    else:
        of_packet = row.signatures.filter(about_sha256=packet.sha256, decision=True)
        signed = set(of_packet.values_list("person__username", flat=True))
        missing = [one for one in ("cora", "carl", "chief") if one not in signed]
        if missing and row.state == WarrantRequest.State.SIGNING:
            life.sign(missing[0], row)
        else:
            life.ask("ida", row)


def to_answers(life: Life, suspect: Suspect) -> bool:
    """Whether there was anything to do: what speaks against it is answered, both checks and the three are there."""
    against = EvidenceItem.objects.filter(about=suspect, says="against", replies=None).select_related("case").first()
    if against is not None:
        life.reply("ida", against)
        return True
    for question in Whereabouts.Question.values:
        if not suspect.whereabouts.filter(question=question).exists():
            life.look_into("ida", suspect, question)
            return True
    good = independent(suspect)
    for what in ("means", "ability", "opportunity"):
        newest = suspect.shown.filter(what=what).order_by("-pk").first()
        if newest is None or not newest.holds or not newest.items.filter(pk__in=[one.pk for one in good]).exists():
            life.shown("ida", suspect, what, good[0])
            return True
    return False
