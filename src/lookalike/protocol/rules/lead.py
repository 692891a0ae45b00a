"""R12 and R15: a lead says that it is nothing more, and everything is handed over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lookalike.protocol.court_words import PacketItem, Proceeding, Recipient
from lookalike.protocol.parameters import Kind, NotSaid, Parameters, parameter
from lookalike.protocol.rule import Check, Rule
from lookalike.protocol.rules.listing import listed
from lookalike.protocol.vocabulary import Act, Disclosure, Forbidden, Protection, Statement

LEAD = frozenset({Act.LEAD})
COURT = frozenset({Act.COURT})
HANDED = frozenset({Act.WARRANT, Act.COURT})

PAGE = {
    Forbidden.PERCENT: ("view.percent",),
    Forbidden.SCORE: ("view.score",),
    Forbidden.RANK: ("view.rank", "view.order_is_rank"),
    Forbidden.MATCH_WORD: ("view.match_word",),
    Forbidden.GREEN_TICK: ("view.green_tick",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetParameters(Parameters):
    """R12."""

    statements: frozenset[Statement] | NotSaid = parameter(
        Kind.REQUIRED, "What the sheet must say of itself.", of=Statement
    )
    disclosures: frozenset[Disclosure] | NotSaid = parameter(
        Kind.REQUIRED, "What the sheet must tell against itself.", of=Disclosure
    )
    forbidden: frozenset[Forbidden] | NotSaid = parameter(
        Kind.FORBIDDEN, "What neither page nor sheet may show.", of=Forbidden
    )


def _on_page(f: Any, p: Any) -> list[Forbidden]:
    return [one for one in p.forbidden if any(getattr(f.view, path.removeprefix("view.")) for path in PAGE[one])]


R12 = Rule(
    id="R12",
    title="A lead and nothing more",
    sentence="The sheet says lead only, not an identification, not probable cause; it shows no percentage and tells "
    "what weakens it.",
    remedy="Print the sheet from the record; add what it does not tell.",
    protection=Protection.LEAD_ONLY,
    parameters=SheetParameters,
    checks=(
        Check(
            key="statements",
            parameter="statements",
            acts=LEAD,
            needs=("sheet.statements",),
            holds=lambda f, p: p.statements <= f.sheet.statements,
            says=lambda f, p: f"the sheet does not say: {listed(p.statements - f.sheet.statements)}",
        ),
        Check(
            key="disclosures",
            parameter="disclosures",
            acts=LEAD,
            needs=("sheet.disclosures",),
            holds=lambda f, p: p.disclosures <= f.sheet.disclosures,
            says=lambda f, p: f"the sheet does not tell: {listed(p.disclosures - f.sheet.disclosures)}",
        ),
        Check(
            key="forbidden",
            parameter="forbidden",
            acts=LEAD,
            needs=("sheet.forbidden_shown",),
            holds=lambda f, p: not f.sheet.forbidden_shown & p.forbidden,
            says=lambda f, p: f"the sheet shows: {listed(f.sheet.forbidden_shown & p.forbidden)}",
        ),
        Check(
            key="forbidden_on_page",
            parameter="forbidden",
            acts=frozenset({Act.SHOW}),
            then=lambda f, p: iter([tuple(path for one in sorted(p.forbidden) for path in PAGE[one])]),
            holds=lambda f, p: not _on_page(f, p),
            says=lambda f, p: f"the page shows: {listed(_on_page(f, p))}",
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketParameters(Parameters):
    """R15."""

    items: frozenset[PacketItem] | NotSaid = parameter(Kind.REQUIRED, "What the packet must hold.", of=PacketItem)
    to: frozenset[Recipient] | NotSaid = parameter(Kind.REQUIRED, "Who must have the packet.", of=Recipient)
    before_trial_days: int | NotSaid = parameter(
        Kind.AT_LEAST, "Days before the trial by which it is delivered; 0: before the day of the trial.", of=int
    )
    shortened: bool | NotSaid = parameter(Kind.MAY, "Whether anything may be left out.")


def _of_trial(f: Any, p: Any) -> Iterator[tuple[str, ...]]:
    if f.trial_on is None:
        yield ("proceeding",)


def _delivered(f: Any) -> bool:
    return f.packet.delivered_on is not None


R15 = Rule(
    id="R15",
    title="Everything is handed over",
    sentence="The packet holds every search of the case, also the empty ones, and goes to the defence in time.",
    remedy="Generate the packet again; deliver it in time.",
    protection=Protection.LEAD_ONLY,
    parameters=PacketParameters,
    checks=(
        Check(
            key="items",
            parameter="items",
            acts=HANDED,
            needs=("packet.items",),
            holds=lambda f, p: p.items <= f.packet.items,
            says=lambda f, p: f"the packet lacks {listed(p.items - f.packet.items)}",
        ),
        Check(
            key="shortened",
            parameter="shortened",
            acts=HANDED,
            needs=("packet.shortened",),
            holds=lambda f, p: not f.packet.shortened,
            says="something was left out of the packet",
        ),
        Check(
            key="to",
            parameter="to",
            acts=COURT,
            needs=("at", "packet.delivered_to", "packet.delivered_on"),
            holds=lambda f, p: _delivered(f) and p.to <= f.packet.delivered_to,
            says=lambda f, p: (
                f"the packet did not go to {listed(p.to - f.packet.delivered_to)}"
                if _delivered(f)
                else "the packet is not delivered"
            ),
        ),
        Check(
            key="before_trial_days",
            parameter="before_trial_days",
            acts=COURT,
            needs=("trial_on", "packet.delivered_on"),
            then=_of_trial,
            holds=lambda f, p: (
                (f.trial_on is None and f.proceeding is not Proceeding.TRIAL)
                or (
                    f.trial_on is not None
                    and f.packet.delivered_on is not None
                    and (f.trial_on - f.packet.delivered_on).days >= max(p.before_trial_days, 1)
                )
            ),
            says="the packet was not delivered in time before the trial",
        ),
    ),
)
