"""A robbery goes from a request to a lead sheet through the hands of five people, each in a browser of their own."""

from __future__ import annotations

import io
import re
import sqlite3
from pathlib import Path

import pypdf

from lookalike.demo.story import PEOPLE
from tests.site.whole.conftest import Desk, Site
from tests.site.whole.seed import SOUGHT

STORY = "A man with a knife took the day's money from the till of a shop."
FACTS = "The clerk pressed the alarm while the man with the knife stood at the till; the camera above it recorded him."


def open_case(ida: Desk, number: str) -> str:
    """Open a case of robbery; its address."""
    page = ida.open("/cases/new/")
    page.get_by_label("Case number").fill(number)
    page.locator("select[name=nibrs]").select_option("120")
    page.get_by_label("Statute").fill("750.529")
    page.locator("select[name=attempted]").select_option(label="No")
    page.locator("select[name=felony]").select_option(label="Yes")
    page.get_by_label("Day of the offence").fill("2026-01-14")
    page.get_by_label("What happened").fill(STORY)
    page.get_by_role("button", name="Open the case").click()
    page.wait_for_url(re.compile(r"/cases/[0-9a-f]{32}/$"))
    return page.url


def take_description(ida: Desk, case: str) -> None:
    """What the clerk said, before any search."""
    page = ida.open(f"{case}descriptions/new/")
    page.get_by_label("Witness", exact=True).fill("Witness 1, clerk")
    page.get_by_label("Day on which it was said").fill("2026-01-14")
    page.get_by_label("In the witness's own words").fill("Not tall, about my height, thin, a tattoo on the neck.")
    page.get_by_label("Height, at least").fill("165")
    page.get_by_label("Height, at most").fill("172")
    page.get_by_label("Weight, at most").fill("75")
    page.locator("[name=marks]").fill("tattoo on the neck")
    page.locator("main form button").first.click()
    page.wait_for_url(case)


def add_exhibit(ida: Desk, case: str, file: Path) -> str:
    """Take a photograph in; the address of its still."""
    page = ida.open(f"{case}exhibits/new/")
    page.locator("input[type=file]").set_input_files(file)
    page.locator("input[name=kind][value=photograph]").check()
    page.get_by_label("Title").fill("Camera above the till")
    page.locator("select[name=probe_kind]").select_option("still_from_evidence")
    page.get_by_label("Received from").fill("the shop's owner")
    page.get_by_label("Received on").fill("2026-01-15")
    page.locator("main form button").first.click()
    page.wait_for_url(re.compile(r"/exhibits/[0-9a-f]{32}/$"))
    page.locator("main a[href^='/stills/']").first.click()
    page.wait_for_url(re.compile(r"/stills/[0-9a-f]{32}/"))
    return page.url


def ask(ida: Desk, still: str) -> str:
    """Ask for the face of a still; the address of the request."""
    page = ida.open(f"{still}ask/")
    page.locator("input[name=face]").first.check()
    page.locator("select[name=purpose]").select_option("identify_suspect")
    page.locator("select[name=suspicion]").select_option("reasonable_suspicion")
    page.locator("select[name=route]").select_option("own_case")
    page.locator("textarea[name=specific_facts]").fill(FACTS)
    page.get_by_role("button", name="See how it is judged").click()
    assert "How it would be judged now" in ida.text()
    ida.shot("ask-considered")
    page.get_by_role("button", name="Ask", exact=True).click()
    page.wait_for_url(re.compile(r"/requests/[0-9a-f]{32}/$"))
    return page.url


def check(chen: Desk, case: str, request: str) -> None:
    """Read the case report, approve the request, and have it searched."""
    page = chen.open(request)
    assert STORY not in page.content()
    assert FACTS not in page.content()
    page = chen.open(case)
    assert STORY not in page.content()
    page.get_by_role("button", name="Open the story").click()
    assert STORY in chen.text()
    page = chen.open(request)
    chen.shot("request-to-check")
    page.locator("textarea[name=words]").fill("It is as the report says.")
    page.get_by_role("button", name="Approve and search").click()
    assert "was searched" in page.locator("#notices").inner_text()


