"""The report of a lineup as a PDF (PDF/UA-1): everything that happened, in calm words, whoever it speaks for.

Not chosen and don't know are told as plainly as a choice. Only here is the suspect marked.

Source: Wells et al. 2020; United States Department of Justice 2017 (every answer is documented, also those who chose
nobody).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from lookalike.casework.leads.parts import Section
from lookalike.casework.lineups.flow import DONT_KNOW, NO, NOT_PRESENT, NOT_SURE, YES
from lookalike.casework.paper import Verification, a_moment, as_data, printed, qr_code

ANSWERS = {
    YES: "yes",
    NO: "no",
    NOT_SURE: "not sure",
    NOT_PRESENT: "not present",
    DONT_KNOW: "I don't know",
    "agree": "I agree",
    "disagree": "I do not agree",
}
ASKED = {
    "elsewhere": "Whether the witness knows anybody shown from elsewhere",
    "seen_before": "Whether anybody had shown the witness a photograph before",
    "more": "Whether there is anything else to say",
    "which": "Whether the person is in one of the photographs",
    "array": "Whether the person is in one of the photographs",
}
WAYS = {
    "double_blind": "double-blind: whoever held it was not told whom the photographs show",
    "blinded": "blinded: whoever held it could not see which photograph was looked at",
    "self_administered": "self-administered: the witness was alone with the device",
    "informed": "by somebody who was informed",
    "sequential": "one photograph at a time",
    "simultaneous": "all photographs at once",
}
FROM_SEARCH = (
    "A face search named the suspect. Somebody found by a search looks like the person who was seen, innocent or "
    "not, and so is likelier to be chosen than a filler. A choice in this lineup does not confirm the search, and "
    "the search does not confirm the choice."
)
FIGURES = {
    "mock_witnesses": "Mock witnesses, who knew only the description",
    "proportion": "Share of them who chose the suspect",
    "p_suspect": "Probability of so many by chance, exact binomial",
    "functional_size": "Functional size",
    "effective_size": "Effective size E′ (Tredoux)",
    "low": "E′, lower end of the interval",
    "high": "E′, upper end of the interval",
    "adjusted": "Effective size (Malpass, adjusted)",
}


def report_pdf(sheet: Mapping[str, Any], pictures: Sequence[bytes], verification: Verification) -> bytes:
    """Typeset the report; the same input gives the same bytes. sheet: as `gather.sheet_of` makes it.

    pictures: JPEG, in the order shown. Raises Fault when the document cannot be made.
    """
    files = {f"photograph-{place}.jpg": data for place, data in enumerate(pictures, start=1)}
    data = {
        "name": f"Lineup {sheet['lineup']} of case {sheet['case']}",
        "title": f"Lineup {sheet['lineup']}",
        "software": sheet["software"],
        "facts": facts(sheet),
        "outcome": outcome_in_words(sheet),
        "confidence": sheet["confidence"],
        "confidence_at": "" if not sheet["confidence_at"] else _moment(sheet["confidence_at"]),
        "cautions": cautions(sheet),
        "photographs": [_photograph(one, sheet["chosen"]) for one in sheet["members"]],
        "sections": [as_data(one) for one in sections(sheet)],
        "verification": verification.to_data(),
    }
    made_at = datetime.fromisoformat(sheet["ended_at"])
    template = Path(__file__).with_suffix(".typ")
    return printed(template, data, files | {"qr.svg": qr_code(verification.url)}, made_at=made_at)


def outcome_in_words(sheet: Mapping[str, Any]) -> str:
    """How it ended, in one sentence."""
    if sheet["outcome"] == "chosen":
        who = "the suspect" if sheet["members"][sheet["chosen"] - 1]["suspect"] else "a filler, who is not suspected"
        return f"The witness chose photograph {sheet['chosen']}, which shows {who}."
    if sheet["outcome"] == "not_present":
        return "The witness chose nobody, and said: not present."
    if sheet["outcome"] == "dont_know":
        return "The witness chose nobody, and said: I don't know."
    return f"The lineup was broken off and is void. {sheet['because']}"


def sections(sheet: Mapping[str, Any]) -> tuple[Section, ...]:
    """Everything under the photographs, in the order in which it is read."""
    return (
        _answers(sheet),
        Section("What the witness was told", items=tuple(one["text"] for one in sheet["told"])),
        _events(sheet),
        _recording(sheet),
        _fairness(sheet),
        _permission(sheet),
        _order(sheet),
    )


def event_in_words(event: Mapping[str, Any]) -> str:
    """One event in a sentence; what was said stands in quotation marks, word for word."""
    kind, data = event["kind"], event["data"]
    words = f" In the witness's words: “{data['words'].strip()}”" if str(data.get("words", "")).strip() else ""
    answer, place = ANSWERS.get(data.get("answer", ""), ""), data.get("place", "")
    step = str(data.get("step", ""))
    if kind == "begun":
        return "The screen of the witness was opened." if "visit" in data else "Begun by whoever held it."
    if kind == "shown":
        return f"Photograph {place} was shown."
    if kind == "instruction":
        text = (
            f"Read and acknowledged: “{data['text']}”" if "text" in data else "The witness asked for the photographs."
        )
        return text
    if kind == "consent":
        return f"Asked whether picture and sound may be recorded: {answer}.{words}"
    if kind == "confidence":
        return f"Asked at once how sure, of photograph {place}: “{data['words']}”"
    if kind in ("answer", "change", "words"):
        begins = "Changed. " if kind == "change" else ""
        if step.startswith("picture-"):
            return f"{begins}Photograph {place}: {answer}.{words}"
        said = f"photograph {data['answer']}" if str(data.get("answer", "")).isdigit() else answer
        return f"{begins}{ASKED.get(step, step)}: {said or 'nothing more'}.{words}"
    if kind == "hidden":
        return "The page was hidden." if data.get("hidden") else "The page was seen again."
    if kind == "recording":
        return (
            f"Take {data['take']} began."
            if "take" in data
            else f"Nothing could be recorded ({data.get('failed', '')})."
        )
    if kind == "resumed":
        if "key" in data:
            return "Another key was drawn for the witness's screen."
        return f"Interrupted: the page was opened again after {data.get('away_s', 0)} s without a sign."
    if kind == "ended":
        return "Ended. " + str(data.get("reason", ""))
    return f"{kind}."


def facts(sheet: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Who, how and when, as label and value."""
    return [
        ("Agency", sheet["agency"]),
        ("Case", sheet["case"]),
        ("Witness", sheet["witness"]),
        ("Suspect", sheet["suspect"]),
        ("Held by", sheet["held_by"]),
        ("How", f"{WAYS[sheet['presentation']]}; {WAYS[sheet['administration']]}"),
        ("Language", sheet["language"]),
        ("Begun", _moment(sheet["begun_at"])),
        ("Ended", _moment(sheet["ended_at"])),
    ]


