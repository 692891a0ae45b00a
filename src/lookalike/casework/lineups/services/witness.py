"""What happens on the witness's screen: every opening, picture and answer, taken once and kept with its time.

Nobody is signed in there. An act is entered under the administrator who holds the lineup, and says where it was done.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from lookalike.casework import files
from lookalike.casework.acting import Acting, Doing, act
from lookalike.casework.corroboration.nodes import node
from lookalike.casework.corroboration.services.lineups import shown_in_lineup
from lookalike.casework.lineups import flow
from lookalike.casework.lineups.flow import Given, Step
from lookalike.casework.lineups.models import Event, Holding, Member
from lookalike.casework.lineups.services.ending import end_held, end_void
from lookalike.casework.lineups.services.holding import (
    LONGEST_AWAY,
    Where,
    by_key,
    given_so_far,
    hash_of,
    locked,
    note,
    plan_of,
    require_going,
    told,
)
from lookalike.errors import BadForm, NotNow
from lookalike.ledger.acts import Act
from lookalike.protocol.vocabulary import Role

LONGEST_WORDS = 20_000
"""Characters of what a witness writes in one place."""

LATEST = 2**53
"""Milliseconds of a browser's clock that are believed."""

TAKEN = {
    flow.CONSENT: Event.Kind.CONSENT,
    "instruction": Event.Kind.INSTRUCTION,
    flow.BEGIN: Event.Kind.INSTRUCTION,
    "confidence": Event.Kind.CONFIDENCE,
    flow.ELSEWHERE: Event.Kind.WORDS,
    flow.SEEN_BEFORE: Event.Kind.WORDS,
    flow.MORE: Event.Kind.WORDS,
}
"""Which kind of event an answer is, by its step; of every other step: an answer."""


def asked(key: str, where: Where) -> Holding:
    """The holding of a key, as the witness's screen asks for it, whatever for. Raises NotThere.

    Away longer than the limit it is void: who comes back to an open page is no better than who opens it again.
    """
    holding = by_key(key)
    if holding.ended_at is None and where.at - holding.alive_at > LONGEST_AWAY:
        leave(holding, where)
        return by_key(key)
    return holding


def step_of(holding: Holding) -> Step:
    """Where the witness is."""
    if holding.ended_at is not None:
        return Step(flow.OVER)
    return flow.next_step(plan_of(holding), given_so_far(list(holding.events.all())))


def was_shown(holding: Holding) -> set[int]:
    """The places of the photographs that were shown: none is shown twice."""
    return set(holding.events.filter(kind=Event.Kind.SHOWN).values_list("data__place", flat=True))


def arrive(holding: Holding, where: Where, visit: str) -> bool:
    """The witness's screen was opened by the browser of this mark; another browser, or the same again, is an
    interruption. Returns whether it was one.
    """
    who = _screen(holding, where)
    if holding.ended_at is not None:
        return False
    away = where.at - holding.alive_at
    mark, step = hash_of(visit), step_of(holding)
    opened = [event.data for event in holding.events.all() if "visit" in event.data]
    same = bool(opened) and opened[-1]["visit"] == mark
    again = same and step.kind in ("picture", flow.ARRAY) and bool(_places(holding, step) & was_shown(holding))
    if same and not again:
        alive(holding, where)
        return False
    with act(who, Act.LINEUP_NOTE, objects=[("lineup", holding.lineup.public_id)]) as doing:
        row = _going(holding)
        data = {"visit": mark, "step": step.name, "away_s": int(away.total_seconds())}
        note(doing, row, Event.Kind.RESUMED if opened else Event.Kind.BEGUN, data)
        _alive(row, where)
        _note(doing)
    return bool(opened)


def is_visiting(holding: Holding, visit: str) -> bool:
    """Whether this browser is the one that opened the screen last."""
    opened = [event.data["visit"] for event in holding.events.all() if "visit" in event.data]
    return bool(opened) and opened[-1] == hash_of(visit)


def answer(holding: Holding, name: str, given: Given, where: Where, elapsed: int | None) -> None:
    """Take an answer to the step of this name. One to any other step was sent twice or is late, and does nothing.

    Raises BadForm for an answer that the step does not take, or without the words that it asks for.
    """
    who = _screen(holding, where)
    plan, so_far = plan_of(holding), given_so_far(list(holding.events.all()))
    step = step_of(holding)
    if step.name != name or step.kind == flow.OVER:
        return
    words = given.words.encode("utf-8", "replace").decode().replace("\0", "")
    given = Given(given.answer, words[:LONGEST_WORDS])
    if given.answer not in flow.takes(plan, so_far, step) or (flow.needs_words(step) and not given.words.strip()):
        raise _unanswered()
    if not _places(holding, step) <= was_shown(holding):
        raise _unanswered()  # nobody answers of a photograph that was not sent yet
    ends = step.kind == flow.LAST[-1]
    with act(who, Act.LINEUP_END if ends else Act.LINEUP_NOTE, objects=[("lineup", holding.lineup.public_id)]) as doing:
        row = locked(holding)
        if step_of(row).name == name:
            _take(doing, row, step, given, so_far, elapsed)
            _alive(row, where)
            _note(doing)
            if ends:
                end_held(doing, row)
        else:
            doing.note("Sent twice; nothing was done.")
    if ends:
        from lookalike.casework.lineups.documents import report

        report(who, row.lineup)


