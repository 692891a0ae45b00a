"""R04 and R09: what is searched is one still of evidence, and it is fit for comparison."""

from __future__ import annotations

from dataclasses import dataclass

from lookalike.protocol.parameters import Kind, NotSaid, Parameters, parameter
from lookalike.protocol.rule import Check, Rule
from lookalike.protocol.rules.listing import SEARCHING, listed
from lookalike.protocol.vocabulary import Act, Fit, ProbeKind, Protection

PROBED = frozenset({Act.SEARCH, Act.LEAD})


@dataclass(frozen=True, slots=True, kw_only=True)
class StillParameters(Parameters):
    """R04."""

    kinds: frozenset[ProbeKind] | NotSaid = parameter(Kind.ALLOWED, "What a probe may be.", of=ProbeKind)
    edits: frozenset[str] | NotSaid = parameter(Kind.ALLOWED, "Edits that a probe may have.")
    original_kept: bool | NotSaid = parameter(Kind.MUST, "The original is kept.")
    edits_logged: bool | NotSaid = parameter(Kind.MUST, "Every edit can be replayed.")
    enrolled: bool | NotSaid = parameter(Kind.MAY, "Whether a probe may be kept in a gallery.")
    others_templated: bool | NotSaid = parameter(Kind.MAY, "Whether templates of bystanders may be made.")


R04 = Rule(
    id="R04",
    title="A still of evidence",
    sentence="The probe is one still from recorded evidence, every edit logged, the original kept; never live video, a "
    "drawing, a stand-in or a made picture.",
    remedy="Take a still out of the recorded evidence; keep the original and the edit chain.",
    protection=Protection.EVIDENCE,
    parameters=StillParameters,
    checks=(
        Check(
            key="kinds",
            parameter="kinds",
            acts=SEARCHING,
            needs=("probe.kind",),
            holds=lambda f, p: f.probe.kind in p.kinds,
            says=lambda f, p: f"the probe is: {listed([f.probe.kind])}",
        ),
        Check(
            key="edits",
            parameter="edits",
            acts=SEARCHING,
            needs=("probe.edits",),
            holds=lambda f, p: set(f.probe.edits) <= p.edits,
            says=lambda f, p: f"the probe was changed by {listed(set(f.probe.edits) - p.edits)}",
        ),
        Check(
            key="original_kept",
            parameter="original_kept",
            acts=SEARCHING,
            needs=("probe.sha256_original",),
            holds=lambda f, p: f.probe.sha256_original is not None,
            says="the original is not kept",
        ),
        Check(
            key="edits_logged",
            parameter="edits_logged",
            acts=SEARCHING,
            needs=("probe.edits_logged",),
            holds=lambda f, p: f.probe.edits_logged,
            says="not every edit can be replayed",
        ),
        Check(
            key="enrolled",
            parameter="enrolled",
            acts=SEARCHING,
            needs=("probe.enrolled",),
            holds=lambda f, p: not f.probe.enrolled,
            says="the probe is kept in a gallery",
        ),
        Check(
            key="others_templated",
            parameter="others_templated",
            acts=SEARCHING,
            needs=("probe.others_in_still_templated",),
            holds=lambda f, p: not f.probe.others_in_still_templated,
            says="templates of bystanders were made",
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FitnessParameters(Parameters):
    """R09."""

    measures: frozenset[str] | NotSaid = parameter(Kind.REQUIRED, "Quality measures that are stored.")
    fitness: frozenset[Fit] | NotSaid = parameter(Kind.ALLOWED, "What the quality must allow.", of=Fit)
    label_travels: bool | NotSaid = parameter(Kind.MUST, "A poor picture says so on record and sheet.")
    obstructions_described: bool | NotSaid = parameter(Kind.MUST, "What covers the face is described.")


R09 = Rule(
    id="R09",
    title="Fit for comparison",
    sentence="Quality is measured; below the floor nothing is searched, and a poor picture says so wherever it goes.",
    remedy="Ask for the original recording or a better still.",
    protection=Protection.EVIDENCE,
    parameters=FitnessParameters,
    checks=(
        Check(
            key="measures",
            parameter="measures",
            acts=PROBED,
            needs=("probe.measures",),
            holds=lambda f, p: p.measures <= f.probe.measures,
            says=lambda f, p: f"not measured: {listed(p.measures - f.probe.measures)}",
        ),
        Check(
            key="fitness",
            parameter="fitness",
            acts=PROBED,
            needs=("probe.fitness",),
            holds=lambda f, p: f.probe.fitness in p.fitness,
            says=lambda f, p: f"the probe is {f.probe.fitness} for comparison",
        ),
        Check(
            key="label_travels",
            parameter="label_travels",
            acts=PROBED,
            needs=("probe.fitness",),
            then=lambda f, p: iter([("probe.label_travels",)] if f.probe.fitness is Fit.POOR else []),
            holds=lambda f, p: f.probe.fitness is not Fit.POOR or f.probe.label_travels,
            says="the probe is poor, and record and sheet do not say so",
        ),
        Check(
            key="obstructions_described",
            parameter="obstructions_described",
            acts=PROBED,
            needs=("probe.obstructions",),
            holds=lambda f, p: True,  # that it is known is all that is asked
            says="what covers the face is not described",
        ),
    ),
)