def cautions(sheet: Mapping[str, Any]) -> list[str]:
    """What stands beside the outcome, so that nobody reads more in it than it says."""
    said = [FROM_SEARCH] if sheet["from_search"] else []
    if sheet["outcome"] == "chosen":
        said.append(
            "A choice is what one person remembers. It is weighed with how sure the witness said to be, at that moment "
            "and in these words, and with everything else in the case."
        )
    else:
        said.append(
            "Who chooses nobody, or somebody else, has given an answer. It belongs to the file and to every packet "
            "like any other."
        )
    if sheet["state"] == "void":
        said.append("This witness is not shown this suspect again.")
    return said


def _photograph(one: Mapping[str, Any], chosen: int) -> dict[str, Any]:
    place, who = one["place"], "the suspect" if one["suspect"] else "filler"
    caption = f"{place}: {who}{', chosen' if place == chosen else ''}"
    alt = f"Photograph {place}, {who}"
    return {"file": f"photograph-{place}.jpg", "alt": alt, "caption": caption, "suspect": one["suspect"]}


def _answers(sheet: Mapping[str, Any]) -> Section:
    shown = {one["data"]["place"]: one for one in sheet["events"] if one["kind"] == "shown"}
    said = {one["data"]["step"]: one for one in sheet["events"] if "answer" in one["data"]}
    rows = [("Place", "Shows", "Record", "Shown", "Answer", "After", "In the witness's words")]
    for member in sheet["members"]:
        place = member["place"]
        seen, answer = shown.get(place), said.get(f"picture-{place}")
        rows.append(
            (
                str(place),
                "SUSPECT" if member["suspect"] else "filler",
                member["record"],
                _clock(seen["at"]) if seen else "not shown",
                ANSWERS.get(answer["data"]["answer"], "")
                if answer
                else "asked once, of all"
                if sheet["at_once"]
                else "none",
                _after(seen, answer),
                answer["data"]["words"] if answer else "",
            )
        )
    final = said.get("array" if sheet["at_once"] else "which")
    closing = (f"Last word: {event_in_words(final)}",) if final else ("The witness did not come to a last word.",)
    return Section(
        "Each photograph, in the order shown",
        table=tuple(rows),
        widths=(6, 9, 12, 14, 9, 9, 26),
        closing=(
            *closing,
            "After: from the moment the photograph was sent until the answer came, by the site's clock.",
        ),
    )