def picture(holding: Holding, place: int, where: Where) -> bytes:
    """The photograph of a place, once, while the witness is asked about it. The site knows at this moment that it is
    shown: the time is written down, and of the suspect's that this witness was shown this suspect.

    Raises NotNow for a place that is not asked about, or was shown.
    """
    who = _screen(holding, where)
    with act(who, Act.LINEUP_NOTE, objects=[("lineup", holding.lineup.public_id)]) as doing:
        row = _going(holding)
        if place not in _places(row, step_of(row)) or place in was_shown(row):
            raise NotNow("This photograph is not shown now.", why="Each is shown once.", remedy="Go on.")
        member = Member.objects.select_related("picture").get(lineup=row.lineup, public_id=row.order[place - 1])
        note(doing, row, Event.Kind.SHOWN, {"place": place})
        if member.is_suspect:
            lineup = row.lineup
            shown_in_lineup(doing, lineup.case, node("lineup", lineup.public_id), lineup.witness.party, where.at)
        _alive(row, where)
        _note(doing)
    assert member.picture is not None
    return files.read(member.picture)


def happened(holding: Holding, kind: Event.Kind, data: dict[str, Any], where: Where, elapsed: int | None) -> None:
    """Something that the witness's browser noticed: the page was hidden, or nothing could be recorded."""
    with act(_screen(holding, where), Act.LINEUP_NOTE, objects=[("lineup", holding.lineup.public_id)]) as doing:
        row = _going(holding)
        note(doing, row, kind, data, elapsed)
        _alive(row, where)
        _note(doing)


def alive(holding: Holding, where: Where) -> None:
    """The witness's screen gave a sign of life."""
    Holding.objects.filter(pk=holding.pk, ended_at=None, alive_at__lt=where.at).update(alive_at=where.at)


def leave(holding: Holding, where: Where) -> None:
    """Void by rule: the witness's screen was away for too long. Nothing where somebody was faster."""
    minutes = int(LONGEST_AWAY.total_seconds() // 60)
    reason = f"Void by rule: the witness's screen gave no sign for {minutes} minutes."
    with suppress(NotNow):
        end_void(_screen(holding, where), holding, reason)


def give_up(holding: Holding, words: str, where: Where) -> None:
    """The witness wants to stop. words: why, where the witness said so. Raises NotNow where it is over."""
    said = words.strip().replace("\0", "")[:LONGEST_WORDS]
    reason = f"The witness wanted to stop, and said: “{said}”" if said else "The witness wanted to stop."
    end_void(_screen(holding, where), holding, reason)


def milliseconds(text: str) -> int | None:
    """What a browser says of its clock; None for what is no such number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 17 and int(text) < LATEST else None


def _take(doing: Doing, row: Holding, step: Step, given: Given, so_far: dict[str, Given], elapsed: int | None) -> None:
    data: dict[str, Any] = {"step": step.name, "answer": given.answer, "words": given.words}
    if step.number and step.kind != "instruction":
        data["place"] = step.number
    kind = TAKEN.get(step.kind, Event.Kind.ANSWER)
    yes = flow.said_yes(plan_of(row), so_far)
    other = step.kind == flow.WHICH and yes and given.answer != str(yes[-1])
    if other or (step.kind == "picture" and yes and given.answer == flow.YES):
        kind = Event.Kind.CHANGE  # said yes of another photograph before
    if step.kind == "instruction":
        said = told(row)[step.number - 1]
        data |= {"key": said.key, "text": said.text}
    note(doing, row, kind, data, elapsed)
    if step.kind == flow.CONSENT:
        row.consent, row.consent_words = given.answer == flow.AGREE, given.words
        row.save(update_fields=["consent", "consent_words"])


def _places(holding: Holding, step: Step) -> set[int]:
    """The places of the photographs that a step shows."""
    if step.kind == flow.ARRAY:
        return set(range(1, len(holding.order) + 1))
    return {step.number} if step.kind == "picture" else set()


def _unanswered() -> BadForm:
    return BadForm("This is not answered yet.", why="Nothing was written down.", remedy="Answer it.")


def _going(holding: Holding) -> Holding:
    row = locked(holding)
    require_going(row)
    return row


def _alive(row: Holding, where: Where) -> None:
    if row.ended_at is None and row.alive_at < where.at:
        row.alive_at = where.at
        row.save(update_fields=["alive_at"])


def _note(doing: Doing) -> None:
    doing.note("On the witness's screen.")


def _screen(holding: Holding, where: Where) -> Acting:
    """Who acts on the witness's screen: in the name of whoever holds the lineup, with nothing but that."""
    return Acting(
        person=holding.held_by,
        roles=frozenset({Role.LINEUP_ADMINISTRATOR}),
        at=where.at,
        source=where.source,
        where=where.path,
    )
