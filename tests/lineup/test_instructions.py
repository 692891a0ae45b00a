"""What a witness is told: everything in every language, in plain words, and never that the person is there."""

from __future__ import annotations

import re

import pytest

from lookalike.errors import BadInput
from lookalike.lineup.instructions import (
    ADMINISTRATIONS,
    PRESENTATIONS,
    buttons,
    instructions,
    languages,
    notices,
    questions,
)
from lookalike.protocol.court_words import Administration, Instruction, Presentation

WAYS = [(p, a) for p in sorted(PRESENTATIONS) for a in sorted(ADMINISTRATIONS)]

HINTS = {
    "en": [
        r"\bsuspects?\b", r"\bculprit", r"\bperpetrator", r"\boffender", r"\bcriminal", r"\barrest", r"\bguilty\b",
        r"\bidentify\b", r"\bpick (him|her|them|out)", r"\bwhich (one|person|photograph) is\b",
        r"\bone of (them|these) is\b", r"\bis (in|among|one of) (these|the) photographs",
        r"\bthe right (one|person|photograph)", r"\bwe (think|believe)\b",
        r"\bcorrect\b", r"\bwell done\b", r"\bgood job\b", r"\bmatch", r"\bpercent|%", r"\b(six|6) photographs",
        r"\bdo your best\b", r"\btry to\b", r"\bcandidate", r"\bface (search|recognition)",
    ],
    "es": [
        r"\bsospechos[oa]", r"\bculpable", r"\bautor", r"\bdelincuente", r"\bcriminal", r"\bdeten(ido|ida|er)",
        r"\bidentificar\b", r"\bcu[aá]l (es|de)\b", r"\buna de (ellas|estas) es\b", r"\besta persona es\b",
        r"\bla correcta\b", r"\bcreemos\b", r"\bpensamos\b", r"\bmuy bien\b", r"\bbien hecho\b", r"%|\bpor ciento",
        r"\b(seis|6) fotograf", r"\bhaga lo posible\b", r"\btrate de\b", r"\bcandidat", r"\breconocimiento facial",
    ],
}  # fmt: skip


def everything(language: str) -> dict[str, str]:
    """Every text of a language, by where it stands."""
    said = {
        f"{presentation} {administration} {one.key}": one.text
        for presentation, administration in WAYS
        for one in instructions(language, presentation=presentation, administration=administration)
    }
    for name, table in (("q", questions(language)), ("b", buttons(language)), ("n", notices(language))):
        said |= {f"{name} {key}": text for key, text in table.items()}
    return said


def test_english_and_spanish_at_least() -> None:
    assert {"en", "es"} <= set(languages())
    assert languages()["es"] == "Español"


def test_every_language_says_everything_in_the_same_order() -> None:
    keys = list(everything("en"))
    assert all(list(everything(language)) == keys for language in languages())


@pytest.mark.parametrize(("presentation", "administration"), WAYS)
def test_everything_that_a_policy_can_require_is_said_once(presentation: str, administration: str) -> None:
    for language in languages():
        keys = [one.key for one in instructions(language, presentation=presentation, administration=administration)]
        assert len(set(keys)) == len(keys)
        assert set(Instruction) <= set(keys)


def test_the_ways_of_holding_a_lineup_are_those_of_the_protocol() -> None:
    assert set(Presentation) == PRESENTATIONS
    assert set(Administration) - {Administration.INFORMED} == ADMINISTRATIONS


@pytest.mark.parametrize("language", sorted(HINTS))
def test_no_text_says_or_hints_that_the_person_is_there(language: str) -> None:
    for where, text in everything(language).items():
        for hint in HINTS[language]:
            assert not re.search(hint, text.lower()), (where, hint)


def test_every_language_has_its_list_of_hints() -> None:
    assert set(languages()) == set(HINTS)


def test_that_the_person_may_not_be_there_is_said_in_so_many_words() -> None:
    said = {language: {one.key: one.text for one in instructions(language)} for language in languages()}
    assert "may or may not be" in said["en"]["may_not_be_present"]
    assert "puede estar o puede no estar" in said["es"]["may_not_be_present"]


def test_the_answers_that_are_offered_are_the_ones_that_were_promised() -> None:
    for language in languages():
        need_not = next(one.text for one in instructions(language) if one.key == "need_not_choose")
        for key in ("not_present", "dont_know"):
            assert buttons(language)[key] in need_not


def test_what_is_said_is_true_of_the_way_in_which_it_is_held() -> None:
    for language in languages():
        blind = {one.key: one.text for one in instructions(language)}
        alone = {one.key: one.text for one in instructions(language, administration="self_administered")}
        together = {one.key for one in instructions(language, presentation="simultaneous")}
        assert blind["no_knowledge"] != alone["no_knowledge"]
        assert "one_at_a_time" in blind
        assert "all_at_once" not in blind
        assert "all_at_once" in together
        assert "one_at_a_time" not in together


def test_confidence_is_asked_for_in_the_witness_own_words() -> None:
    assert "own words" in questions("en")["confidence"]
    assert "propias palabras" in questions("es")["confidence"]
    for language in languages():
        assert not re.search(r"\d", questions(language)["confidence"])


def test_the_words_are_plain() -> None:
    """No sentence of more than 30 words; in English none of more than 13 letters but these."""
    for language in languages():
        for where, text in everything(language).items():
            assert text == text.strip()
            for sentence in re.split(r"(?<=[.?!])\s", text):
                assert len(sentence.split()) <= 30, (language, where, sentence)
    long = {word for text in everything("en").values() for word in re.findall(r"[a-z]{13,}", text.lower())}
    assert long <= {"investigation", "neighbourhood"}


def test_a_button_is_short() -> None:
    assert all(len(text) <= 30 for language in languages() for text in buttons(language).values())


@pytest.mark.parametrize("ask", [instructions, questions, buttons, notices])
def test_a_language_that_there_is_not_is_refused(ask: object) -> None:
    for language in ("xx", "", "EN", "../en", "en\x00"):
        with pytest.raises(BadInput, match="language"):
            ask(language)  # type: ignore[operator]


def test_a_lineup_held_by_somebody_who_knows_has_no_instructions() -> None:
    with pytest.raises(BadInput):
        instructions("en", administration="informed")
    with pytest.raises(BadInput):
        instructions("en", presentation="one photograph")
