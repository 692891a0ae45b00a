"""R18: what was taken because of an arrest that ended in nothing is hidden, destroyed, and proved to be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from lookalike.protocol.court_words import DispositionKind, ItemKind, Proof, Wish
from lookalike.protocol.parameters import NOT_SAID, Kind, NotSaid, Parameters, parameter
from lookalike.protocol.rule import Check, Rule
from lookalike.protocol.rules.listing import listed, set_of
from lookalike.protocol.vocabulary import Act

RECORD = frozenset({Act.RECORD})
OF_CLOCK = (
    "at",
    "prosecutor_consent_on",
    "objections[].signed",
    "objections[].on",
    "exceptions",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DestructionParameters(Parameters):
    """R18. An entry rules on its own items only. Without days it gives the ground and sets no clock."""

    dispositions: frozenset[DispositionKind] | NotSaid = parameter(
        Kind.REQUIRED, "Endings of a case that call for it.", of=DispositionKind
    )
    items: frozenset[ItemKind] | NotSaid = parameter(Kind.REQUIRED, "What is destroyed.", of=ItemKind)
    seal_days: int | NotSaid = parameter(Kind.AT_MOST, "Days after which it is searched no more.", of=int)
    destroy_days: int | NotSaid = parameter(Kind.AT_MOST, "Days after which it is destroyed.", of=int)
    consent_ends_wait: bool | NotSaid = parameter(Kind.MUST, "The prosecutor's consent ends the wait.")
    objection_blocks: bool | NotSaid = parameter(
        Kind.EASES, "Whether a signed objection, filed within the days, stops it."
    )
    exceptions: frozenset[str] | NotSaid = parameter(Kind.EXCEPTIONS, "What in law stops it.")
    proofs: frozenset[Proof] | NotSaid = parameter(Kind.REQUIRED, "What proves it.", of=Proof)
    review_months: int | NotSaid = parameter(
        Kind.AT_MOST, "Months after which it is asked again whether to keep a record; read by the site.", of=int
    )


def _calls_for_it(f: Any, p: Any) -> bool:
    return f.disposition is not None and f.disposition.kind in set_of(p.dispositions)


def _blocked(f: Any, p: Any) -> bool:
    """Whether an objection or an exception stops the destruction. An objection on the last day counts."""
    start = f.disposition.on
    objected = p.objection_blocks is True and any(
        one.signed and start <= one.on and (p.destroy_days is NOT_SAID or (one.on - start).days <= p.destroy_days)
        for one in f.objections
    )
    return objected or bool(f.exceptions & set_of(p.exceptions))


def _over(f: Any, p: Any) -> bool:
    """Whether the wait is over: the day after the last on which somebody may object, or the prosecutor's consent."""
    if p.consent_ends_wait is True and f.prosecutor_consent_on is not None:
        return True
    return p.destroy_days is not NOT_SAID and f.today > f.disposition.on + timedelta(days=p.destroy_days)


def _may_be_searched(f: Any, p: Any) -> bool:
    if not _calls_for_it(f, p) or p.seal_days is NOT_SAID:
        return True
    return bool(f.today < f.disposition.on + timedelta(days=p.seal_days))


def _may_be_kept(f: Any, p: Any) -> bool:
    return not _calls_for_it(f, p) or _blocked(f, p) or not _over(f, p)


def _may_be_destroyed(f: Any, p: Any) -> bool:
    if f.item in (ItemKind.CANDIDATE_LIST, ItemKind.LOG) and f.hold_evidence_of_use:
        return False
    if not _calls_for_it(f, p) or _blocked(f, p):
        return False
    return p.destroy_days is NOT_SAID or _over(f, p)


def _wished(
    wish: Wish,
    facts: tuple[str, ...],
    holds: Callable[[Any, Any], bool],
    says: str | Callable[[Any, Any], str],
) -> Check:
    """A check on one wish. How the case ended has to be known for every wish."""

    def then(f: Any, p: Any) -> Iterator[tuple[str, ...]]:
        if f.wish is wish:
            yield facts

    return Check(
        key=wish.value,
        parameter="items",
        acts=RECORD,
        only=("item", lambda p: p.items),
        needs=("wish", "disposition.kind", "disposition.on"),
        then=then,
        holds=lambda f, p: f.wish is not wish or holds(f, p),
        says=says,
    )


R18 = Rule(
    id="R18",
    title="Destruction",
    sentence="What was taken because of an arrest that ended in nothing is hidden at once and destroyed when the law "
    "says, with proof.",
    remedy="Seal it now; destroy it when the days are over; or file the signed objection.",
    protection=None,
    parameters=DestructionParameters,
    checks=(
        _wished(
            Wish.SEARCH,
            ("at",),
            _may_be_searched,
            "the case behind the record has ended, and the record is searched no more",
        ),
        _wished(Wish.KEEP_SEALED, OF_CLOCK, _may_be_kept, "the record is to be destroyed: nothing stops it any more"),
        _wished(
            Wish.DESTROY,
            (*OF_CLOCK, "hold_evidence_of_use"),
            _may_be_destroyed,
            "there is no ground yet to destroy the record",
        ),
        _wished(
            Wish.CERTIFY,
            ("proofs", "receipts_open"),
            lambda f, p: set_of(p.proofs) <= f.proofs and f.receipts_open == 0,
            lambda f, p: (
                f"the destruction is not proved: {listed(set_of(p.proofs) - f.proofs)} lacking, {f.receipts_open} "
                "receipts outstanding"
            ),
        ),
    ),
)
