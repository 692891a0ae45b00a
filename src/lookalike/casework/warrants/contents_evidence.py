"""The evidence in a packet: the suspect, every item for and against, the graph, where the suspect was."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from lookalike.casework import files
from lookalike.casework.acting import Acting
from lookalike.casework.bookings.models import BookingPhoto
from lookalike.casework.corroboration.board import items_shown
from lookalike.casework.corroboration.graph import standing_in
from lookalike.casework.corroboration.models import ItemChange, Shown, Suspect, Whereabouts
from lookalike.casework.corroboration.nodes import Evidence, kind_of, node
from lookalike.casework.searches.models import Candidate
from lookalike.casework.warrants.gathering import given, said, several, stored_or
from lookalike.disclosure.contents import GalleryPhoto, SuspectOf
from lookalike.disclosure.contents_evidence import EvidenceOf, GraphOf, LinkOf, NodeOf, Says, WhereaboutsOf
from lookalike.disclosure.values import Absent, File
from lookalike.errors import LookalikeError
from lookalike.protocol.evidence.graph import NodeKind


def suspect(row: Suspect, board: Evidence) -> SuspectOf:
    """Whom the packet is about, with every photograph of them that a gallery holds or a search returned."""
    if row.answer is not None:
        origin = f"named by the lead {row.answer.code} of a face search, request {row.answer.request.number}"
    else:
        origin = f"named by {row.added_by.name}, and by no search"
    return SuspectOf(
        id=node("party", row.party.public_id),
        name=row.party.name,
        person_id=given(row.person_id, "no booking is known of this person"),
        origin=origin,
        suspicion=given(row.suspicion, "nobody has written it down"),
        suspicion_written_at=given(row.written_at, "nobody has written it down"),
        ended=given(row.ended_because, "still suspected"),
        photographs=several(_photographs(row), "no photograph of this person stands in a gallery"),
    )


def evidence(who: Acting, row: Suspect, board: Evidence) -> GraphOf:
    """Every item, also what is withdrawn; every node and link; the live statement."""
    held = standing_in(board, row, at=who.at)
    items = []
    for one in items_shown(board, held):
        mine = one.row.about_id == row.pk
        items.append(
            EvidenceOf(
                id=one.id,
                title=f"Item {one.row.number}: {one.row.title}",
                sort=str(one.row.get_sort_display()),
                words=said(one.row.words),
                says=Says(one.row.says) if mine else Says.NEUTRAL,
                at=one.row.at,
                obtained_at=given(one.row.obtained_at, "when it was made"),
                source=said("; ".join((one.row.source, *one.came)), "nobody has said"),
                collected_by=given(one.row.collected_by.name if one.row.collected_by else None, "nobody has said"),
                by=given(one.row.by.name if one.row.by else None, "nobody's words"),
                reliable=_judged(one.row.reliable, one.row.reliable_because),
                linked=_judged(one.row.links, one.row.links_because),
                independent=one.independent,
                taint=given(one.path, "no path leads to it from a search"),
                replies=several(
                    (f"{reply.words} ({reply.by.name}, {reply.at:%Y-%m-%d %H:%M})" for reply in one.replies),
                    "nobody answered it",
                ),
                changes=several(
                    (_changed(change) for change in one.row.changes.all()),
                    "never changed",
                ),
                withdrawn=given(_withdrawn(one.row), "it stands"),
                file=stored_or(one.row.file, f"Evidence item {one.row.number}", "it has none"),
            )
        )
    return GraphOf(
        standing=f"{held.sentence.rstrip('.')}. {held.citations}".strip(),
        items=several(items, "no item of evidence is recorded"),
        nodes=several(
            [
                *(
                    NodeOf(id=one.id, kind=one.kind.value, words=one.name)
                    for one in board.nodes.values()
                    if kind_of(one.id) not in ("item", "arrest")
                ),
                *_arrests(row),
            ],
            "the case holds nothing else",
        ),
        links=several(_links(board, {one.id for one in items}), "no link is recorded"),
    )


def whereabouts(row: Suspect) -> Iterator[WhereaboutsOf]:
    """Every attempt to find out where the suspect was, and every word on means, ability and opportunity."""
    for one in Whereabouts.objects.filter(suspect=row).select_related("by", "found").order_by("pk"):
        yield WhereaboutsOf(
            question=str(one.get_question_display()),
            state=one.state.replace("_", " "),
            tried=said(one.tried),
            found=given(str(one.found) if one.found else None, "nothing was found"),
            by=one.by.name,
            at=one.at,
        )
    for word in Shown.objects.filter(suspect=row).select_related("by").prefetch_related("items").order_by("pk"):
        yield WhereaboutsOf(
            question=str(word.get_what_display()),
            state="shown" if word.holds else "not shown",
            tried=said(word.words),
            found=given("; ".join(str(item) for item in word.items.all()), "on no item"),
            by=word.by.name,
            at=word.at,
        )


def _arrests(row: Suspect) -> Iterator[NodeOf]:
    """Every arrest of the case, with what it rested on in words, also one that was withdrawn."""
    for one in row.case.arrests.select_related("suspect__party", "withdrawn_by").order_by("at", "pk"):
        gone = _withdrawn(one)
        words = f"Arrest of {one.suspect.party.name}, {one.at:%Y-%m-%d %H:%M}: {one.words}"
        id = node("arrest", one.public_id)
        yield NodeOf(id=id, kind=NodeKind.ARREST.value, words=f"{words} (withdrawn: {gone})" if gone else words)


def _links(board: Evidence, items: set[str]) -> Iterator[LinkOf]:
    """Links as people entered them, also what was withdrawn, and those that follow from the rows."""
    there = set(board.nodes) | items | {one.target for one in board.links if kind_of(one.target) == "arrest"}
    entered = set()
    for one in board.links:
        entered.add((one.kind, one.source, one.target))
        if one.source in there and one.target in there:
            yield LinkOf(
                kind=one.kind,
                source=one.source,
                target=one.target,
                at=given(one.at, "not a telling"),
                recorded_by=one.recorded_by.name,
                recorded_at=one.recorded_at,
                withdrawn=given(_withdrawn(one), "it stands"),
            )
    for made in board.nodes.values():
        if made.source in there:
            yield LinkOf(
                kind="derived_from",
                source=made.source,
                target=made.id,
                at=Absent("not a telling"),
                recorded_by="the site, from its rows",
                recorded_at=made.at or board.case.opened_at,
                withdrawn=Absent("it stands"),
            )
    for edge in board.edges:
        if (edge.kind.value, edge.source, edge.target) not in entered:
            at = edge.at if isinstance(edge.at, datetime) else None
            yield LinkOf(
                kind=edge.kind.value,
                source=edge.source,
                target=edge.target,
                at=given(at, "not a telling"),
                recorded_by="the site, from its rows",
                recorded_at=board.case.opened_at if at is None else at,
                withdrawn=Absent("it stands"),
            )


NO_BOOKING = "no booking stands behind this record any more"


def _photographs(row: Suspect) -> Iterator[GalleryPhoto]:
    if not row.person_id:
        return
    returned: dict[tuple[str, str], Candidate] = {}
    listed = Candidate.objects.filter(search__request__case=row.case, person_id=row.person_id)
    for one in listed.select_related("picture").order_by("pk"):
        returned.setdefault((one.gallery, one.record_id), one)
    photos = BookingPhoto.objects.filter(booking__person_id=row.person_id).select_related("booking").order_by("pk")
    dates = {(one.gallery, one.record_id): one for one in photos}
    for gallery, record_id in dict.fromkeys((*returned, *dates)):
        photo = dates.get((gallery, record_id))
        yield GalleryPhoto(
            gallery=gallery,
            record_id=record_id,
            taken_on=photo.taken_on if photo is not None else Absent(NO_BOOKING),
            age=_age(photo.taken_on, row.added_at.date()) if photo is not None else Absent(NO_BOOKING),
            source=photo.booking.agency if photo is not None else gallery,
            returned_by_search=(gallery, record_id) in returned,
            picture=_picture(returned.get((gallery, record_id)), gallery, record_id),
        )


def _picture(one: Candidate | None, gallery: str, record_id: str) -> File | Absent:
    from lookalike.casework.galleries import gallery as opened

    title = f"Photograph of record {record_id}"
    if one is not None:
        return File.of(files.read(one.picture), title=title, media_type="image/jpeg")
    try:
        return File.of(opened(gallery).photo(record_id), title=title, media_type="image/jpeg")
    except LookalikeError as error:  # erased, sealed, or not enrolled: then there is none to be shown
        return Absent(f"the gallery does not show it: {error.what}")


def _age(taken: date, on: date) -> str:
    years = on.year - taken.year - ((on.month, on.day) < (taken.month, taken.day))
    return "less than a year old" if years < 1 else f"{years} {'year' if years == 1 else 'years'} old"


def _changed(one: ItemChange) -> str:
    before, after = said(one.before, "blank"), said(one.after, "blank")
    field = one.field.replace("_", " ")
    return f"{one.at:%Y-%m-%d %H:%M}, {one.by.name}: {field} was “{before}”, now “{after}”. {one.reason}"


def _judged(value: bool | None, because: str) -> str:
    return (
        "nobody has judged it" if value is None else f"{'yes' if value else 'no'}: {said(because, 'no reason given')}"
    )


def _withdrawn(row: object) -> str | None:
    at = getattr(row, "withdrawn_at", None)
    if at is None:
        return None
    by, why = getattr(row, "withdrawn_by", None), getattr(row, "withdrawn_because", "")
    return f"{at:%Y-%m-%d %H:%M}, {by.name if by else 'nobody named'}: {said(why, 'no reason given')}"
