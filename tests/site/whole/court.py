"""From the lead to court: boards, lineups and warrant requests at every stage, packets, past cases."""

from __future__ import annotations

import io
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from PIL import Image

from lookalike.casework import files, jobs
from lookalike.casework.bookings.known import photograph
from lookalike.casework.bookings.models import BookingPhoto
from lookalike.casework.cases import services as cases
from lookalike.casework.cases.models import Case
from lookalike.casework.cases.told import DescriptionTold
from lookalike.casework.corroboration.models import EvidenceItem, Link, Suspect
from lookalike.casework.corroboration.nodes import node
from lookalike.casework.corroboration.services import arrests, checks, items, links, parties, suspects
from lookalike.casework.corroboration.told import ItemTold
from lookalike.casework.leads import services as leads
from lookalike.casework.leads.content import statements
from lookalike.casework.lineups import flow
from lookalike.casework.lineups.flow import Given
from lookalike.casework.lineups.models import Holding, Lineup, Volunteer, Witness
from lookalike.casework.lineups.services import allow, holding, members, mock, plans, recording, volunteers, witnesses
from lookalike.casework.lineups.services import witness as screen
from lookalike.casework.lineups.services.holding import Where
from lookalike.casework.models import Job
from lookalike.casework.warrants.models import Packet, WarrantRequest
from lookalike.casework.warrants.services import deciding, deliveries, packets, past, requests, signing
from lookalike.errors import ActRefused
from lookalike.protocol.court_words import Administration
from tests.site.whole.seed import booked_again
from tests.site.whole.story import Story

LONG = "Bartholomew Featherstonehaugh-Wolfeschlegelsteinhausenbergerdorff the Younger"
WORDS = "A man of my own height, one metre eighty or more. He looked straight at me."
PAST = (
    "case_number,agency,offence,searched_on,warrant_on,independent_evidence\n"
    "19-00412,Sample City Police,robbery,2019-03-11,2019-07-25,\n"
    "20-00077,Sample City Police,theft,,2020-02-03,\n"
    "20-00078,Sample City Police,,,2020-02-04,\n"
    "21-00007,Sample County,theft,,2021-02-03,A fingerprint that was lifted before the search\n"
)
LONGEST = 60_000
"""Bytes of every picture of a lineup here: they are made of one length."""

SITE = "http://localhost/"
"""Where the packets' codes lead."""


