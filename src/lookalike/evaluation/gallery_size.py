"""How the errors grow with the gallery: measured on parts of it, and carried beyond it with what that assumes.

Smaller galleries need no search. Of N strangers, a choice of m leaves out all `a` above a score with the chance

    C(N - a, m) / C(N, m)                                                       (hypergeometric)

which, averaged over searches, is the rank-1 share (a above the mate) and 1 - FPIR (a above the threshold).

Larger galleries are an assumption, and marked so: that the strangers who join are like those who are there. Each
probe's own tail of expected lookalikes is continued beyond its best strangers, E(s), its logarithm as a parabola that
never bends upwards, and a gallery N' holds the N that were searched:

    P(mate first in N')      = [mate first in N] * exp(-E(mate) * (N' - N) / N)
    P(nobody above T in N')  = [nobody above T in N] * exp(-c * E(T) * (N' - N) / N)

with the one c that gives the measured FPIR in N itself. Their width says what is not known. The rank-1 share is carried
as low as the floor of expected lookalikes puts it (brothers and twins are in no tail), FPIR as high as
1 - (1 - FPIR)^(N'/N), which is what it would be if every probe were alike: when probes differ, FPIR grows more slowly
(Jensen). Simulated with strangers normal for each probe, 2,000 people carried to 10^4, 10^5, 10^6 and 10^7 gave an FPIR
of .043, .21, .55 and .85 where .040, .18, .51 and .82 are true.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import gammaln

from lookalike.evaluation.estimates import BOTH_SIDES, EXTRAPOLATED, Estimate, Resamples, share, too_few
from lookalike.evaluation.identification import threshold
from lookalike.evaluation.results import GallerySize
from lookalike.evaluation.searches import Searches
from lookalike.strength.tail import FLOOR

FPIR = 0.01
"""In the whole gallery, at the threshold whose FPIR in other galleries is told."""

MEASURED = tuple(digit * 10**power for power in range(1, 9) for digit in (1, 2, 5))
WIDEST = 3.0
"""The ratio of the two ends of an extrapolation beyond which no value is told."""

EXTRAPOLATED_TO = (10_000, 100_000, 1_000_000, 10_000_000)


def gallery_sizes(searches: Searches, draws: Resamples) -> tuple[GallerySize, ...]:
    """Sizes 10, 20, 50, ... below the gallery's, the gallery's own, and 10^4 to 10^7 beyond it, in persons.

    A gallery of G persons holds G - 1 strangers and the mate in a mated search, G strangers in a non-mated one.
    """
    if not len(searches):
        return ()
    score = threshold(searches.best_stranger, FPIR)
    whole = int((searches.persons + searches.mated).max())
    smaller = [size for size in MEASURED if size < whole]
    larger = [size for size in EXTRAPOLATED_TO if size > whole]
    return (
        *(_measured(searches, draws, score, size) for size in (*smaller, whole)),
        *(_extrapolated(searches, draws, score, size, whole) for size in larger),
    )


def none_of(strangers: NDArray[np.int64], above: NDArray[np.int64], chosen: NDArray[np.int64]) -> NDArray[np.float64]:
    """(n,) the chance that `chosen` of `strangers`, without replacement, include none of the `above`."""
    left = strangers - above - chosen
    ln = gammaln(strangers - above + 1.0) - gammaln(np.maximum(left, 0) + 1.0)
    ln += gammaln(strangers - chosen + 1.0) - gammaln(strangers + 1.0)
    return np.where(left < 0, 0.0, np.where(above == 0, 1.0, np.exp(np.minimum(ln, 0.0))))


def _measured(searches: Searches, draws: Resamples, score: float | None, size: int) -> GallerySize:
    all_rows, strangers = np.ones(len(searches), dtype=np.bool_), searches.persons
    first = none_of(strangers, np.maximum(searches.mate_rank - 1, 0), np.minimum(size - 1, strangers))
    rank_one = share(first, searches.mated, draws)
    if score is None:
        return GallerySize(size, True, rank_one, too_few(len(searches)))
    above = (searches.stranger_score >= score).sum(axis=1)
    returned = 1.0 - none_of(strangers, above, np.minimum(size, strangers))
    return GallerySize(size, True, rank_one, share(returned, all_rows, draws, BOTH_SIDES))


def _extrapolated(searches: Searches, draws: Resamples, score: float | None, size: int, whole: int) -> GallerySize:
    all_rows, more = np.ones(len(searches), dtype=np.bool_), (size - whole) / whole
    floored, first = searches.mate_expected, searches.mate_rank == 1
    own = np.where(floored > FLOOR, floored, np.minimum(continued(searches, searches.mate_score), FLOOR))

    def stays_first(expected: NDArray[np.float64]) -> Estimate:
        still: NDArray[np.float64] = np.exp(-np.nan_to_num(expected) * more)
        return share(first * still, searches.mated, draws)

    at_least, stays = stays_first(floored), stays_first(own)
    rank_one = _told(_between(at_least, stays, stays))
    if score is None:
        return GallerySize(size, False, rank_one, too_few(len(searches)))
    none = searches.best_stranger < score
    joining = _anchored(continued(searches, np.full(len(searches), score)), float(np.mean(~none)))
    somebody = np.where(none, -np.expm1(-joining * more), 1.0)
    returned = share(somebody, all_rows, draws, BOTH_SIDES)
    now = share(~none, all_rows, draws, BOTH_SIDES)
    return GallerySize(size, False, rank_one, _told(_between(returned, returned, _alike(now, size / whole))))


def _told(extrapolated: Estimate) -> Estimate:
    """The extrapolation, or nothing where its two assumptions lie more than WIDEST apart: a value would be a guess."""
    low, high = extrapolated.low, extrapolated.high
    if low is None or high is None or high > WIDEST * low:
        return too_few(extrapolated.count)
    return extrapolated


def continued(searches: Searches, score: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n,) expected lookalikes of a score above the best strangers, on the parabola through three of the probe's own.

    They are its best, its last and one a tenth of the way. Strangers at the floor of expected lookalikes say nothing of
    the tail and are passed over; where all scores are equal the last known expectation stands.
    """
    found = np.empty(len(searches))
    for i, (scores, expected) in enumerate(zip(searches.stranger_score, searches.stranger_expected, strict=True)):
        told = np.flatnonzero(expected > 1.001 * FLOOR)
        if not told.size:
            found[i] = FLOOR
            continue
        nodes = told[[0, told.size // 10, -1]]
        found[i] = math.exp(_parabola(scores[nodes], np.log(expected[nodes]), score[i]))
    return found


def _parabola(x: NDArray[np.float64], y: NDArray[np.float64], at: float) -> float:
    """The value beyond x[0] of the parabola through three points, x falling; a line where it would bend upwards."""
    if x[0] == x[2] or not at > x[0]:
        return float(y[0])
    if x[0] == x[1] or x[1] == x[2]:
        return float(y[0] + min(0.0, (y[2] - y[0]) / (x[2] - x[0]) * (at - x[0])))
    near, far = (y[1] - y[0]) / (x[1] - x[0]), (y[2] - y[1]) / (x[2] - x[1])
    bend = min(0.0, (far - near) / (x[2] - x[0]))
    return float(y[0] + min(0.0, near * (at - x[0]) + bend * (at - x[0]) * (at - x[1])))


def _anchored(expected: NDArray[np.float64], fpir: float) -> NDArray[np.float64]:
    """The expectations times the one factor with which their own FPIR, mean of 1 - exp(-E), is the measured one."""
    if not 0 < fpir < 1:
        return expected
    ln = brentq(lambda factor: float(np.mean(-np.expm1(-math.exp(factor) * expected))) - fpir, -30.0, 30.0)
    scaled: NDArray[np.float64] = math.exp(ln) * expected
    return scaled


def _alike(fpir: Estimate, factor: float) -> Estimate:
    """FPIR in a gallery larger by `factor` if every probe had the same chance: 1 - (1 - FPIR)^factor."""
    if fpir.value is None or fpir.low is None or fpir.high is None:
        return fpir
    value, low, high = (-math.expm1(factor * math.log1p(-min(p, 1 - 1e-12))) for p in (fpir.value, fpir.low, fpir.high))
    return Estimate(value, low, high, fpir.count, EXTRAPOLATED)


def _between(lowest: Estimate, value: Estimate, highest: Estimate) -> Estimate:
    if value.value is None or lowest.low is None or highest.high is None:
        return too_few(value.count)
    low, high = min(lowest.low, value.value), max(highest.high, value.value)
    return Estimate(value.value, low, high, value.count, EXTRAPOLATED)
