"""Earlier requests for the same face, so that nobody searches until something comes out."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from lookalike.casework.searches.models import Request
from lookalike.casework.searches.probe import template_of
from lookalike.face.template import scores_from_parts

SAME_FACE = 0.5
"""Comparison score from which two probes count as one face. A project choice: it asks for a reason, and no more."""

SEARCHED = frozenset({Request.State.SEARCHED, Request.State.ANSWERED, Request.State.LEAD, Request.State.NO_LEAD})
"""The states of requests that were searched."""


def earlier(probe_sha256: str, template: str, *, but: Request | None = None) -> list[Request]:
    """Earlier requests for the same still, or for a face that is as like, newest first.

    template: of the face that is asked for, base64; "" where it is unfit, and only the still is compared then.
    but: a request that is not its own repeat.
    """
    asked = Request.objects.all() if but is None else Request.objects.filter(asked_at__lt=but.asked_at)
    same = set(asked.filter(probe_sha256=probe_sha256).values_list("pk", flat=True))
    if template:
        same |= _alike(template, asked.exclude(template="").values_list("pk", "template"))
    return list(asked.filter(pk__in=same).select_related("case").order_by("-asked_at"))


def others(request: Request) -> list[Request]:
    """Every other request for the same face, also one that was asked later: it may have been searched first."""
    return [one for one in earlier(request.probe_sha256, request.template) if one.pk != request.pk]


def searched(requests: Iterable[Request]) -> int:
    """How many of these requests were searched."""
    return sum(one.state in SEARCHED for one in requests)


def _alike(template: str, known: Iterable[tuple[int, str]]) -> set[int]:
    probe = template_of(template).astype(np.int64)
    rows = [(key, template_of(text)) for key, text in known]
    rows = [(key, row) for key, row in rows if len(row) == len(probe)]
    if not rows:
        return set()
    others = np.array([row for _, row in rows], dtype=np.int64)
    scores = scores_from_parts(others @ probe, (others * others).sum(axis=1), int(probe @ probe))
    return {key for (key, _), score in zip(rows, scores, strict=True) if score >= SAME_FACE}