class Court(Story):
    """The unit on its way to court."""

    def led(self, number: str) -> Suspect:
        """A case whose search made a lead that the investigator accepted; the suspect of the lead."""
        case = self.case(number)
        request = self.answered(self.asked(self.exhibit(case).stills.get(), again="Once more."), named=True)
        answer = request.answers.get()
        leads.acknowledge(self.who("ida"), answer, [one.key for one in statements()])
        suspect = Suspect.objects.select_related("case", "party").get(answer=answer)
        return suspects.write_suspicion(self.who("ida"), suspect, words="The lead, and the payment.", version=1)

    def item(self, case: Case, suspect: Suspect | None, judged: bool | None = True, **more: Any) -> EvidenceItem:
        """An item of evidence. judged: as independent or not; None: nobody has judged it."""
        came = tuple(more.pop("came_from", ()))
        given: dict[str, Any] = {
            "sort": "purchase",
            "title": "Card payment at the till",
            "words": "A card was used at the shop's till.",
            "says": "for",
            "at": self.at - timedelta(days=1),
            "source": "the bank, on a warrant",
            "outside": not came,
        }
        row = items.record_item(self.who("ida"), case, ItemTold(**given | more, about=suspect, came_from=came))
        if judged is None:
            return row
        why = {"reliable_because": "The bank keeps it.", "links_because": "At the till, at the time."}
        return items.judge_item(self.who("ida"), row, version=row.version, reliable=judged, links=judged, **why)

    def corroborated(self, suspect: Suspect) -> Suspect:
        """Whatever a warrant asks of the evidence."""
        row = self.item(suspect.case, suspect)
        for question in ("alibi", "location"):
            checks.check_whereabouts(
                self.who("ida"), suspect, question=question, state="tried_no_answer", tried="Called the employer."
            )
        for what in ("means", "ability", "opportunity"):
            checks.say_shown(self.who("ida"), suspect, what=what, holds=True, words="By the payment.", items=[row])
        return suspect

    def board(self, suspect: Suspect) -> None:
        """Something of everything that a board can hold."""
        case, ida = suspect.case, self.people["ida"]
        lead = node("lead", suspect.answer.public_id if suspect.answer else "")
        parties.add_party(self.who("ida"), case, name="Officer Ida", account=ida)
        parties.add_party(self.who("ida"), case, name="Witness 1, clerk")  # nobody has interviewed the clerk
        guard = parties.add_party(self.who("ida"), case, name="Gina Guard", note="Was not there.")
        still = case.exhibits.get().stills.get()
        for kind, source, days in (("shown", node("still", still.public_id), 0.01), ("told", lead, 0.0)):
            when = self.at - timedelta(days=days)
            party = node("party", guard.public_id)
            links.link(self.who("ida"), case, kind=kind, source=source, target=party, at=when)
        now = self.at
        self.item(
            case,
            suspect,
            sort="identification",
            title="Choice out of six photographs",
            words="That is him, from the video.",
            by=guard,
            at=now,
            came_from=[("derived_from", lead)],
            source="a six-photograph array",
        )
        alibi = self.item(case, suspect, None, says="against", sort="alibi", title="He drove home from work")
        items.reply_to(self.who("ida"), alibi, words="The toll record is of the next day.")
        prints = "The prints on the till are another man's: " + "; ".join(["no ridge of theirs is one of his"] * 6)
        self.item(case, suspect, None, says="against", sort="exclusion", title=prints[:120], words=prints, source=LONG)
        phone = self.item(case, suspect, None, says="against", sort="phone", title="Telephone in Toledo at the time")
        items.withdraw_item(self.who("ida"), phone, version=phone.version, reason="Another number.")
        self.item(case, None, None, says="neutral", sort="statement", title="The clerk's first call")
        mistaken = self.item(case, suspect, False, title="Receipt", at=now, came_from=[("prompted_by", lead)])
        links.link(self.who("ida"), case, kind="derived_from", source=lead, target=node("item", mistaken.public_id))
        wrong = Link.objects.filter(kind="derived_from").order_by("-pk")[0]
        links.withdraw_link(self.who("ida"), wrong, reason="Mixed up.")
        checks.check_whereabouts(
            self.who("ida"), suspect, question="alibi", state="tried_answered", tried="Asked his employer.", found=alibi
        )
        arrests.record_arrest(self.who("ida"), suspect, at=self.at, words="On the lead, at his door.", rested_on=[lead])
        wrong_day = self.at - timedelta(hours=1)
        entered = arrests.record_arrest(self.who("ida"), suspect, at=wrong_day, words="On a warrant.")
        arrests.withdraw_arrest(self.who("ida"), entered, reason="Another man's.")

    def interviewed(self, case: Case, name: str) -> Witness:
        """A witness who was there, and described the man first."""
        party = parties.add_party(self.who("ida"), case, name=name)
        said = DescriptionTold(
            witness=name, words=WORDS, given_on=self.at.date(), height_low_cm=180, height_high_cm=195
        )
        told = witnesses.Interview(
            present_at_scene=True,
            saw_perpetrator=True,
            where="Behind the counter.",
            conditions="Two metres away, in full light, for a minute.",
            familiar="",
            description=cases.take_description(self.who("ida"), case, said),
        )
        return witnesses.interview(self.who("ida"), party, told, version=0)

    def witness(self, case: Case, name: str) -> Witness:
        """A witness who was interviewed and has seen nothing since."""
        row = self.interviewed(case, name)
        none = dict.fromkeys(witnesses.QUESTIONS, (False, ""))
        return witnesses.ask(self.who("ida"), row.party, none, version=row.version)

    def planned(self, suspect: Suspect, name: str, by: str = "lena") -> Lineup:
        """A lineup that is planned: one whom lars holds is double-blind."""
        way = Administration.DOUBLE_BLIND if by == "lars" else Administration.SELF_ADMINISTERED
        told = plans.Plan(presentation="sequential", administration=way.value, administrator=self.people[by])
        witness = self.witness(suspect.case, name)
        return plans.plan(self.who("ida"), suspect, witness, told)

    def proposed(self, lineup: Lineup) -> Lineup:
        """Its members, and a picture of each."""
        row = members.propose_members(self.who("ida"), again(lineup), version=lineup.version)
        filler = next(one for one in members.standing(row) if not one.is_suspect)
        other = members.find(again(row), "")[0][0].record_id
        row = members.replace_filler(self.who("ida"), again(row), filler, other, reason="A scar.", version=row.version)
        for one in members.standing(row):
            one.picture = files.keep(picture(one.record_id), name="picture.jpg", media_type="image/jpeg")
            one.save()
        return again(row)

    def testing(self, lineup: Lineup) -> tuple[Lineup, list[mock.Link]]:
        """With the mock witnesses."""
        row = members.looked(self.who("ida"), lineup, version=lineup.version)
        test = mock.open_test(self.who("ida"), again(row), version=row.version)
        return again(row), mock.make_links(self.who("adam"), test)

    def tested(self, lineup: Lineup, most: int = 0) -> Lineup:
        """The test is done. most: how many choose the suspect, where it is not fair."""
        row, made = self.testing(self.proposed(lineup))
        now = members.standing(row)
        suspect = next(one for one in now if one.is_suspect)
        wanted = [suspect] * most + [now[number % len(now)] for number in range(len(made) - most)]
        for link, member in zip(made, wanted, strict=True):
            ticket = mock.begin(link.token, knows=False, at=self.at)
            mock.choose(link.token, ticket.order.index(member.public_id) + 1, at=self.at + timedelta(seconds=20))
        mock.close(self.who("ida"), row, version=row.version)
        return again(row)

    def allowed(self, lineup: Lineup) -> Lineup:
        """A captain has signed, and the protections allow it."""
        row = self.tested(lineup)
        given: dict[str, Any] = {"decision": True, "words": "Read in full.", "read_all": True}
        about = allow.plan_sha256(row)
        allow.open_plan(self.who("carl"), row)
        allow.sign(self.who("carl"), row, about=about, version=row.version, **given)
        return again(allow.allow(self.who("carl"), again(row)))

    def begun(self, lineup: Lineup) -> tuple[Holding, str]:
        """Begun by whoever holds it; the key of the witness's screen."""
        who = self.who(lineup.administrator.username if lineup.administrator else "")
        return holding.begin(who, lineup, "en", address="http://localhost/verify/{}/".format)

    def held(self, lineup: Lineup) -> None:
        """Held to its end: the witness chooses the suspect."""
        row, _ = self.begun(self.allowed(lineup))
        suspect = row.order.index(row.lineup.members.get(is_suspect=True, removed_at=None).public_id) + 1
        screen.arrive(row, self.where(), "a browser")
        said = {flow.CONSENT: flow.AGREE, f"picture-{suspect}": flow.YES, flow.WHICH: str(suspect)}
        asked = {"confidence": Given("", "Fairly sure."), "instruction": Given(), flow.BEGIN: Given()}
        while (step := screen.step_of(row)).kind != flow.OVER:
            if step.kind == "picture":
                screen.picture(row, step.number, self.where())
            plain = Given("" if step.kind == flow.MORE else flow.NO)
            answer = Given(said[step.name]) if step.name in said else asked.get(step.kind, plain)
            screen.answer(row, step.name, answer, self.where(), 1234)
            if step.kind == flow.CONSENT:
                row.refresh_from_db()
                recording.take_in(row, 1, 1, b"\x1a\x45\xdf\xa3 the film", "video/webm", self.where())
            row.refresh_from_db()

    def where(self) -> Where:
        """From where the witness's screen is asked, now."""
        return Where(self.who("ida").at, "127.0.0.1", "/witness/")

    def packet(self, row: WarrantRequest) -> Packet:
        """The packet of a request, made."""
        made = packets.make(self.who("ida"), row.suspect, row, address=SITE)
        assert made.job is not None
        jobs.run_one(made.job.public_id, now=self.who("ida").at)
        job = Job.objects.get(pk=made.job.pk)
        assert job.state == Job.State.DONE, (job.what, job.why, job.remedy)
        return Packet.objects.get(pk=made.pk)

    def drafted(self, suspect: Suspect) -> WarrantRequest:
        """A request with its statement."""
        row = requests.draft(self.who("ida"), suspect)
        return requests.write_statement(self.who("ida"), row, words="A search gave a lead only.", version=row.version)

    def forwarded(self, row: WarrantRequest) -> WarrantRequest:
        """A request with its packet before those who sign; the first of them has signed."""
        packet = self.packet(row)
        row = requests.put_forward(self.who("ida"), row, version=row.version)
        self.signed(row, packet, "carl")
        return row

    def sent(self, row: WarrantRequest) -> WarrantRequest:
        """A request that everybody signed, with the prosecutor."""
        row = self.forwarded(row)
        packet = row.packets.get()
        for name in ("dora", "pia"):
            self.signed(row, packet, name)
        row = WarrantRequest.objects.get(pk=row.pk)
        return requests.ask(self.who("ida"), row, version=row.version)

    def signed(self, row: WarrantRequest, packet: Packet, name: str) -> None:
        """Somebody signs."""
        more: dict[str, Any] = {"sole_basis": False} if name == "pia" else {}
        told: dict[str, Any] = {"decision": True, "words": "", "read_all": True, "about_sha256": packet.sha256}
        deliveries.take(self.who(name), packet)
        signing.sign(self.who(name), row, **told | more)


