"""What the sheet says of itself is read from what it shows: what is not known is not told."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from lookalike.casework.leads.content import lead_content, no_lead_content, said, statements
from lookalike.casework.leads.contradictions import Described, Range
from lookalike.casework.leads.forbidden import forbidden_in
from lookalike.casework.leads.sheet import Ending, Examined, Expiry, KnownError, LeadSheet, Witnessed
from lookalike.errors import BadFacts
from lookalike.protocol.vocabulary import Conclusion, Disclosure, Fit, Forbidden, Statement
from tests.casework.leads.examples import BARE, LEAD, NO_LEAD, at, one_witness


def text_of(sheet: LeadSheet) -> str:
    """Everything the sheet shows."""
    return "\n".join(lead_content(sheet).texts())


def test_a_whole_sheet_says_and_tells_everything_and_shows_nothing_forbidden() -> None:
    facts = said(LEAD)
    assert facts.statements == frozenset(Statement)
    assert facts.disclosures == frozenset(Disclosure)
    assert facts.forbidden_shown == frozenset()


def test_what_is_not_known_is_said_and_does_not_count_as_told() -> None:
    assert said(BARE).disclosures == {Disclosure.QUALITY}
    text = text_of(BARE)
    for sentence in (
        "It is not recorded whether any witness described the person.",
        "It is not recorded whether this face was searched before.",
        "It is not recorded whether the galleries hold other photographs of this person.",
        "It is not recorded whether it has expired.",
        "No examination is recorded.",
        "Nobody has measured it",
    ):
        assert sentence in text
    assert "None\n" not in text


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"described": ()}, Disclosure.DESCRIPTION_CONTRADICTIONS),
        ({"earlier_searches": ()}, Disclosure.PRIOR_SEARCHES),
        ({"probe": replace(BARE.probe, obstructions=())}, Disclosure.OBSTRUCTIONS),
        ({"person": replace(BARE.person, others_not_returned=())}, Disclosure.OTHERS_NOT_RETURNED),
        ({"person": replace(BARE.person, expiry=Expiry.VALID)}, Disclosure.PHOTO_EXPIRED),
        ({"person": replace(BARE.person, taken_on=datetime.date(2009, 4, 6), age="old")}, Disclosure.PHOTO_DATE),
        ({"examinations": LEAD.examinations}, Disclosure.OTHER_EXAMINERS),
    ],
)
def test_each_fact_that_is_known_is_told_also_when_it_is_nothing(change: dict[str, object], told: Disclosure) -> None:
    assert said(replace(BARE, **change)).disclosures == {Disclosure.QUALITY, told}


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ({"expected_lookalikes": "A likeness of 0.93."}, Forbidden.SCORE),
        ({"offence": "robbery, 93% certain"}, Forbidden.PERCENT),
        ({"next_steps": ("Arrest the match.",)}, Forbidden.MATCH_WORD),
        ({"deeds": (replace(LEAD.deeds[0], what="ranked the candidates"),)}, Forbidden.RANK),
        ({"person": replace(LEAD.person, source="State Police ✔")}, Forbidden.GREEN_TICK),
        ({"described": one_witness(Described(other="matching\u00a0shoes"))}, Forbidden.MATCH_WORD),
    ],
)
def test_what_somebody_wrote_into_the_sheet_is_read_too(change: dict[str, object], shown: Forbidden) -> None:
    assert said(replace(LEAD, **change)).forbidden_shown == {shown}


def test_somebody_may_be_called_rank_and_a_row_does_not_run_into_the_next() -> None:
    deeds = (replace(LEAD.deeds[0], who="A. Rank", what="named one candidate"), LEAD.deeds[1])
    assert said(replace(LEAD, deeds=deeds, asked_by="B. Match")).forbidden_shown == frozenset()
    named = replace(LEAD.person, name="93% J. Example")
    assert said(replace(LEAD, person=named)).forbidden_shown == {Forbidden.PERCENT}


def test_the_statements_are_read_from_the_sheet_and_not_asserted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lookalike.casework.leads.content.NOTICE", "INVESTIGATIVE LEAD ONLY.")
    assert said(LEAD).statements == {Statement.LEAD_ONLY, Statement.INVESTIGATE_FURTHER}


def test_what_speaks_against_the_lead_comes_before_everything_else() -> None:
    first = lead_content(LEAD).sections[0]
    assert first.heading == "What speaks against this lead"
    assert first.paragraphs[0].startswith("There are 4 contradictions.")
    assert [label for label, _ in first.rows] == ["Height", "Weight", "Age", "Tattoos"]
    assert [label for label, _ in first.also_rows] == ["Build", "Facial hair"]


def test_no_contradiction_is_never_shown_as_support() -> None:
    first = lead_content(replace(LEAD, described=one_witness(Described(build="slim")))).sections[0]
    assert first.paragraphs == (
        "No measured difference was found. That supports nothing: a description fits many people.",
    )
    nobody = lead_content(replace(LEAD, described=one_witness(Described()))).sections[0]
    assert nobody.paragraphs[0].startswith("No witness described the person")


def test_disagreement_is_told_in_capitals_and_counted() -> None:
    other = Examined("T. Abara", at(11, 14), Conclusion.NO_CANDIDATE, None, ("another examiner's result",))
    text = text_of(replace(LEAD, examinations=(LEAD.examinations[0], other)))
    assert "THE EXAMINERS DID NOT AGREE. 1 of 2 named the person of this sheet." in text
    assert "another examiner's result" in text
    somebody_else = Examined("T. Abara", at(11, 14), Conclusion.POSSIBLE_CANDIDATE, False, ())
    text = text_of(replace(LEAD, examinations=(LEAD.examinations[0], somebody_else)))
    assert "THE EXAMINERS DID NOT AGREE" in text
    assert "possible candidate: investigate, but somebody else" in text


def test_an_examination_that_names_nobody_has_nobody_to_compare() -> None:
    for conclusion, names in ((Conclusion.POSSIBLE_CANDIDATE, None), (Conclusion.NO_CANDIDATE, True)):
        with pytest.raises(BadFacts):
            Examined("T. Abara", at(11, 14), conclusion, names, ())


@pytest.mark.parametrize(
    ("without", "false_leads", "words"),
    [
        (64, 3, "in 3 of them. The true number may lie anywhere between 1 in 63 and 1 in 7 such tasks."),
        (64, 0, "in none of them. It may still happen in up to 1 in 21 such tasks."),
        (29, 0, "That is too few tasks to say how often it happens."),
        (40, 40, "between 9 in 10 and 10 in 10 such tasks."),
    ],
)
def test_the_error_of_the_examiners_is_told_with_its_interval(without: int, false_leads: int, words: str) -> None:
    known = KnownError("this unit", datetime.date(2026, 5, 31), without, false_leads)
    text = text_of(replace(LEAD, known_error=known))
    assert words in text
    assert not forbidden_in(text)


def test_more_false_leads_than_tasks_are_refused() -> None:
    with pytest.raises(BadFacts):
        KnownError("this unit", datetime.date(2026, 5, 31), 3, 4)


def test_an_expired_document_stands_out() -> None:
    person = replace(LEAD.person, expiry=Expiry.EXPIRED, expired_on=datetime.date(2017, 1, 9))
    assert "EXPIRED on 9 January 2017." in text_of(replace(LEAD, person=person))


def test_every_statement_has_a_key_of_its_own() -> None:
    keys = [one.key for one in statements()]
    assert len(set(keys)) == len(keys)
    assert {one.value for one in Statement} <= set(keys)


@pytest.mark.parametrize("ending", list(Ending))
@pytest.mark.parametrize("fitness", list(Fit))
def test_the_letter_without_a_lead_names_nobody_and_concludes_nothing(ending: Ending, fitness: Fit) -> None:
    letter = replace(NO_LEAD, ending=ending, probe=replace(NO_LEAD.probe, fitness=fitness))
    text = "\n".join(no_lead_content(letter).texts())
    assert ending.value in text
    assert "It clears nobody and accuses nobody." in text
    assert LEAD.person.record_id not in text
    assert not forbidden_in(text)


def test_a_letter_for_an_image_that_was_never_searched_says_so() -> None:
    letter = replace(NO_LEAD, ending=Ending.UNSUITABLE, searched=(), listed=0, examiners=0)
    text = "\n".join(no_lead_content(letter).texts())
    assert "Nothing. The image was not fit to be searched." in text
    assert "No examiner compared candidates." in text


def test_each_witness_is_shown_apart_and_nothing_is_averaged() -> None:
    short, tall = Described(height_cm=Range(160, 165)), Described(height_cm=Range(186, 190))
    day = datetime.date(2026, 5, 29)
    both = (Witnessed("Witness 1", day, False, short), Witnessed("Witness 2", day, True, tall))
    first = lead_content(replace(LEAD, described=both)).sections[0]
    assert first.paragraphs[0].startswith("There is 1 contradiction.")
    assert [label for label, _ in first.rows] == ["Height, Witness 1"]
    assert "Height, Witness 2 (recorded after the search)" in [label for label, _ in first.also_rows]
    assert "recorded only after the search" in first.paragraphs[1]


def test_the_booking_behind_the_record_is_told() -> None:
    person = replace(LEAD.person, booking="arrest 2019-1234 of Demo County Jail")
    assert "arrest 2019-1234 of Demo County Jail" in text_of(replace(LEAD, person=person))
