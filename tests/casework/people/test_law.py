"""Packs, papers and the moratorium: put in force by name, with every doubt accepted, and judged by at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from lookalike.casework.acting import Acting
from lookalike.casework.files import read
from lookalike.casework.law import policy_in_force
from lookalike.casework.people.facts import authority
from lookalike.casework.people.models import Agency, Moratorium, PackInForce, Paper, Person
from lookalike.casework.people.services import law as services
from lookalike.casework.people.setting import as_html
from lookalike.errors import BadForm, BrokenProtocol, NotNow, NotPermitted
from lookalike.protocol.pack import load, load_bytes, shipped
from lookalike.protocol.page import pack_page
from lookalike.protocol.vocabulary import AgencyKind, PaperKind, Role

Someone = Callable[..., Person]


@pytest.fixture
def boss(someone: Someone, acting: Callable[..., Acting]) -> Acting:
    """An administrator at work."""
    return acting(someone("boss", Role.ADMINISTRATOR))


def put(boss: Acting, pack_id: str, only: bool = False, **reasons: str) -> PackInForce:
    toml, name = load_bytes(pack_id)
    return services.put_in_force(boss, toml, name=name, only_for_others=only, reasons=reasons)


def test_a_pack_in_force_is_what_is_decided_under(boss: Acting) -> None:
    assert {pack.id for pack in policy_in_force().packs} == {"house"}
    row = put(boss, "detroit-2024")
    assert {pack.id for pack in policy_in_force().packs} == {"house", "detroit-2024"}
    services.end_pack(boss, row)
    assert {pack.id for pack in policy_in_force().packs} == {"house"}
    with pytest.raises(NotNow):
        services.end_pack(boss, row)


def test_a_doubtful_entry_is_accepted_by_name_with_a_reason(boss: Acting, entries: Callable[..., Any]) -> None:
    doubtful = [entry.id for entry in load("maine-2021").unconfirmed()]
    assert doubtful
    with pytest.raises(BadForm, match=doubtful[0]):
        put(boss, "maine-2021")
    with pytest.raises(BadForm):
        put(boss, "maine-2021", **dict.fromkeys(doubtful, "  "))
    assert not PackInForce.objects.exists()
    put(boss, "maine-2021", **dict.fromkeys(doubtful, "Read by the city's counsel."))
    assert {one.entry_id for one in policy_in_force().acceptances} == set(doubtful)
    body = entries()[-1][2]
    assert {one["id"] for one in body["objects"] if one["kind"] == "entry"} == set(doubtful)


def test_an_act_that_is_undone_leaves_nothing_to_be_decided_under(boss: Acting) -> None:
    doubtful = [entry.id for entry in load("maine-2021").unconfirmed()]
    with transaction.atomic():  # the numbers of its rows are given once more
        put(boss, "maine-2021", **dict.fromkeys(doubtful, "Read in haste."))
        transaction.set_rollback(True)
    put(boss, "maine-2021", **dict.fromkeys(doubtful, "Read by the city's counsel."))
    assert {one.reason for one in policy_in_force().acceptances} == {"Read by the city's counsel."}


def test_a_newer_file_of_a_pack_takes_the_place_of_the_older_one(boss: Acting) -> None:
    first, second = put(boss, "detroit-2024"), put(boss, "detroit-2024")
    first.refresh_from_db()
    assert first.until is not None
    assert second.until is None


def test_what_is_no_pack_is_not_put_in_force(boss: Acting) -> None:
    for toml in (b"", b"\xff", b"[pack]\nid = 1", b"x" * (1 << 21)):
        with pytest.raises(BrokenProtocol):
            services.put_in_force(boss, toml, name="x", only_for_others=False, reasons={})
    for pack_id in ("house", "template"):
        with pytest.raises(BadForm):
            put(boss, pack_id)


def test_a_paper_counts_from_when_it_is_filed_until_it_is_withdrawn(boss: Acting) -> None:
    paper = services.file_paper(
        boss,
        kind=PaperKind.BOARD_POLICY,
        issued_by="Board",
        issued_on=boss.at.date(),
        last_day=None,
        data=b"%PDF-1.7 the policy",
        name="policy.pdf",
    )
    assert paper.file is not None
    assert read(paper.file) == b"%PDF-1.7 the policy"
    assert len(tuple(authority(boss.at).papers)) == 1  # type: ignore[arg-type]
    services.withdraw_paper(boss, paper)
    assert authority(boss.at).papers == ()
    with pytest.raises(NotNow):
        services.withdraw_paper(boss, paper)
    with pytest.raises(BadForm):
        services.file_paper(
            boss,
            kind=PaperKind.BOARD_POLICY,
            issued_by="Board",
            issued_on=boss.at.date(),
            last_day=boss.at.date() - timedelta(days=1),
        )


def test_the_board_alone_stops_the_use_and_allows_it_again(
    boss: Acting, someone: Someone, acting: Callable[..., Acting]
) -> None:
    board = acting(someone("board", Role.BOARD))
    with pytest.raises(NotPermitted):
        services.call_moratorium(boss, "No.")
    row = services.call_moratorium(board, "A review.")
    assert authority(board.at).moratorium is True
    with pytest.raises(NotNow):
        services.call_moratorium(board, "Again.")
    services.lift_moratorium(board, row)
    with pytest.raises(NotNow):
        services.lift_moratorium(board, row)


def test_an_agency_is_named_once_and_keeps_its_short_name(boss: Acting) -> None:
    told: dict[str, Any] = {"jurisdiction": "US-MA-Boston", "kind": AgencyKind.LAW_ENFORCEMENT}
    row = services.make_agency(boss, id="bpd", name="Boston Police", **told)
    with pytest.raises(BadForm):
        services.make_agency(boss, id="bpd", name="Another", **told)
    services.change_agency(boss, row, name="Boston Police Department", law_pack="boston-ban", **told)
    assert Agency.objects.get(pk="bpd").law_pack == "boston-ban"


@pytest.mark.parametrize("pack_id", shipped())
def test_every_pack_is_set_as_a_page_without_a_sign_left_over(pack_id: str) -> None:
    html = as_html(pack_page(load(pack_id)))
    assert "**" not in html
    assert "\n##" not in html
    assert html.count("<ul>") == html.count("</ul>")


def test_words_of_a_pack_are_never_markup() -> None:
    html = as_html("## <script>alert(1)</script>\n- **<b>&** x\n  <i>\n")
    assert "<script>" not in html
    assert "<i>" not in html
    assert "<b>&lt;b&gt;&amp;</b>" in html


def test_the_pages_of_the_law(
    law: Person, someone: Someone, signed_in: Callable[[Person], Client], boss: Acting
) -> None:
    reader, keeper = signed_in(someone("ann", Role.INVESTIGATOR)), signed_in(boss.person)
    page = reader.get("/law/").content.decode()
    assert "detroit-2024" in page
    assert "Put a pack in force" not in page
    assert "Authority in force" in reader.get("/law/packs/detroit-2024/").content.decode()
    assert reader.get("/law/packs/house/").status_code == 200
    assert reader.get("/law/packs/nothing/").status_code == 404
    assert keeper.get("/law/packs/maine-2021/put/").status_code == 200
    assert keeper.post("/law/packs/maine-2021/put/", {}).status_code == 422
    reasons = {f"reason-{number}": "Read." for number, _ in enumerate(load("maine-2021").unconfirmed())}
    assert keeper.post("/law/packs/maine-2021/put/", reasons)["Location"] == "/law/packs/maine-2021/"
    assert "Accepted without confirmation" in reader.get("/law/packs/maine-2021/").content.decode()


def test_a_pack_of_ones_own_is_read_shown_and_put_in_force(boss: Acting, signed_in: Callable[[Person], Client]) -> None:
    client = signed_in(boss.person)
    toml = load_bytes("detroit-2019")[0]
    own = toml.replace(b'id = "detroit-2019', b'id = "our-own').replace(b'"detroit-2019.', b'"our-own.')
    assert client.post("/law/packs/own/", {"file": SimpleUploadedFile("x.toml", b"nonsense")}).status_code == 422
    assert client.post("/law/packs/own/", {}).status_code == 422
    shown = client.post("/law/packs/own/", {"file": SimpleUploadedFile("own.toml", own)})
    assert shown.status_code == 200
    kept = re.search(r'name="toml" value="([^"]+)"', shown.content.decode())
    assert kept
    names = re.findall(r'name="(reason-\d+)"', shown.content.decode())
    sent = {"toml": kept.group(1), **dict.fromkeys(names, "Ours.")}
    assert client.post("/law/packs/own/", sent)["Location"] == "/law/packs/our-own/"
    assert PackInForce.objects.get(until=None).pack_id == "our-own"
    assert client.post("/law/packs/own/", {"toml": "%%%"})["Location"] == "/law/packs/"


def test_a_paper_is_filed_read_and_withdrawn_on_its_pages(boss: Acting, signed_in: Callable[[Person], Client]) -> None:
    client = signed_in(boss.person)
    told = {"kind": "board_policy", "issued_by": "Board", "issued_on": "2026-01-05"}
    wrong = SimpleUploadedFile("x.pdf", b"<html>")
    assert client.post("/law/papers/", told | {"file": wrong}).status_code == 422
    right = SimpleUploadedFile("x.pdf", b"%PDF-1.7 words")
    assert client.post("/law/papers/", told | {"file": right})["Location"] == "/law/"
    paper = Paper.objects.get()
    answer = client.get(f"/law/papers/{paper.pk}/")
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 words"  # type: ignore[attr-defined]
    assert answer["Content-Type"] == "application/pdf"
    assert client.post(f"/law/papers/{paper.pk}/withdraw/").status_code == 302
    assert client.post(f"/law/papers/{paper.pk}/withdraw/").status_code == 409


def test_stopping_the_use_twice_does_not_allow_it_again(
    someone: Someone, signed_in: Callable[..., Client], law: Person
) -> None:
    board = signed_in(someone("board", Role.BOARD))
    page = "/law/moratorium/"
    assert board.post(page, {"reason": "A review."}).status_code == 302
    assert board.post(page, {"reason": "A review."}).status_code == 409
    row = Moratorium.objects.get()
    assert row.until is None
    assert board.post(page, {"lift": "0"}).status_code == 409
    assert board.post(page, {"lift": str(row.pk)}).status_code == 302
    assert board.post(page, {"lift": str(row.pk)}).status_code == 409
    row.refresh_from_db()
    assert row.until is not None


def test_the_packs_in_force_are_read_while_others_change_them(law: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    class Emptied(dict[Any, Any]):
        """What another thread does between two steps of this one."""

        def __setitem__(self, key: Any, value: Any) -> None:
            super().__setitem__(key, value)
            self.clear()

    monkeypatch.setattr("lookalike.casework.law._layered", Emptied())
    assert policy_in_force().entries
