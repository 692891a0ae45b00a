"""All comparisons in C. Only `lookalike.evaluation.comparisons` calls it; shapes and meanings are written there."""

import numpy as np
from numpy.typing import NDArray

def count(
    a: NDArray[np.int8],
    b: NDArray[np.int8],
    dimensions: int,
    path: str,
    out: NDArray[np.uint64],
    /,
) -> None: ...
def paths() -> list[str]: ...
