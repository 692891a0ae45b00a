"""What the API answers, as frozen dataclasses. Written by tools/make_client.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account."""

    public_id: str
    username: str
    name: str
    agency: str
    office: str
    roles: tuple[Role, ...]
    made_at: datetime
    seen_at: datetime | None
    expires_at: datetime | None
    locked_at: datetime | None
    disabled_at: datetime | None
    disabled_because: str


Act = Literal[
    "search.request",
    "search.run",
    "candidates.show",
    "examination.sign",
    "lead.issue",
    "lineup.hold",
    "warrant.ask",
    "court.show",
    "record.keep",
    "record.destroy",
    "report.publish",
    "case.open",
    "case.change",
    "case.read",
    "description.take",
    "exhibit.add",
    "exhibit.change",
    "exhibit.hand",
    "search.check",
    "search.withdraw",
    "examination.assign",
    "examination.begin",
    "examination.withdraw",
    "examination.close",
    "probe.lock",
    "probe.correct",
    "lead.refuse",
    "lead.close",
    "document.make",
    "lead.acknowledge",
    "trial.schedule",
    "trial.result",
    "suspect.name",
    "evidence.record",
    "evidence.change",
    "evidence.link",
    "evidence.check",
    "witness.interview",
    "lineup.plan",
    "lineup.test",
    "lineup.allow",
    "lineup.note",
    "lineup.end",
    "warrant.plan",
    "warrant.sign",
    "warrant.decide",
    "packet.make",
    "packet.deliver",
    "packet.read",
    "past.bring",
    "notice.send",
    "notice.answer",
    "booking.receive",
    "booking.change",
    "booking.read",
    "booking.scrub",
    "account.make",
    "account.change",
    "account.lock",
    "account.release",
    "account.disable",
    "account.authenticator",
    "agency.change",
    "training.record",
    "law.change",
    "paper.file",
    "token.make",
    "token.revoke",
    "access.deny",
    "file.read",
    "access.logon",
    "access.logoff",
    "access.grant",
    "access.revoke",
    "ledger.begin",
    "ledger.rotate",
    "ledger.redact",
    "ledger.clock",
    "ledger.heartbeat",
    "ledger.restore",
]
"""What was done or asked for. The first part is the thing, the second the verb."""


AgencyKind = Literal["law_enforcement", "prosecutor", "other_public", "private"]
"""What kind of body asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """An agency. own: the one whose site this is."""

    id: str
    name: str
    jurisdiction: str
    kind: AgencyKind
    own: bool
    law_pack: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerIn:
    """One answer of a witness."""

    said: Literal["yes", "no"]
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer to a request. lead: whether it names somebody; who that is stands on the sheet alone."""

    public_id: str
    request: str
    number: int
    case: str
    lead: bool
    at: datetime
    code: str
    entry: int
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrest:
    """An arrest. What it rested on are links to `arrest-` and its public id."""

    public_id: str
    at: datetime
    words: str
    recorded_at: datetime
    withdrawn_at: datetime | None
    withdrawn_because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """An attempt."""

    question: str
    state: str
    tried: str
    found: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The live statement, and the graph it is computed from. mend: why the graph cannot be followed."""

    sentence: str
    citations: str
    independent: tuple[str, ...]
    from_search: bool
    refused: tuple[Cited, ...]
    mend: tuple[str, ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """One booking."""

    public_id: str
    arrest_id: str
    person_id: str
    name: str
    agency: str
    arrested_on: date | None
    charge: str
    source: str
    status: str
    born_on: date | None
    height_cm: int | None
    weight_kg: int | None
    hair: str
    facial_hair: str
    marks: str
    document_last_day: date | None
    retain_until: date | None
    received_at: datetime
    version: int
    photos: tuple[Photo, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What an import came to. known: cases that stood on the list already."""

    new: int
    known: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case in a list."""

    public_id: str
    number: str
    agency_id: str
    nibrs: str
    statute: str
    attempted: bool | None
    completed_on: date | None
    other_purpose: str
    opened_at: datetime
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """An entry in force that refuses."""

    act: str
    rule: str
    entry: str
    citation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedFace:
    """A face that an examiner compared. public_id: of its picture. outcome, reason: what that examiner said of
    it.
    """

    public_id: str
    task: str
    record: str
    known_non_mate: bool
    outcome: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A component of probe and face. judgement: similar, different, not_comparable, explainable."""

    component: str
    judgement: str
    explained_by: str = ""
    words: str = ""


