"""What can be recorded: a closed vocabulary of acts and outcomes. A new word is an addition, never a renaming."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum


class Act(StrEnum):
    """What was done or asked for. The first part is the thing, the second the verb."""

    SEARCH_REQUEST = "search.request"
    SEARCH_RUN = "search.run"
    CANDIDATES_SHOW = "candidates.show"
    EXAMINATION_SIGN = "examination.sign"
    LEAD_ISSUE = "lead.issue"
    LINEUP_HOLD = "lineup.hold"
    WARRANT_ASK = "warrant.ask"
    COURT_SHOW = "court.show"
    RECORD_KEEP = "record.keep"
    RECORD_DESTROY = "record.destroy"
    REPORT_PUBLISH = "report.publish"
    CASE_OPEN = "case.open"
    CASE_CHANGE = "case.change"
    CASE_READ = "case.read"
    DESCRIPTION_TAKE = "description.take"
    EXHIBIT_ADD = "exhibit.add"
    EXHIBIT_CHANGE = "exhibit.change"
    EXHIBIT_HAND = "exhibit.hand"
    SEARCH_CHECK = "search.check"
    SEARCH_WITHDRAW = "search.withdraw"
    EXAMINATION_ASSIGN = "examination.assign"
    EXAMINATION_BEGIN = "examination.begin"
    EXAMINATION_WITHDRAW = "examination.withdraw"
    EXAMINATION_CLOSE = "examination.close"
    PROBE_LOCK = "probe.lock"
    PROBE_CORRECT = "probe.correct"
    LEAD_REFUSE = "lead.refuse"
    LEAD_CLOSE = "lead.close"
    DOCUMENT_MAKE = "document.make"
    LEAD_ACKNOWLEDGE = "lead.acknowledge"
    TRIAL_SCHEDULE = "trial.schedule"
    TRIAL_RESULT = "trial.result"
    SUSPECT_NAME = "suspect.name"
    EVIDENCE_RECORD = "evidence.record"
    EVIDENCE_CHANGE = "evidence.change"
    EVIDENCE_LINK = "evidence.link"
    EVIDENCE_CHECK = "evidence.check"
    WITNESS_INTERVIEW = "witness.interview"
    LINEUP_PLAN = "lineup.plan"
    LINEUP_TEST = "lineup.test"
    LINEUP_ALLOW = "lineup.allow"
    LINEUP_NOTE = "lineup.note"
    LINEUP_END = "lineup.end"
    WARRANT_PLAN = "warrant.plan"
    WARRANT_SIGN = "warrant.sign"
    WARRANT_DECIDE = "warrant.decide"
    PACKET_MAKE = "packet.make"
    PACKET_DELIVER = "packet.deliver"
    PACKET_READ = "packet.read"
    PAST_BRING = "past.bring"
    NOTICE_SEND = "notice.send"
    NOTICE_ANSWER = "notice.answer"
    BOOKING_RECEIVE = "booking.receive"
    BOOKING_CHANGE = "booking.change"
    BOOKING_READ = "booking.read"
    BOOKING_SCRUB = "booking.scrub"
    ACCOUNT_MAKE = "account.make"
    ACCOUNT_CHANGE = "account.change"
    ACCOUNT_LOCK = "account.lock"
    ACCOUNT_RELEASE = "account.release"
    ACCOUNT_DISABLE = "account.disable"
    AUTHENTICATOR_CHANGE = "account.authenticator"
    AGENCY_CHANGE = "agency.change"
    TRAINING_RECORD = "training.record"
    LAW_CHANGE = "law.change"
    PAPER_FILE = "paper.file"
    TOKEN_MAKE = "token.make"
    TOKEN_REVOKE = "token.revoke"
    ACCESS_DENY = "access.deny"
    FILE_READ = "file.read"
    ACCESS_LOGON = "access.logon"
    ACCESS_LOGOFF = "access.logoff"
    ACCESS_GRANT = "access.grant"
    ACCESS_REVOKE = "access.revoke"
    # the ledger's own; nobody else writes them, and they are never erased
    BEGIN = "ledger.begin"
    ROTATE = "ledger.rotate"
    REDACT = "ledger.redact"
    CLOCK = "ledger.clock"
    HEARTBEAT = "ledger.heartbeat"
    RESTORE = "ledger.restore"

    @property
    def own(self) -> bool:
        """Whether only the ledger itself writes this act."""
        return self.startswith("ledger.")


class Outcome(StrEnum):
    """Allowed and refused are decisions; done and failed say whether an act was carried out."""

    ALLOWED = "allowed"
    REFUSED = "refused"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class NewEntry:
    """Something to be recorded. body: JSON values as in `canonical.to_json`; this part can be erased later."""

    act: Act
    outcome: Outcome
    body: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Account:
    """The body of an ordinary act: who did it where, to what, under which rules. When and what stand in the line.

    actor, role, agency: of whoever acted. on_behalf_of: an agency that asked. where: the work place. source: the
    network address. objects: (kind, id) of what it was done to. decision: pack, pack_sha256, findings, unconfirmed.
    facts_sha256: of the facts that were decided on. snapshot: of the gallery.
    Source: NIST SP 800-53 AU-3 as in the CJIS Security Policy; AU-3(3), no more personal data than that.
    """

    actor: str
    role: str
    agency: str
    where: str
    source: str
    objects: Sequence[tuple[str, str]]
    on_behalf_of: str | None = None
    decision: Mapping[str, object] | None = None
    facts_sha256: str | None = None
    snapshot: str | None = None
    note: str | None = None

    def body(self) -> dict[str, object]:
        """The account as an entry's body."""
        fields = asdict(self)
        fields["objects"] = [{"kind": kind, "id": name} for kind, name in self.objects]
        return fields
