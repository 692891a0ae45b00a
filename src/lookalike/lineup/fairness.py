"""Whether a lineup is fair, from the choices of mock witnesses.

Mock witnesses were not there. They read the witness's description and no more, look at the lineup, and have to choose.
In a fair lineup nobody is chosen more often than chance would have it, the suspect least of all.

With c_i choices of member i, N choices in all and k members:

- proportion: c_suspect / N; tested against 1/k by the exact binomial distribution, one-sided (Doob and Kirshenbaum
  1973; Malpass and Lindsay 1999)
- functional size: N / c_suspect (Wells, Leippe and Ostrom 1979)
- effective size as first proposed: k_a - sum |c_i - N/k_a| / (2 N/k_a) over the k_a members whom anybody chose
  (Malpass 1981); and adjusted: the same over all k members (Tredoux 1998)
- effective size E' = 1 / (1 - I), I = 1 - sum (c_i / N)^2, which is the number of equally good members that would
  spread the choices as widely; var(I) = (4 / N) (sum p_i^3 - (sum p_i^2)^2), and the interval of I by the normal
  distribution turned into one of E' (Tredoux 1998, after Agresti and Agresti 1978)
- homogeneity: Pearson's chi-square of the c_i against N/k each, with k - 1 degrees of freedom

The formulas are those of the R package `r4lineups` 0.1.1 (Naylor and Tredoux, CC0), whose documented results the tests
hold them to. In three things more is said here. A member nobody chose counts: the choices are given by member, zeros
included. The interval of E' is cut off at 1 and at k, between which E' lies. And where every proportion is the same the
variance formula gives 0 and the interval has no width; the bootstrap says more then.

E' is too small rather than too large in a small sample: even of a perfectly fair lineup, N mock witnesses give about
1 / E' = 1/k + (1 - 1/k) / N (of six members and 30 mock witnesses: 5.1 in place of 6).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from lookalike.errors import BadInput

LEAST_EXPECTED = 5.0
"""Choices expected of each member, below which chi-square is only an approximation (Cochran 1954)."""


@dataclass(frozen=True, slots=True)
class Fairness:
    """What the choices say.

    choices: by member; suspect: which of them, from 0. mock_witnesses: N. proportion: of them who chose the suspect.
    p_suspect: how probable it is that so many or more choose the suspect by chance; small means that the suspect stands
    out. functional_size: None where nobody chose the suspect, as it has no bound then. effective_size: Tredoux's E'.
    low, high: its interval at `level` by the normal distribution. adjusted: Malpass' effective size over all members;
    original: over those whom anybody chose. chi_square, p_even: of choices as uneven as these where all members are
    equally good; p_even_holds: whether enough was chosen for that probability to be trusted.
    """

    choices: tuple[int, ...]
    suspect: int
    mock_witnesses: int
    proportion: float
    p_suspect: float
    functional_size: float | None
    effective_size: float
    low: float
    high: float
    level: float
    adjusted: float
    original: float
    chi_square: float
    p_even: float
    p_even_holds: bool


def fairness(choices: Sequence[int], suspect: int, *, level: float = 0.95) -> Fairness:
    """What mock witnesses' choices say about a lineup.

    choices: (k,) how many chose each member, zeros included. suspect: which member is the suspect, from 0.
    level: of the interval of E', between 0 and 1. Raises BadInput for fewer than two members, no mock witness, a number
    that is no count, a suspect who is not in the lineup, a level that is none. Sources: see the module.
    """
    counts = _counts(choices)
    members, witnesses = len(counts), sum(counts)
    if isinstance(suspect, bool) or not isinstance(suspect, (int, np.integer)) or not 0 <= suspect < members:
        raise BadInput(
            f"Member {suspect} is not in a lineup of {members}.",
            why="Members are counted from 0.",
            remedy=f"Name the suspect's place, from 0 to {members - 1}.",
        )
    _check_level(level)
    low, high = normal_interval(counts, level=level)
    chosen = counts[suspect]
    even = stats.chisquare(counts)
    return Fairness(
        choices=counts,
        suspect=int(suspect),
        mock_witnesses=witnesses,
        proportion=chosen / witnesses,
        p_suspect=stands_out(chosen, witnesses, members),
        functional_size=witnesses / chosen if chosen else None,
        effective_size=effective_size(counts),
        low=low,
        high=high,
        level=level,
        adjusted=_malpass(counts),
        original=_malpass([count for count in counts if count]),
        chi_square=float(even.statistic),
        p_even=float(even.pvalue),
        p_even_holds=witnesses / members >= LEAST_EXPECTED,
    )


def stands_out(chosen: int, witnesses: int, members: int) -> float:
    """P(X >= chosen) where X is binomial of `witnesses` draws, each 1 / `members`: exact, one-sided."""
    return float(stats.binomtest(chosen, witnesses, 1 / members, alternative="greater").pvalue)


def effective_size(choices: Sequence[int]) -> float:
    """Tredoux's E', from 1 (all chose one member) to k (all were chosen alike). Raises BadInput as `fairness`."""
    counts = _counts(choices)
    return sum(counts) ** 2 / sum(count**2 for count in counts)


def normal_interval(choices: Sequence[int], *, level: float = 0.95) -> tuple[float, float]:
    """The interval of E' by the normal distribution of I (Tredoux 1998). Raises BadInput as `fairness`."""
    counts = _counts(choices)
    _check_level(level)
    witnesses, members = sum(counts), len(counts)
    shares = [count / witnesses for count in counts]
    squares = math.fsum(share**2 for share in shares)
    variance = max(0.0, 4 / witnesses * (math.fsum(share**3 for share in shares) - squares**2))
    half = float(stats.norm.ppf((1 + level) / 2)) * math.sqrt(variance)
    return 1 / min(1.0, squares + half), 1 / max(1 / members, squares - half)