Conclusion = Literal["possible_candidate", "no_candidate", "unsuitable", "inconclusive"]
"""What one examiner concluded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What was added to a locked description."""

    at: datetime
    component: str
    before: str
    after: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Custody:
    """One link of a chain of custody."""

    at: datetime
    by: str
    what: str
    source: str
    target: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What became of a message."""

    public_id: str
    key: str
    feed: str
    kind: str
    at: datetime
    arrest_id: str
    state: str
    what: str
    why: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """A description as it is kept. before_search: taken down before the first search of the case."""

    witness: str
    words: str
    given_on: date
    height_low_cm: int | None = None
    height_high_cm: int | None = None
    weight_low_kg: int | None = None
    weight_high_kg: int | None = None
    age_low: int | None = None
    age_high: int | None = None
    build: str = ""
    hair: str = ""
    facial_hair: str = ""
    marks: str = ""
    clothing: str = ""
    corrects: int | None = None
    id: int
    taken_at: datetime
    before_search: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """What came of what."""

    kind: str
    source: str
    target: str
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligibility:
    """Whether a witness may be shown a lineup of one suspect."""

    suspect: str
    eligible: bool
    questions: tuple[WitnessQuestion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligible:
    """An examiner, and why not; "" where the person may."""

    public_id: str
    name: str
    why_not: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """Entries, the newest first. before: ask again with it for older ones; None: there are none."""

    items: tuple[Entry, ...]
    before: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry. body: what was recorded; None where it was erased."""

    index: int
    at: datetime
    act: str
    outcome: str
    body: dict[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceLink:
    """A link as it was entered."""

    public_id: str
    kind: Literal["derived_from", "prompted_by", "shown", "told", "contains", "spoke", "collected_by"]
    source: str
    target: str
    at: datetime | None
    recorded_at: datetime
    withdrawn_at: datetime | None
    withdrawn_because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """An item as it is kept."""

    public_id: str
    number: int
    sort: str
    title: str
    words: str
    about: str | None
    says: str
    at: datetime
    obtained_at: datetime | None
    source: str
    outside: bool | None
    collected_by: str | None
    by: str | None
    file_sha256: str | None
    reliable: bool | None
    reliable_because: str
    links: bool | None
    links_because: str
    recorded_at: datetime
    withdrawn_at: datetime | None
    withdrawn_because: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """One examination for those who read them. What it says is empty until every one is concluded."""

    public_id: str
    examiner: str
    state: str
    given_at: datetime | None
    conclusion: str
    record: str
    known_non_mate: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Examinations:
    """The examinations of a search. over: whether every one is concluded. agreed: the record that all name.

    faces: of the examinations that were concluded, once every one is.
    """

    search: str
    over: bool
    open_turns: int
    agreed: str
    examinations: tuple[Examination, ...]
    faces: tuple[ComparedFace, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """An exhibit. same_as: numbers of exhibits of the case that are the same file, to the byte. job: of a clip."""

    public_id: str
    number: int
    kind: str
    title: str
    probe_kind: str
    received_from: str
    received_on: date
    sha256: str
    size: int
    about: dict[str, Any]
    same_as: tuple[int, ...]
    job: str | None
    stills: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """One face of a still, counted from 1, left to right, and its quality."""

    number: int
    box: tuple[float, ...]
    fitness: str
    reasons: tuple[str, ...]
    measures: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """A component of the probe. visible: "visible", "part", "not", or "" while nothing is said."""

    component: str
    visible: str
    words: str = ""
    limits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """A link that was just made. token: told once; of it only a digest is kept."""

    public_id: str
    token: str
    expires_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A lineup that is over. sheet: everything about it, as its SHA-256 stands in the ledger's entry."""

    outcome: str
    cautions: tuple[str, ...]
    takes: tuple[Take, ...]
    entry: int
    leaf: str
    sha256: str
    sheet: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A lineup as its administrator knows it: a number, and whether it is over. Never how it ended."""

    public_id: str
    number: int
    allowed_at: datetime
    state: Literal["to_be_held", "being_held", "over"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A piece of long work."""

    public_id: str
    kind: str
    state: str
    done: int
    total: int | None
    unit: str
    what: str
    why: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """How a lead would be judged now. agreed: whether the examiners name one candidate."""

    agreed: bool
    ending: str
    allowed: bool
    judgement: dict[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """How every protection judges."""

    allowed: bool
    judgement: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineupMember:
    """Somebody who stands in a lineup, or did. look: why a person should look closely."""

    public_id: str
    place: int
    is_suspect: bool
    record_id: str
    because: str
    look: tuple[str, ...]
    removed_at: datetime | None
    removed_because: str
    has_picture: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineup:
    """A lineup in a list."""

    public_id: str
    number: int
    state: Literal["draft", "testing", "tested", "allowed", "holding", "held", "void", "given_up"]
    suspect: str
    witness: str
    presentation: str
    administration: str
    made_at: datetime
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """The code of a one-time link, given once: its address is /take-up/<code>/."""

    account: Account
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """Who asks, and what the token allows."""

    public_id: str
    username: str
    name: str
    agency: str
    roles: tuple[Role, ...]
    may: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody on the team."""

    public_id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Misplaced:
    """Records that should not be there, of one kind."""

    name: str
    says: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MockTest:
    """A test. chosen: by how many; what they chose is in the result, once it is closed."""

    public_id: str
    opened_at: datetime
    closed_at: datetime | None
    ended_because: str
    invited: int
    answered: int
    set_aside: int
    current: bool
    words: tuple[str, ...]
    choices: tuple[int, ...]
    effective_size: float | None
    p_suspect: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moratorium:
    """A time in which the board stopped the use. until: None while it lasts."""

    number: int
    since: datetime
    reason: str
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A node of the graph. path: from a search to it, where one leads there."""

    id: str
    kind: str
    name: str
    at: datetime | None
    path: tuple[str, ...]
    path_in_words: str


Office = Literal["supervisor", "lieutenant", "captain", "prosecutor_supervisor", "board", "independent_authority"]
"""The office under which somebody signs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OneEntry:
    """An entry and the line that the checkpoints sign."""

    index: int
    at: datetime
    act: str
    outcome: str
    body: dict[str, Any] | None
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OneHolding:
    """A lineup for its administrator. standing null: it was not begun."""

    lineup: Holding
    standing: Standing | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTest:
    """A test that is open, for whoever makes its links. invited: volunteers; without: those who have no link
    yet.
    """

    public_id: str
    opened_at: datetime
    invited: int
    without: int


OtherPurpose = Literal[
    "deceased",
    "missing",
    "incapacitated",
    "at_risk",
    "threat_to_life",
    "threat_to_public_safety",
    "victim",
    "detained",
    "trafficking",
    "none_of_these",
]
"""Why a face is searched where there is no crime."""


Outcome = Literal["allowed", "refused", "done", "failed"]
"""Allowed and refused are decisions; done and failed say whether an act was carried out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A pack in force. sha256: of the bytes of its file."""

    pack_id: str
    sha256: str
    only_for_others: bool
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketDelivery:
    """Who has a packet, and how often it was opened."""

    public_id: str
    to: str
    name: str
    at: datetime
    expires_at: datetime | None
    withdrawn_at: datetime | None
    opened: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    """A packet. sha256, entry: empty until it is made. added: what was not in the packet before."""

    public_id: str
    number: int
    case: str
    code: str
    sha256: str
    entry: int | None
    made_at: datetime
    items: dict[str, str]
    added: tuple[str, ...]


PaperKind = Literal[
    "board_policy",
    "authorisation",
    "gallery_agreement",
    "public_notice",
    "accountability_report",
    "impact_assessment",
    "registration",
    "bias_test",
    "who_where_rule",
    "agency_approval",
    "state_model_policy",
]
"""What a public body approves, or files, before anybody searches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A paper of a public body. document: whether one was filed with it."""

    number: int
    kind: PaperKind
    issued_by: str
    issued_on: date
    last_day: date | None
    document: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Somebody in a case."""

    public_id: str
    name: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A past case. notice: the public id of its notice; empty where none was sent."""

    id: int
    number: str
    agency: str
    offence: str
    searched_on: date | None
    warrant_on: date
    independent: str
    notice: str
    due_on: date | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """One photograph of a booking."""

    record_id: str
    gallery: str
    taken_on: date
    sha256: str
    state: str
    fitness: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A pair of photographs to be decided."""

    public_id: str
    kind: str
    state: str
    first: str
    second: str
    made_at: datetime
    words: str


Purpose = Literal[
    "identify_suspect",
    "identify_victim",
    "identify_witness",
    "identify_remains",
    "identify_missing",
    "surveillance",
    "tracking",
    "predictive",
    "immigration",
    "first_amendment",
    "religion",
    "politics",
    "race",
    "ethnicity",
    "citizenship",
    "origin",
    "age",
    "disability",
    "gender",
    "orientation",
    "other_protected",
    "protest",
    "harassment",
]
"""What a search is for, the forbidden purposes among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question of the prosecutor, and its answer."""

    id: int
    words: str
    at: datetime
    reply: str
    replied_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """How often somebody erred. Shares with their 95 % interval; None where there was no trial."""

    examiner: str
    trials: int
    false_leads: int
    false_leads_between: tuple[float | None, float | None]
    with_mate: int
    missed: int
    missed_between: tuple[float | None, float | None]


RecordStatus = Literal["active", "sealed", "dismissed", "expunged"]
"""The state of a record. The words are those of `lookalike.gallery.records.Status`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer."""

    words: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request, and where it stands. case: its number; empty for an examiner, who stays blind to the case."""

    public_id: str
    number: int
    case: str
    state: str
    asked_at: datetime
    fitness: str
    fitness_reasons: tuple[str, ...]
    version: int


Role = Literal[
    "investigator",
    "examiner",
    "supervisor",
    "lineup_administrator",
    "prosecutor",
    "custodian",
    "auditor",
    "board",
    "administrator",
]
"""What somebody may be in this system."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A round."""

    public_id: str
    prepared: str
    scheduled_at: datetime
    last_day: date
    closed_at: datetime | None
    trials: tuple[Trial, ...]


Route = Literal["own_case", "court_order", "warrant", "emergency", "court_order_missing"]
"""On what authority a search is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """The address of the witness's screen: in this answer, and nowhere afterwards."""

    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scrub:
    """A scrub. found: frozen when it was signed."""

    due_on: date
    signed_at: datetime | None
    words: str
    found: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchLine:
    """A search whose examinations you may read. public_id: of the search. state: of the request."""

    public_id: str
    request: str
    number: int
    state: str
    run_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a sheet or letter says, in the order in which it is read. Its SHA-256 stands in the entry."""

    kind: str
    sha256: str
    entry: int
    leaf: str
    says: dict[str, Any]
    shown: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What was said of one of them."""

    what: str
    holds: bool
    words: str
    items: tuple[str, ...]
    at: datetime


Source = Literal["booking", "corrections", "driver_licence", "id_card", "federal_criminal", "social_media", "other"]
"""Where the photographs of a gallery come from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a lineup stands that was begun. away: seconds without a sign of the witness's screen.

    consent null: not asked yet. recorded: seconds since a piece of the recording came; null: none has.
    """

    over: bool
    says: str
    away: int
    consent: bool | None
    recorded: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A statement that is accepted before a sheet opens."""

    key: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One edit, taken back or not."""

    id: int
    edit: dict[str, Any]
    at: datetime
    undone_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Still:
    """A still and its edits."""

    public_id: str
    frame: int | None
    seconds: float | None
    timecode: str
    width: int
    height: int
    version: int
    edits: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A case with its story."""

    public_id: str
    number: str
    agency_id: str
    nibrs: str
    statute: str
    attempted: bool | None
    completed_on: date | None
    other_purpose: str
    opened_at: datetime
    version: int
    narrative: str
    felony: bool | None
    max_years: int | None
    team: tuple[Member, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """A suspect. answer: the lead by which a search named the person; null: no search did."""

    public_id: str
    name: str
    party: str
    answer: str | None
    suspicion: str
    written_at: datetime | None
    added_at: datetime
    ended_at: datetime | None
    ended_because: str
    version: int


Suspicion = Literal["none", "reasonable_suspicion", "fair_probability", "probable_cause"]
"""How much the written facts support, from the least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """One take of the recording. missing: the pieces that never came."""

    number: int
    media_type: str
    begun_at: datetime
    ended_at: datetime
    pieces: int
    missing: tuple[int, ...]
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFace:
    """One face of a task."""

    public_id: str
    letter: str
    outcome: str
    reason: str
    compared: tuple[Compared, ...]
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLine:
    """One task in the list."""

    public_id: str
    reference: str
    state: str
    due_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One task as its examiner may see it."""

    public_id: str
    reference: str
    state: str
    given_on: date
    due_on: date | None
    version: int
    features: tuple[Feature, ...]
    corrections: tuple[Correction, ...]
    probe_locked_at: datetime | None
    candidates_seen_at: datetime | None
    faces: tuple[TaskFace, ...]
    concluded_at: datetime | None
    conclusion: str
    named: str
    words: str
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token, without its secret."""

    public_id: str
    name: str
    scopes: tuple[str, ...]
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None


TrainingKind = Literal[
    "face_comparison",
    "policy_and_process",
    "supervised_searches",
    "risks_and_error_rates",
    "state_annual",
    "system_advanced",
]
"""What somebody was trained in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """A training on record."""

    number: int
    kind: TrainingKind
    completed_on: date
    hours: int
    last_day: date | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One trial. result: right, false_lead, miss, undecided, or "" while it is open."""

    examiner: str
    with_mate: bool
    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """The version that is kept now, and its state where it was asked for."""

    version: int
    state: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VolunteerLink:
    """A volunteer's link, once."""

    volunteer: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Volunteer:
    """A volunteer."""

    public_id: str
    name: str
    email: str
    added_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WarrantJudged:
    """How asking would be judged now."""

    allowed: bool
    judgement: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Warrant:
    """A warrant request. version: to be sent back with what changes it."""

    public_id: str
    number: int
    case: str
    state: str
    statement: str
    sole_basis: bool | None
    asked_at: datetime
    sent_at: datetime | None
    decided_at: datetime | None
    decided_words: str
    packet_sha256: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WarrantSignature:
    """A signature as it is kept."""

    office: str
    decision: bool
    words: str
    about_sha256: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeLineup:
    """A lineup with everything about its preparation. about: the digest that a signature is given for."""

    lineup: Lineup
    members: tuple[LineupMember, ...]
    tests: tuple[MockTest, ...]
    about: str
    allowed: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """A party as a witness. version 0: nobody has asked yet."""

    party: str
    name: str
    interviewed_at: datetime | None
    asked_at: datetime | None
    version: int
    of: tuple[Eligibility, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessQuestion:
    """One question about a witness. state: satisfied, failed, waiting."""

    key: str
    words: str
    state: str
    known: tuple[str, ...]
    reasons: tuple[str, ...]
    citations: tuple[str, ...]
