"""The order in which a holding shows its photographs, as the service draws it: even, and it tells nothing of anybody.

Twelve thousand lineups of fixed seeds and ids. Each bound says how seldom a fair draw would fail: once in a thousand.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy import stats

from lookalike.casework.lineups.services import holding as services
from lookalike.lineup.order import drawn

DRAWN, MEMBERS, SELDOM = 12_000, 6, 1e-3


@dataclass(frozen=True)
class Shown:
    """One lineup. place: at which the suspect is shown; entered: at which they were entered; id: of their id among all;
    proposed: the place on the planner's page; sex, age: of the suspect; first: the sex of whoever is shown first.
    """

    place: int
    entered: int
    id: int
    proposed: int
    sex: int
    age: int
    first: int
    order: tuple[int, ...]


def _of(*words: object) -> str:
    return hashlib.sha256(" ".join(map(str, words)).encode()).hexdigest()


@pytest.fixture(scope="module")
def shown() -> list[Shown]:
    """Lineups begun by the service itself; only its rows are not written."""
    with pytest.MonkeyPatch.context() as patch:
        made: list[dict[str, Any]] = []
        patch.setattr(services.Holding.objects, "create", lambda **row: made.append(row))
        patch.setattr(services, "note", lambda *a, **k: None)
        patch.setattr(services, "members_of", lambda lineup: lineup.given)
        found = []
        for number in range(DRAWN):
            sexes = [int(_of("sex", number, one), 16) % 2 for one in range(MEMBERS)]
            age, entered = (int(_of(word, number), 16) for word in ("age", "entered"))
            age, entered = age % 4, entered % MEMBERS
            ids = [_of("id", number, one)[:32] for one in range(MEMBERS)]
            seed = _of("seed", number)
            lineup = SimpleNamespace(seed=seed, given=[SimpleNamespace(public_id=one) for one in ids])
            doing = SimpleNamespace(who=SimpleNamespace(person=None, at=None))
            services._begun(doing, lineup, "en", "key", str)  # type: ignore[arg-type]
            order = [ids.index(one) for one in made.pop()["order"]]
            records = [f"B{_of('record', number, one)[:6]}" for one in range(MEMBERS)]
            found.append(
                Shown(
                    place=order.index(entered),
                    entered=entered,
                    id=sorted(ids).index(ids[entered]),
                    proposed=drawn(f"{seed} 1 places", records).index(records[entered]),
                    sex=sexes[entered],
                    age=age,
                    first=int(sexes[order[0]] == sexes[entered]),
                    order=tuple(order),
                )
            )
    return found


def test_the_suspect_is_shown_at_every_place_alike(shown: list[Shown]) -> None:
    places = Counter(one.place for one in shown)
    assert stats.chisquare([places[place] for place in range(MEMBERS)]).pvalue > SELDOM


def test_every_order_is_as_likely(shown: list[Shown]) -> None:
    orders = Counter(one.order for one in shown)
    every = [*orders.values(), *[0] * (720 - len(orders))]
    assert stats.chisquare(every).pvalue > SELDOM


@pytest.mark.parametrize("what", ["entered", "id", "proposed", "sex", "age"])
def test_the_place_tells_nothing_of_the_suspect(shown: list[Shown], what: str) -> None:
    """The mutual information of the place and each of these is that of chance: twice n times it is a chi-square."""
    table = np.zeros((MEMBERS, 1 + max(getattr(one, what) for one in shown)))
    for one in shown:
        table[one.place, getattr(one, what)] += 1
    found = stats.chi2_contingency(table, correction=False, lambda_="log-likelihood")
    information = found.statistic / (2 * len(shown))
    assert found.pvalue > SELDOM
    assert information < 0.005  # in nats, of 1.79 that the place holds


def test_an_order_that_told_something_would_be_seen(shown: list[Shown]) -> None:
    """One lineup in ten that is shown as it was entered is found by the same reading."""
    table = np.zeros((MEMBERS, MEMBERS))
    for number, one in enumerate(shown):
        table[one.place if number % 10 else one.entered, one.entered] += 1
    assert stats.chi2_contingency(table, correction=False, lambda_="log-likelihood").pvalue < SELDOM


def test_whoever_is_shown_first_is_of_either_sex_as_chance_has_it(shown: list[Shown]) -> None:
    """As often of the suspect's own as one in six, who is the suspect, and half of the others make it."""
    same = sum(one.first for one in shown)
    assert stats.binomtest(same, len(shown), 1 / 6 + 5 / 12).pvalue > SELDOM