def _events(sheet: Mapping[str, Any]) -> Section:
    rows = [("No.", "At", "Browser's clock", "What")]
    for one in sheet["events"]:
        browser = "" if one["elapsed_ms"] is None else f"{one['elapsed_ms'] / 1000:.1f} s"
        rows.append((str(one["number"]), _clock(one["at"]), browser, event_in_words(one)))
    begins = f"Times of day, {sheet['begun_at'][-6:]} from UTC. The browser's clock runs from when its page was opened."
    return Section("Everything that happened", (begins,), table=tuple(rows), widths=(5, 14, 12, 60))


def _recording(sheet: Mapping[str, Any]) -> Section:
    if sheet["consent"] is None:
        return Section("The recording", ("It did not come to the question whether it may be recorded.",))
    if not sheet["consent"]:
        why = f" In the witness's words: “{sheet['consent_words']}”" if sheet["consent_words"].strip() else ""
        return Section("The recording", (f"The witness did not agree to be recorded. Nothing was recorded.{why}",))
    if not sheet["takes"]:
        return Section(
            "The recording", ("The witness agreed, and nothing was recorded: no camera gave a picture.",), warns=True
        )
    rows = [("Take", "From", "To", "Pieces", "Missing", "SHA-256 of the file")]
    for one in sheet["takes"]:
        missing = ", ".join(map(str, one["missing"])) or "none"
        rows.append(
            (
                str(one["number"]),
                _clock(one["begun_at"]),
                _clock(one["ended_at"]),
                str(one["pieces"]),
                missing,
                one["sha256"],
            )
        )
    gaps = [
        f"Between take {a['number']} and take {b['number']} nothing was recorded for {_between(a, b):.1f} s."
        for a, b in zip(sheet["takes"], sheet["takes"][1:], strict=False)
    ]
    return Section(
        "The recording",
        ("The witness agreed that picture and sound are recorded.", *gaps),
        rows=(("SHA-256 of all pieces", sheet["recording_sha256"] or ""),),
        table=tuple(rows),
        widths=(6, 14, 14, 8, 9, 40),
    )


def _fairness(sheet: Mapping[str, Any]) -> Section:
    figures = sheet["fairness"]
    if not figures:
        return Section("Whether the lineup was fair", ("No mock-witness test of it is on record.",))
    rows = [(label, figures[key]) for key, label in FIGURES.items() if key in figures]
    return Section(
        "Whether the lineup was fair",
        (f"Before it was shown, it was tested with people who knew only this: “{figures.get('description', '')}”",),
        rows=tuple(rows),
        closing=("Small probability: the suspect stood out. E′ says of how many members the lineup really consisted.",),
    )


def _permission(sheet: Mapping[str, Any]) -> Section:
    allowed = ("Allowed by", f"{sheet['allowed_by']}, {_moment(sheet['allowed_at'])}") if sheet["allowed_at"] else None
    signed = [
        (
            one["office"].replace("_", " ").capitalize() or "Signed",
            f"{one['who']}, {'for it' if one['for'] else 'against it'}, {_moment(one['at'])}. {one['words']}".strip(),
        )
        for one in sheet["signatures"]
    ]
    rows = (*((allowed,) if allowed else ()), *signed, ("Packs in force", ", ".join(sheet["packs"])))
    return Section("Who allowed it", ("The packs were asked again when it began.",), rows=rows)


def _order(sheet: Mapping[str, Any]) -> Section:
    why = [(f"Photograph {one['place']}", one["because"]) for one in sheet["members"]]
    covered = sorted({part for one in sheet["members"] for part in one["covered"]})
    return Section(
        "How the photographs were chosen and put in order",
        (
            "The order was drawn by lot, from a seed that nobody saw before the end. With the seed anybody can draw it "
            "again (lookalike.lineup.order).",
        ),
        rows=(("Seed", sheet["seed"]), *why),
        closing=(f"Covered or copied on all alike: {', '.join(covered)}.",) if covered else (),
    )


def _after(seen: Mapping[str, Any] | None, answer: Mapping[str, Any] | None) -> str:
    if seen is None or answer is None:
        return ""
    took = datetime.fromisoformat(answer["at"]) - datetime.fromisoformat(seen["at"])
    return f"{took.total_seconds():.1f} s"


def _between(a: Mapping[str, Any], b: Mapping[str, Any]) -> float:
    return (datetime.fromisoformat(b["begun_at"]) - datetime.fromisoformat(a["ended_at"])).total_seconds()


def _clock(moment: str) -> str:
    return moment[11:23]


def _moment(moment: str) -> str:
    return a_moment(datetime.fromisoformat(moment))