def again(lineup: Lineup) -> Lineup:
    """The lineup as it stands now."""
    related = ("case", "suspect__party", "suspect__case", "witness__party", "witness__description", "administrator")
    return Lineup.objects.select_related(*related, "made_by").get(pk=lineup.pk)


def picture(record_id: str) -> bytes:
    """A booking photograph as a picture of a lineup; a quick one, of the length that all have."""
    with Image.open(io.BytesIO(photograph(BookingPhoto.objects.get(record_id=record_id)))) as photo:
        out = io.BytesIO()
        photo.convert("RGB").resize((480, 600)).save(out, "JPEG", quality=85)
    return out.getvalue() + bytes(LONGEST - len(out.getvalue()))


def court(begun: datetime) -> list[str]:
    """Make everything. Returns addresses that anybody with their link can open."""
    story = Court(begun)
    serve = [
        volunteers.add_volunteer(story.who("adam"), name=f"Volunteer {one:02}", email=f"v{one}@example.org")
        for one in range(1, 32)
    ]
    volunteers.end_volunteer(story.who("adam"), serve[-1])
    assert Volunteer.objects.filter(ended_at=None).count() == 30
    return [*warrants(story), *lineups(story)]


def lineups(story: Court) -> list[str]:
    """A board with everything on it, and a lineup in every state."""
    suspect = story.led("26-000301")
    booked_again(story.at)
    case = suspect.case
    # ivan has not accepted the lead's statements, and finds the board closed
    cases.join_team(story.who("ida"), case, story.people["ivan"], version=Case.objects.get(pk=case.pk).version)
    story.item(case, suspect)
    story.interviewed(case, "Wilbur Witness")
    story.planned(suspect, LONG)
    story.proposed(story.planned(suspect, "Walt Witness"))
    given_up = story.planned(suspect, "Wanda Witness")
    plans.give_up(story.who("ida"), given_up, reason="She moved away.", version=given_up.version)
    _, made = story.testing(story.proposed(story.planned(suspect, "Wes Witness")))
    mock.begin(made[0].token, knows=False, at=story.at)
    story.tested(story.planned(suspect, "Wilma Witness"))
    unfair = story.tested(story.planned(suspect, "Will Witness"), most=16)
    about = allow.plan_sha256(unfair)
    given: dict[str, Any] = {"decision": True, "words": "", "read_all": True, "about": about}
    allow.open_plan(story.who("carl"), unfair)
    allow.sign(story.who("carl"), unfair, version=unfair.version, **given)
    with suppress(ActRefused):
        allow.allow(story.who("carl"), again(unfair))
    story.allowed(story.planned(suspect, "Winnie Witness", by="lars"))
    story.held(story.planned(suspect, "Wolf Witness"))
    void, _ = story.begun(story.allowed(story.planned(suspect, "Woody Witness")))
    holding.stop(story.who("lena"), void, reason="The tablet broke.")
    story.board(suspect)
    asked = story.drafted(suspect)
    with suppress(ActRefused):
        requests.ask(story.who("ida"), asked, version=asked.version)
    packets.make(story.who("ida"), suspect, address=SITE)  # for disclosure alone: nobody has made it yet
    _, key = story.begun(story.allowed(story.planned(suspect, "Wyatt Witness")))
    return [f"/look/{one.token}/" for one in made[:2]] + ["/look/thanks/", f"/witness/{key}/"]