def examine(desk: Desk, wanted: str | None, home: Path) -> str:
    """Examine the one task that stands to be begun, by hand. wanted: the record to name; None: no candidate.

    Returns the address of the task.
    """
    page = desk.open("/tasks/")
    page.locator("main a[href^='/tasks/']").first.click()
    task = page.url
    page.get_by_role("button", name="Begin").click()
    page.locator("main input[type=radio]").first.wait_for()
    radios = sorted({one.get_attribute("name") or "" for one in page.locator("main input[type=radio]").all()})
    for number, radio in enumerate(radios):
        page.locator(f"input[name={radio}][value={'visible' if number < 4 else 'not'}]").check()
        if number < 4:
            page.locator(f"[name={radio.replace('-visible', '-words')}]").fill("Seen from the front, evenly lit.")
    desk.shot(f"{desk.name}-describing")
    page.get_by_role("button", name="Save, and go on to lock it").click()
    page.get_by_role("button", name="Lock the description").click()
    page.get_by_role("button", name="Show the faces").click()
    page.locator("main a[href*='/compare/']").first.wait_for()
    faces = [one.get_attribute("href") or "" for one in page.locator("main a[href*='/compare/']").all()]
    faces = list(dict.fromkeys(faces))
    desk.shot(f"{desk.name}-faces")
    mate = mate_of(home, wanted, faces) if wanted else None
    by_hand = [mate or faces[0]]
    for face in faces:
        if face not in by_hand:
            assert page.evaluate(EXCLUDE, [face, "The nose and the hairline are of another shape."]) == 200
    for face in by_hand:
        page = desk.open(face)
        page.locator("lookalike-viewer[data-ready]").wait_for()
        desk.shot(f"{desk.name}-compare")
        for row in page.locator("main form tbody tr").all():
            unseen = "not visible" in row.locator("td").first.inner_text()
            seen = "not_comparable" if unseen else "similar" if face == mate else "different"
            row.locator("select[name$=-judgement]").select_option(seen)
        page.locator(f"input[name=outcome][value={'possible' if face == mate else 'excluded'}]").check()
        page.locator("textarea[name=reason]").fill("Ears, hairline and nose agree in all that can be seen, or do not.")
        page.get_by_role("button", name="Save, and go on").click()
    page = desk.open(task)
    desk.shot(f"{desk.name}-conclude")
    name = "possible candidate" if wanted else "No candidate"
    page.locator("main form button", has_text=re.compile(name, re.IGNORECASE)).click()
    assert "Concluded" in desk.text(), desk.text()[:500]
    desk.shot(f"{desk.name}-concluded")
    return task


EXCLUDE = """async ([face, reason]) => {
  const page = new DOMParser().parseFromString(await (await fetch(face)).text(), "text/html");
  const form = page.querySelector("main form[method=post]");
  const filled = new FormData(form);
  filled.set("outcome", "excluded");
  filled.set("reason", reason);
  return (await fetch(form.action, {method: "POST", body: filled})).status;
}"""


def mate_of(home: Path, wanted: str, faces: list[str]) -> str:
    """Which of the faces is of a record: only the database knows."""
    with sqlite3.connect(home / "site" / "site.sqlite3") as database:
        rows = database.execute(
            "SELECT f.public_id FROM examinations_taskface f JOIN searches_candidate c ON c.id = f.candidate_id "
            "WHERE c.person_id = ?",
            (wanted,),
        ).fetchall()
    known = {row[0] for row in rows}
    return next(face for face in faces if face.rstrip("/").rsplit("/", 1)[-1] in known)


