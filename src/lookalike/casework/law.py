"""The packs in force at this agency, as they were accepted, and what they say of an act in words for a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from lookalike.protocol.decide import Decision
from lookalike.protocol.facts.base import ActFacts
from lookalike.protocol.facts.reading import facts_json
from lookalike.protocol.layering import layered
from lookalike.protocol.needs import Needs, Supply, what_would_it_take
from lookalike.protocol.pack import Pack, read_pack
from lookalike.protocol.policy import Acceptance, Policy
from lookalike.protocol.rule import Finding, Outcome
from lookalike.protocol.rules import RULES
from lookalike.protocol.vocabulary import Owner
from lookalike.protocol.words import cited

_read: dict[str, Pack] = {}  # packs by the SHA-256 of their file: the same bytes are the same pack
_layered: dict[tuple[object, ...], Policy] = {}


def policy_in_force() -> Policy:
    """Every entry of every pack that this agency has put in force, over the house's own.

    Raises what layering raises: an unconfirmed entry without its acceptance lets nothing through.
    """
    from lookalike.casework.people.models import AcceptedEntry, PackInForce

    packs = list(PackInForce.objects.filter(until=None).order_by("pack_id"))
    accepted = AcceptedEntry.objects.filter(pack__in=packs).select_related("by").order_by("entry_id", "pk")
    acceptances = tuple(
        Acceptance(
            entry_id=one.entry_id,
            entry_sha256=one.entry_sha256,
            by=one.by.name,
            on=one.at.date(),
            reason=one.reason,
        )
        for one in accepted
    )
    # of the words themselves, not of rows: an act that is undone leaves numbers that another will bear
    key = (tuple((one.sha256, one.only_for_others) for one in packs), acceptances)
    policy = _layered.get(key)
    if policy is None:  # kept for the next who asks; another thread may empty it at any moment
        policy = layered(
            [_pack(one.toml, one.sha256, one.pack_id) for one in packs if not one.only_for_others],
            acceptances,
            bans=[_pack(one.toml, one.sha256, one.pack_id) for one in packs if one.only_for_others],
        )
        _layered.clear()
        _layered[key] = policy
    return policy


def _pack(toml: bytes | memoryview, sha256: str, name: str) -> Pack:
    if sha256 not in _read:
        _read[sha256] = read_pack(bytes(toml), name)
    return _read[sha256]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One entry's word on an act, for a page. state: satisfied, failed, waiting (a fact is not known yet).

    reasons: what failed or is not known yet. whose: who can do something about it, in words. protection: which of the
    five, or "".
    """

    state: str
    rule: str
    title: str
    sentence: str
    protection: str
    citation: str
    entry: str
    remedy: str
    reasons: tuple[str, ...]
    whose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A decision for a page and for the API, plain and complete. needs: what it would take; empty when allowed."""

    act: str
    allowed: bool
    reason: str
    judged: tuple[Judged, ...]
    needs: Needs
    packs: tuple[str, ...]
    facts_sha256: str

    def to_data(self) -> dict[str, Any]:
        """The judgement as plain JSON data."""
        return asdict(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Judgement:
        """The judgement again."""
        rows: list[dict[str, Any]] = data["judged"]
        judged = tuple(Judged(**one | {"reasons": tuple(one["reasons"])}) for one in rows)
        needs: dict[str, Any] = data["needs"]
        taken = Needs(
            supply=tuple(Supply(one["path"], one["says"], Owner(one["owner"])) for one in needs["supply"]),
            change=tuple((rule, sentence) for rule, sentence in needs["change"]),
            possible=needs["possible"],
        )
        return cls(**{**data, "judged": judged, "needs": taken, "packs": tuple(data["packs"])})


def judgement(decision: Decision, facts: ActFacts, policy: Policy) -> Judgement:
    """What a decision says, entry by entry: what failed first, then what waits for somebody, then what is satisfied."""
    needs = what_would_it_take(decision, facts)
    owners = {one.path: str(one.owner) for one in needs.supply}
    judged = [_judged(one, policy, owners) for one in decision.findings if one.outcome is not Outcome.NOT_APPLICABLE]
    order = ("failed", "waiting", "satisfied")
    judged.sort(key=lambda one: (order.index(one.state), one.rule, one.entry))
    return Judgement(
        act=decision.act.value,
        allowed=decision.allowed,
        reason=decision.reason.value,
        judged=tuple(judged),
        needs=needs,
        packs=tuple(pack.id for pack in decision.packs),
        facts_sha256=decision.facts_sha256,
    )


def facts_data(facts: ActFacts) -> dict[str, Any]:
    """The facts of an act as plain JSON data, to be kept beside the decision."""
    return dict(facts_json(facts))


def _judged(finding: Finding, policy: Policy, owners: Mapping[str, str]) -> Judged:
    rule = RULES.get(finding.rule or "")
    entry = next((one for one in policy.entries if one.id == finding.entry), None)
    if finding.outcome is Outcome.SATISFIED:
        state = "satisfied"
    else:
        waits = bool(finding.failures) and all(failure.missing for failure in finding.failures)
        state = "waiting" if waits and not finding.error else "failed"
    return Judged(
        state=state,
        rule=finding.rule or "",
        title=rule.title if rule else finding.pack,
        sentence=rule.sentence if rule else "",
        protection=str(rule.protection or "") if rule else "",
        citation=cited(entry) if entry else finding.pack,
        entry=finding.entry,
        remedy=(rule.remedy or "") if rule and state != "satisfied" else "",
        reasons=tuple(dict.fromkeys(failure.sentence for failure in finding.failures)),
        whose=", ".join(dict.fromkeys(owners[path] for path in finding.missing if path in owners)),
    )
