"""How often an examiner errs, with the interval that so few trials allow."""

from __future__ import annotations

from dataclasses import dataclass

from scipy.stats import beta


@dataclass(frozen=True, slots=True)
class Rate:
    """Errors among trials. low, high: 95 % interval, as shares; None where there was no trial."""

    errors: int
    trials: int
    low: float | None
    high: float | None

    @property
    def sentence(self) -> str:
        """For example: 1 of 20 (between 0.1 and 24.9 in 100)."""
        if self.low is None or self.high is None:
            return "no trial yet"
        return f"{self.errors} of {self.trials} (between {100 * self.low:.1f} and {100 * self.high:.1f} in 100)"


def rate(errors: int, trials: int) -> Rate:
    """The share of errors with its exact interval. Source: Clopper and Pearson (1934), Biometrika 26, 404."""
    if trials == 0:
        return Rate(errors, trials, None, None)
    low = 0.0 if errors == 0 else float(beta.ppf(0.025, errors, trials - errors + 1))
    high = 1.0 if errors == trials else float(beta.ppf(0.975, errors + 1, trials - errors))
    return Rate(errors, trials, low, high)