def warrants(story: Court) -> list[str]:
    """A request for a warrant in every state, packets, the defence's link, and past cases."""
    led = story.corroborated(story.led("26-000302"))
    named = [
        story.corroborated(
            suspects.name_suspect(story.who("ida"), led.case, name=name, suspicion="His card was used there.")
        )
        for name in ("Paul Payer", "Peter Payer", LONG)
    ]
    rows = [story.drafted(one) for one in (led, *named)]
    accepted, _, back = (story.sent(one) for one in rows[:3])
    story.forwarded(rows[3])
    deciding.accept(story.who("petra"), accepted, words="It rests on the payment.", version=accepted.version)
    asked = ["Who drew the payment from the bank?", "Was he at work?"]
    first, _ = deciding.send_back(story.who("petra"), back, questions=asked, version=back.version)
    requests.reply(story.who("ida"), first, words="The bank's own officer, on a warrant.")
    again_ = story.drafted(led)
    requests.withdraw(story.who("ida"), again_, version=again_.version)
    handed = deliveries.deliver(story.who("petra"), accepted.packets.get(), name="Dana Defender, for the accused")
    closed = deliveries.deliver(story.who("petra"), accepted.packets.get(), name=LONG, days=1)
    for what in (deliveries.OPENED, deliveries.TAKEN):
        deliveries.opened(handed.token, at=story.who("ida").at, source="192.0.2.7", what=what)
    deliveries.withdraw(story.who("petra"), closed.delivery)
    deliveries.take(story.who("petra"), accepted.packets.get())
    audited(story)
    return [f"/disclosed/{handed.token}/", f"/verify/{accepted.packets.get().code}/", f"/disclosed/{closed.token}/"]


def audited(story: Court) -> None:
    """Past cases: without a notice, with one that is overdue, with one that is answered, and with other evidence."""
    from lookalike.casework.warrants.models import Notice, PastCase

    past.bring(story.who("sam"), PAST.encode())
    for number in ("19-00412", "20-00077"):
        past.notify(story.who("sam"), PastCase.objects.get(number=number), to="Office of the Prosecutor", days=14)
    Notice.objects.filter(past__number="20-00077").update(due_on=story.at.date() - timedelta(days=3))
    done = Notice.objects.get(past__number="19-00412")
    past.answer(story.who("sam"), done, by="P. Prosecutor", words="The charge was dismissed in 2020.")