def bootstrap_interval(
    choices: Sequence[int], *, seed: int, level: float = 0.95, resamples: int = 5_000
) -> tuple[float, float]:
    """The percentile interval of E' over resamples of the mock witnesses (Efron 1979).

    Resampling spreads choices less evenly than they were, so that its E' is smaller again than the sample's, and the
    interval lies low: it errs towards calling a lineup unfair. seed: the same gives the same interval with the same
    version of NumPy. Raises BadInput as `fairness`.
    """
    counts = np.array(_counts(choices))
    _check_level(level)
    if resamples < 100:
        raise BadInput(f"An interval cannot be read off {resamples} resamples.", remedy="Take 1,000 or more.")
    witnesses = int(counts.sum())
    again = np.random.default_rng(seed).multinomial(witnesses, counts / witnesses, size=resamples)
    sizes = witnesses**2 / (again.astype(np.float64) ** 2).sum(axis=1)
    low, high = np.quantile(sizes, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _malpass(counts: Sequence[int]) -> float:
    expected = sum(counts) / len(counts)
    return len(counts) - math.fsum(abs(count - expected) for count in counts) / (2 * expected)


def _counts(choices: Sequence[int]) -> tuple[int, ...]:
    for count in choices:
        if isinstance(count, bool) or not isinstance(count, (int, np.integer)) or count < 0:
            raise BadInput(
                f"{count!r} is no number of choices.", remedy="Give how many mock witnesses chose each member, from 0."
            )
    counts = tuple(int(count) for count in choices)
    if len(counts) < 2:
        raise BadInput(
            "A lineup of fewer than two members has no fairness to measure.",
            why="With one photograph every mock witness chooses the same person.",
            remedy="Give one number for each member of the lineup, zeros included.",
        )
    if not sum(counts):
        raise BadInput(
            "No mock witness has chosen anybody.",
            why="Without choices nothing can be said about the lineup.",
            remedy="Wait for the mock witnesses; 30 are the least that is usual.",
        )
    return counts


def _check_level(level: float) -> None:
    if not 0 < level < 1:
        raise BadInput(f"An interval at the level {level} does not exist.", remedy="Give a level such as 0.95.")
