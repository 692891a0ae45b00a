"""The exact scan in C. Only `lookalike.gallery.scan` calls it; shapes and meanings are written there."""

from typing import Any, TypeAlias

import numpy as np
from _typeshed import ReadableBuffer
from numpy.typing import NDArray

_Bytes: TypeAlias = NDArray[np.uint8]
_Planes: TypeAlias = tuple[_Bytes, _Bytes, _Bytes, _Bytes, NDArray[Any], int]

def pack(planes: _Planes, first: int, count: int, codes: NDArray[np.int8], /) -> None: ...
def search(
    planes: _Planes,
    rows: int,
    probes: NDArray[np.int8],
    count: int,
    k: int,
    mask: _Bytes | None,
    order: NDArray[np.uint32] | None,
    threads: int,
    cancel: ReadableBuffer | None,
    path: str,
    out: NDArray[Any],
    /,
) -> int: ...
def paths() -> list[str]: ...
