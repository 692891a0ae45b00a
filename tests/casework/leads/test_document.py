"""The sheet and the letter as PDFs: everything that is said is in them, whatever is put into them."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from lookalike.casework.leads.content import NOTICE, lead_content, no_lead_content, statements
from lookalike.casework.leads.contradictions import Described, OnRecord, Range
from lookalike.casework.leads.document import no_lead_pdf, sheet_pdf
from lookalike.casework.leads.forbidden import forbidden_in
from lookalike.casework.leads.sheet import LeadSheet
from lookalike.record.model import OtherRecord
from tests.casework.leads.examples import BARE, DEEDS, EARLIER, LEAD, NO_LEAD, PICTURES, SEARCHED, one_witness
from tests.casework.pdf import body_of, headings_of, is_accessible, letters, pages_of, text_of


def printed(sheet: LeadSheet) -> str:
    """The text of the sheet's PDF, in which everything is that the sheet says."""
    text = body_of(sheet_pdf(sheet, PICTURES))
    bare = letters(text)
    for said in lead_content(sheet).texts():
        assert letters(said) in bare, said
    return text


def test_the_sheet_says_everything_and_first_what_speaks_against_it() -> None:
    text = printed(LEAD)
    assert NOTICE in text
    for statement in statements():
        assert letters(statement.text) in letters(text)
    assert not forbidden_in(text), forbidden_in(text)
    places = [
        text.index(words)
        for words in (
            NOTICE,
            "What speaks against this lead",
            "20 cm (8 in) taller",
            "What is forbidden",
            "What must happen next",
            "The image that was searched",
            "Name on the record",
            "How many strangers look this much alike",
        )
    ]
    assert places == sorted(places)


def test_the_notice_is_at_the_foot_of_every_page() -> None:
    pdf = sheet_pdf(LEAD, PICTURES)
    text = text_of(pdf)
    assert text.count("Investigative lead only. Not an identification. Not probable cause to arrest.") == pages_of(pdf)


def test_the_documents_are_accessible_and_the_same_every_time() -> None:
    sheet, letter = sheet_pdf(LEAD, PICTURES), no_lead_pdf(NO_LEAD)
    assert is_accessible(sheet, "Lead sheet of request R-2026-0211, case 26-014833")
    assert is_accessible(letter, "No lead of request R-2026-0211, case 26-014833")
    for pdf in (sheet, letter):
        levels = headings_of(pdf)
        assert levels[0] == "H1"
        assert set(levels[1:]) == {"H2"}
    assert sheet == sheet_pdf(LEAD, PICTURES)


def test_a_sheet_of_which_little_is_known_is_printed_with_what_is_missing() -> None:
    text = printed(BARE)
    assert "not recorded" in text
    assert not forbidden_in(text)
    assert "none" not in text.replace("None.", "").casefold().split()


def test_the_letter_without_a_lead_says_everything_it_should() -> None:
    text = text_of(no_lead_pdf(NO_LEAD))
    for said in no_lead_content(NO_LEAD).texts():
        assert letters(said) in letters(text), said
    assert not forbidden_in(text)


def test_sixty_other_photographs_and_many_marks_run_over_pages_and_none_is_lost() -> None:
    others = tuple(OtherRecord(f"B1{i:05}", f"20{i % 20:02}-03-0{i % 9 + 1}", "Demo County Jail") for i in range(60))
    marks = tuple(f"scar number {i} on the left forearm" for i in range(40))
    sheet = replace(
        LEAD,
        described=one_witness(replace(LEAD.described[0].described, marks=(), hair="long", other="a limp")),
        on_record=replace(LEAD.on_record, marks=marks, build="heavy", hair="none"),
        person=replace(LEAD.person, others_not_returned=others),
        searched=SEARCHED * 6,
        earlier_searches=EARLIER * 15,
        deeds=DEEDS * 10,
    )
    text = printed(sheet)
    assert all(one.record_id in text for one in others)
    assert "There are 5 contradictions." in text
    assert pages_of(sheet_pdf(sheet, PICTURES)) > 6


NAMES = [
    "ישראל ישראלי",
    "محمد عبد الله الطويل",
    "王小明",
    "Ὀδυσσεύς Αθανασόπουλος",
    "Nguyễn Thị Ánh",
    "🙂 𒀀",
    "\u202egnp.exe",
    "A\x00B\nC\tD",
    "#strong[x] $x$ *b* _i_ `c` <l> @r \\u{41} // comment",
    '"quoted" and {braces} [brackets]',
    "W" * 900,
    "Donaudampfschifffahrtsgesellschaftskapitän " * 60,
    " ",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_of_every_script_and_hostile_text_neither_break_the_sheet_nor_vanish(name: str) -> None:
    sheet = replace(
        LEAD,
        agency=name,
        case_number=name,
        person=replace(LEAD.person, name=name, source=name),
        deeds=(replace(DEEDS[0], who=name, role=name),),
        earlier_searches=(replace(EARLIER[0], request=name, galleries=name, result=name),),
        described=one_witness(Described(height_cm=Range(168, 168), tattoos=(name,), other=name)),
        on_record=OnRecord(height_cm=188, tattoos=(), other=name),
        probe=replace(LEAD.probe, name=name),
    )
    pdf = sheet_pdf(sheet, PICTURES)
    text = text_of(pdf)
    assert NOTICE in text
    assert "20 cm (8 in) taller" in text
    if name.isascii() and name.isprintable():
        assert letters(text).count(letters(name)) >= 8
    assert "\u202e" not in text
    no_lead_pdf(replace(NO_LEAD, agency=name, case_number=name, asked_by=name))


def test_a_name_that_no_font_has_stands_there_by_its_code() -> None:
    text = printed_with_name("𒀀")
    assert "[U+12000]" in text


def printed_with_name(name: str) -> str:
    """The text of a sheet of somebody of that name."""
    return text_of(sheet_pdf(replace(LEAD, person=replace(LEAD.person, name=name)), PICTURES))


def test_a_time_without_its_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="offset"):
        sheet_pdf(replace(LEAD, issued_at=datetime.datetime(2026, 6, 12, 16, 40)), PICTURES)
