"""Beginning, answering, breaking off and ending: each once, kept with its time, and told to nobody it is not for."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from lookalike.casework.acting import Acting
from lookalike.casework.corroboration.exposures import exposures
from lookalike.casework.corroboration.models import EvidenceItem, Link
from lookalike.casework.leads.verified import check
from lookalike.casework.lineups import gather
from lookalike.casework.lineups.models import Event, Holding, Lineup, LineupRefusal, Member
from lookalike.casework.lineups.regular import away
from lookalike.casework.lineups.services import holding as services
from lookalike.casework.lineups.services.holding import LONGEST_AWAY
from lookalike.casework.people.models import Person
from lookalike.casework.recording import ledger, store
from lookalike.errors import BadForm, BrokenFile, Fault, NotNow, NotThere
from lookalike.lineup.order import drawn
from tests.casework.lineups.holding.conftest import Unit, Witness, address, place_of_suspect
from tests.casework.lineups.holding.examples import facts, noise

Begun = Callable[..., Witness]


def last_entry() -> dict[str, object]:
    """What the newest entry says."""
    return ledger().body(store().head().size - 1) or {}


def entries(kind: str) -> int:
    """How many entries name an object of a kind."""
    found = 0
    for index in range(store().head().size):
        body = ledger().body(index) or {}
        found += any(one["kind"] == kind for one in body.get("objects", []))
    return found


@pytest.mark.django_db
class TestBegin:
    def test_the_order_is_drawn_from_the_seed_and_the_key_is_kept_as_a_hash(self, begun: Begun) -> None:
        witness = begun()
        row = Holding.objects.get()
        members = [one.public_id for one in row.lineup.members.all()]
        assert row.order == drawn(row.lineup.seed, members)
        assert row.key_sha256 == hashlib.sha256(witness.key.encode()).hexdigest()
        assert witness.key not in str(Holding.objects.values().get())
        assert Lineup.objects.get().state == "holding"
        assert Lineup.objects.get().judgement["allowed"] is True
        assert witness.kinds() == ["begun"]

    def test_what_refuses_is_kept_and_not_told(
        self,
        ready: Callable[..., Lineup],
        unit: Unit,
        acting: Callable[..., Acting],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(services, "facts_of", lambda who, lineup: facts(who.at, fillers=2))
        with pytest.raises(NotNow) as raised:
            services.begin(acting(unit.administrator), ready(), "en", address=address)
        assert "filler" not in str(raised.value)
        refusal = LineupRefusal.objects.get()
        assert refusal.judgement["allowed"] is False
        assert Lineup.objects.get().state == "allowed"
        assert not Holding.objects.exists()
        assert last_entry()["decision"]["refused"]  # type: ignore[index]

    def test_only_its_administrator_begins_it_once(
        self, begun: Begun, unit: Unit, acting: Callable[..., Acting]
    ) -> None:
        lineup = begun().holding.lineup
        with pytest.raises(NotThere):
            services.begin(acting(unit.other), lineup, "en", address=address)
        with pytest.raises(NotNow):
            services.begin(acting(unit.administrator), lineup, "en", address=address)

    def test_no_language_that_there_is_not(
        self, ready: Callable[..., Lineup], unit: Unit, acting: Callable[..., Acting]
    ) -> None:
        with pytest.raises(BadForm):
            services.begin(acting(unit.administrator), ready(), "xx", address=address)

    def test_pictures_that_are_not_alike_are_not_shown(
        self, ready: Callable[..., Lineup], unit: Unit, acting: Callable[..., Acting]
    ) -> None:
        pictures = list(noise(6))
        pictures[3] += b"\0"
        with pytest.raises(Fault):
            services.begin(acting(unit.administrator), ready(photographs=tuple(pictures)), "en", address=address)
        assert Lineup.objects.get().state == "allowed"


@pytest.mark.django_db
class TestWitness:
    def test_whoever_chooses_nobody_has_answered(self, begun: Begun) -> None:
        witness = begun()
        witness.to_photographs()
        witness.through()
        row, lineup = witness.holding, Lineup.objects.get()
        assert (row.outcome, row.chosen, lineup.state) == ("not_present", None, "held")
        item = EvidenceItem.objects.get()
        assert (item.says, item.sort) == ("against", "statement")
        assert Link.objects.filter(kind="derived_from", source=f"lineup-{lineup.public_id}").exists()

    def test_a_choice_of_the_suspect_and_its_confidence_word_for_word(self, begun: Begun) -> None:
        witness = begun()
        place = place_of_suspect(witness.holding)
        sure = "I would say,  pretty sure. His eyes.\nNot 100."
        witness.to_photographs()
        witness.through({place: "yes"}, sure)
        row = witness.holding
        assert row.chosen is not None
        assert row.chosen.is_suspect
        assert row.confidence == sure
        assert row.chosen_at is not None
        assert row.confidence_at is not None
        assert row.chosen_at <= row.confidence_at
        item = EvidenceItem.objects.get()
        assert (item.says, item.sort) == ("for", "identification")
        numbers = [one.number for one in witness.events]
        assert numbers == list(range(1, len(numbers) + 1))
        shown = [one.data["place"] for one in witness.events if one.kind == "shown"]
        assert shown == [1, 2, 3, 4, 5, 6]  # all of them, after the choice too

    def test_a_filler_speaks_against(self, begun: Begun) -> None:
        witness = begun()
        place = next(n for n in range(1, 7) if n != place_of_suspect(witness.holding))
        witness.to_photographs()
        witness.through({place: "yes"})
        assert EvidenceItem.objects.get().says == "against"
        assert witness.holding.outcome == "chosen"

    def test_dont_know_is_kept_as_it_is(self, begun: Begun) -> None:
        witness = begun()
        witness.to_photographs()
        witness.through({2: "not_sure"}, last="dont_know")
        assert (witness.holding.outcome, EvidenceItem.objects.get().says) == ("dont_know", "neutral")

    def test_two_times_yes_is_a_change_and_the_last_word_counts(self, begun: Begun) -> None:
        witness = begun()
        witness.to_photographs()
        witness.through({2: "yes", 4: "yes"}, last="2")
        row = witness.holding
        assert row.order.index(row.chosen.public_id) == 1  # type: ignore[union-attr]
        changes = [one.data["step"] for one in witness.events if one.kind == "change"]
        assert changes == ["picture-4", "which"]

    def test_sent_twice_is_taken_once(self, begun: Begun) -> None:
        witness = begun()
        witness.to_photographs()
        before = len(witness.events)
        sent = {"step": "picture-1", "answer": "no", "words": "", "elapsed": "9"}
        for _ in range(3):
            assert witness.client.post(witness.url, sent).status_code == 302
        assert len(witness.events) == before + 1
        witness.client.post(witness.url, {"step": "consent", "answer": "disagree"})  # no going back
        witness.holding.refresh_from_db()
        assert witness.holding.consent is True

    def test_refused_consent_is_kept_in_words(self, begun: Begun) -> None:
        witness = begun()
        witness.to_photographs("disagree", "I do not like cameras.")
        witness.holding.refresh_from_db()
        assert (witness.holding.consent, witness.holding.consent_words) == (False, "I do not like cameras.")
        answer = witness.client.post(f"{witness.url}recording/1/1/", b"x", content_type="video/webm")
        assert answer.status_code == 409
        witness.through()
        assert witness.holding.outcome == "not_present"

    def test_each_picture_is_shown_once_and_only_in_its_turn(self, begun: Begun) -> None:
        witness = begun()
        witness.open()
        assert witness.client.get(f"{witness.url}picture/1/").status_code == 409
        witness.to_photographs()
        assert witness.client.get(f"{witness.url}picture/1/").status_code == 409
        assert witness.client.get(f"{witness.url}picture/2/").status_code == 409
        witness.say("no")
        assert witness.client.get(f"{witness.url}picture/1/").status_code == 409

    def test_nobody_answers_of_a_photograph_that_was_not_sent(self, begun: Begun) -> None:
        witness = begun()
        witness.to_photographs()
        witness.client.post(witness.url, {"step": "picture-1", "answer": "no"})
        answer = witness.client.post(witness.url, {"step": "picture-2", "answer": "yes"})
        assert answer.status_code == 422
        assert "answer" not in witness.events[-1].data or witness.events[-1].data["step"] == "picture-1"

    def test_confidence_is_asked_for_and_not_passed_over(self, begun: Begun) -> None:
        witness = begun()
        witness.to_photographs()
        witness.say("yes", "the nose")
        assert witness.step == "confidence-1"
        assert witness.client.post(witness.url, {"step": "confidence-1", "words": "  "}).status_code == 422

    def test_the_link_is_written_when_the_suspect_is_shown_and_not_before(self, begun: Begun) -> None:
        witness = begun()
        place = place_of_suspect(witness.holding)
        witness.to_photographs()
        for number in range(1, 7):
            shown = Link.objects.filter(kind="shown")
            assert shown.exists() == (number >= place)
            if number < 6:
                witness.say("no")
        link = Link.objects.get(kind="shown")
        event = next(one for one in witness.events if one.kind == "shown" and one.data["place"] == place)
        assert link.at == event.at
        lineup = witness.holding.lineup
        assert exposures(lineup.witness.party, lineup.suspect).shown_suspect_before

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("answer", "perhaps"),
            ("answer", "6"),
            ("answer", "'; --"),
            ("step", "picture-99"),
            ("step", "\0"),
            ("step", ""),
        ],
    )
    def test_hostile_answers_change_nothing(self, begun: Begun, field: str, value: str) -> None:
        witness = begun()
        witness.to_photographs()
        before = witness.kinds()
        sent = {"step": "picture-1", "answer": "no"} | {field: value}
        assert witness.client.post(witness.url, sent).status_code in (302, 422)
        assert witness.kinds() == before

    @pytest.mark.parametrize("elapsed", ["", "-1", "1e9", "9" * 40, "²", "x"])
    def test_a_clock_that_is_none_is_not_believed(self, begun: Begun, elapsed: str) -> None:
        witness = begun()
        witness.open()
        witness.say("agree", elapsed=elapsed)
        assert witness.events[-1].elapsed_ms is None

    def test_nul_and_half_letters_in_words_do_not_break_it(self, begun: Begun) -> None:
        witness = begun()
        witness.to_photographs()
        witness.say("no", "a\0b \ud800 \u202ec".encode("utf-8", "surrogatepass").decode("utf-8", "replace"))
        assert "\0" not in witness.events[-2].data["words"]

    def test_a_simultaneous_lineup(self, begun: Begun) -> None:
        witness = begun(presentation="simultaneous")
        witness.to_photographs()
        assert witness.step == "array"
        assert witness.page.count("<img") == 6
        witness.say("3", "the ears")
        assert witness.step == "confidence-3"
        witness.say("", "Quite sure.")
        witness.through()
        assert witness.holding.outcome == "chosen"
        assert witness.holding.confidence == "Quite sure."

    def test_all_of_it_in_spanish(self, begun: Begun) -> None:
        witness = begun("es")
        witness.open()
        assert 'lang="es"' in witness.page
        assert "¿Está de acuerdo" in witness.page
        witness.to_photographs()
        assert "¿Es esta la persona que usted vio?" in witness.page
        witness.through()
        assert "Gracias" in witness.page
        gathered = gather.whole(Lineup.objects.get())
        assert gathered["language"] == "Español"


@pytest.mark.django_db
class TestInterrupted:
    def test_another_browser_goes_on_and_is_shown_nothing_twice(self, begun: Begun) -> None:
        witness = begun()
        witness.to_photographs()
        witness.say("no")
        again = Witness(witness.holding, witness.key)  # no cookie: the browser was killed
        page = again.open()
        assert again.step == "picture-2"
        assert "<img" not in page
        assert "not shown again" in page
        resumed = [one for one in again.events if one.kind == "resumed"]
        assert [one.data["step"] for one in resumed] == ["picture-2"]
        late = {"step": "picture-2", "answer": "yes"}
        assert witness.client.post(witness.url, late).status_code == 409  # the old browser is heard no more
        again.say("no")
        assert again.step == "picture-3"
        assert "<img" in again.page
        again.through()
        assert again.holding.outcome == "not_present"

    def test_a_photograph_that_was_not_shown_yet_is_shown(self, begun: Begun) -> None:
        witness = begun()
        witness.to_photographs()
        witness.client.post(witness.url, {"step": "picture-1", "answer": "no"})  # killed before the next page came
        again = Witness(witness.holding, witness.key)
        assert "<img" in again.open()
        assert again.step == "picture-2"

    def test_the_page_loaded_again_shows_nothing_again(self, begun: Begun) -> None:
        witness = begun()
        witness.to_photographs()
        before = len(witness.events)
        assert "<img" not in witness.open()
        assert [one.kind for one in witness.events[before:]] == ["resumed"]

    def test_away_too_long_is_void_by_rule(self, begun: Begun, now: datetime) -> None:
        witness = begun()
        witness.to_photographs()
        witness.say("no")
        Holding.objects.update(alive_at=now - LONGEST_AWAY - timedelta(seconds=1))
        witness.client.get(witness.url)
        lineup = Lineup.objects.get()
        assert (lineup.state, lineup.holding.outcome) == ("void", "broken_off")
        assert "15 minutes" in lineup.ended_because
        assert lineup.report is not None

    @pytest.mark.parametrize("sent", ["", "event/", "picture/2/", "recording/1/1/", "stop/"])
    def test_a_page_that_stayed_open_is_no_better(self, begun: Begun, now: datetime, sent: str) -> None:
        witness = begun()
        witness.to_photographs()
        before = witness.client.post(witness.url, {"step": "picture-1", "answer": "no"}, follow=True)
        assert "picture/2/" in before.content.decode()
        events = len(witness.events)
        Holding.objects.update(alive_at=now - LONGEST_AWAY - timedelta(seconds=1))
        data = {"step": "picture-2", "answer": "yes", "kind": "alive"}
        if sent.startswith("picture"):
            assert witness.client.get(witness.url + sent).status_code == 409
        else:
            witness.client.post(witness.url + sent, data)
        assert [one.kind for one in witness.events[events:]] == ["ended"]  # nothing is taken of what was sent
        assert "15 minutes" in Lineup.objects.get().ended_because

    def test_the_worker_voids_what_nobody_comes_back_to(self, begun: Begun, now: datetime) -> None:
        begun()
        later = datetime.now(now.tzinfo) + LONGEST_AWAY
        assert away(later - timedelta(minutes=1)) == 0
        assert away(later + timedelta(minutes=1)) == 1
        assert Lineup.objects.get().state == "void"
        assert away(later + timedelta(hours=1)) == 0

    def test_broken_off_after_a_no_to_the_suspect_still_speaks_against(
        self, begun: Begun, unit: Unit, acting: Callable[..., Acting]
    ) -> None:
        witness = begun(seed="b")
        place = place_of_suspect(witness.holding)
        witness.to_photographs()
        for _ in range(place):
            witness.say("no")
        with pytest.raises(BadForm):
            services.stop(acting(unit.administrator), witness.holding, reason=" ")
        late = acting(unit.administrator, datetime.now(witness.holding.begun_at.tzinfo))
        services.stop(late, witness.holding, reason="The alarm went off.")
        assert EvidenceItem.objects.get().says == "against"
        assert "alarm" in Lineup.objects.get().ended_because
        with pytest.raises(NotNow):
            services.stop(late, witness.holding, reason="Again.")

    def test_the_witness_stops(self, begun: Begun) -> None:
        witness = begun()
        witness.to_photographs()
        answer = witness.client.post(f"{witness.url}stop/", {"words": "I feel ill."}, follow=True)
        assert "Thank you for coming" in answer.content.decode()
        lineup = Lineup.objects.get()
        assert lineup.state == "void"
        assert "I feel ill." in lineup.ended_because
        assert witness.client.post(f"{witness.url}stop/").status_code == 302

    def test_another_key_closes_the_first(self, begun: Begun, unit: Unit, acting: Callable[..., Acting]) -> None:
        witness = begun()
        witness.open()
        key = services.renew_key(acting(unit.administrator), witness.holding)
        assert witness.client.get(witness.url).status_code == 404
        other = Witness(witness.holding, key)
        other.open()
        assert other.step == "consent"


@pytest.mark.django_db
class TestEnd:
    def test_the_entry_names_all_that_the_report_says(
        self, begun: Begun, signed_in: Callable[[Person], Client]
    ) -> None:
        witness = begun()
        witness.to_photographs()
        witness.through()
        lineup = Lineup.objects.get()
        assert lineup.report is not None
        assert lineup.entry is not None
        checked = check(str(lineup.code))
        assert checked is not None
        assert (checked.kind, checked.intact, checked.document) == ("report of a lineup", True, lineup.report.sha256)
        assert gather.whole(lineup)["url"] == address(str(lineup.code))
        Holding.objects.update(sheet=lineup.holding.sheet | {"outcome": "chosen"})
        with pytest.raises(BrokenFile):
            gather.whole(Lineup.objects.get())
        changed = check(str(lineup.code))
        assert changed is not None
        assert not changed.intact

    def test_every_event_is_named_in_the_ledger(self, begun: Begun) -> None:
        before = entries("event")
        witness = begun()
        witness.to_photographs()
        witness.through()
        said = set()
        for index in range(store().head().size):
            for one in (ledger().body(index) or {}).get("objects", []):  # type: ignore[attr-defined]
                said |= {one["id"]} if one["kind"] == "event" else set()
        assert {f"{witness.holding.public_id}-{one.number}" for one in witness.events} <= said
        assert entries("event") > before

    def test_members_that_were_taken_out_are_not_shown(
        self, ready: Callable[..., Lineup], unit: Unit, acting: Callable[..., Acting], now: datetime
    ) -> None:
        lineup = ready()
        gone = Member.objects.filter(is_suspect=False).first()
        assert gone is not None
        Member.objects.filter(pk=gone.pk).update(removed_at=now)
        row, _ = services.begin(acting(unit.administrator), lineup, "en", address=address)
        assert gone.public_id not in row.order
        assert len(row.order) == 5
        assert Event.objects.count() == 1