def test_from_a_request_to_a_lead_sheet(site: Site) -> None:
    ida, chen, eva, finn, sam = (site.desk(name) for name in ("ida", "chen", "eva", "finn", "sam"))
    case = open_case(ida, "26-00117")
    take_description(ida, case)
    still = add_exhibit(ida, case, PEOPLE / "probes" / "S001-a.jpg")
    ida.shot("still")
    request = ask(ida, still)
    check(chen, case, request)
    page = sam.open("/examinations/")
    page.get_by_role("link", name="Request 1").click()
    page.locator("input[name=examiners]").first.wait_for()
    for box in page.locator("input[name=examiners]").all():
        box.check()
    page.get_by_role("button", name="Assign").click()
    page.get_by_text("The examinations are given").wait_for()
    for _ in range(2):
        for desk in (eva, finn):
            if "To be begun" in desk.open("/tasks/").locator("main").inner_text():
                examine(desk, SOUGHT, site.home)
    page = sam.open(f"{request}answer/")
    sam.shot("answer")
    page.locator("input[name=read]").check()
    page.locator("form:has(input[name=read]) textarea[name=words]").fill("Both agree, each alone.")
    page.get_by_role("button", name="Sign the lead").click()
    page.wait_for_url(re.compile(r"/leads/[0-9a-f]{32}/$"))
    sam.shot("lead-supervisor")
    lead = page.url
    page = ida.open(lead)
    assert "B0000" not in page.content()
    for path in ("document.pdf", "photograph/"):
        assert ida.context.request.get(lead + path).status == 403
    ida.shot("statements")
    boxes = page.locator("main form input[type=checkbox]")
    boxes.first.check()
    page.locator("main form button").first.click()
    assert ida.context.request.get(lead + "document.pdf").status == 403  # one statement is not all of them
    for box in page.locator("main form input[type=checkbox]").all():
        box.check()
    page.locator("main form button").first.click()
    page = ida.open(lead)
    ida.shot("lead-sheet")
    sheet = ida.text()
    assert "What speaks against this lead" in sheet
    assert sheet.index("taller than") < sheet.index("B0000")
    document = ida.context.request.get(lead + "document.pdf")
    assert document.status == 200
    assert document.body()[:5] == b"%PDF-"
    text = "".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(document.body())).pages)
    assert "INVESTIGATIVE LEAD ONLY" in " ".join(text.split())
    code = re.search(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}", text)
    assert code
    anybody = site.browser.new_context().new_page()
    anybody.goto(f"{site.base}/verify/{code[0]}/")
    proof = anybody.locator("main").inner_text()
    assert "Detroit Police Department" in proof
    assert "26-00117" not in proof
    assert not [name for name in ("Ida", "Eva", "Finn", "Sam") if name in proof]
    for desk in (ida, chen, eva, finn, sam):
        assert not [one for one in desk.wrong if "403" not in one], desk.name
        assert not [one.url for one in desk.seen if one.status >= 500], desk.name


def test_who_examines_meets_nothing_that_must_be_hidden(site: Site) -> None:
    """What either examiner's browser ever got says nothing of score, rank, record or the other examiner."""
    truth = secrets_of(site.home)
    for name in ("eva", "finn"):
        desk = site.desk(name)
        other = "Finn Examiner" if name == "eva" else "Eva Examiner"
        told = "".join(f"{one.url} {one.headers}" for one in desk.seen)
        for address in dict.fromkeys(one.url for one in desk.seen if "/tasks/" in one.url and one.status == 200):
            answer = desk.context.request.get(address)
            if "text" in answer.headers.get("content-type", "") or "json" in answer.headers.get("content-type", ""):
                told += answer.text()
        assert not [word for word in (*truth, other, "26-00117", STORY, FACTS, "rank", "score") if word in told]


def secrets_of(home: Path) -> list[str]:
    """Records, persons and galleries of the candidates: what no examiner may meet."""
    with sqlite3.connect(home / "site" / "site.sqlite3") as database:
        rows = database.execute("SELECT record_id, person_id, gallery FROM searches_candidate").fetchall()
    return sorted({value for row in rows for value in row})
