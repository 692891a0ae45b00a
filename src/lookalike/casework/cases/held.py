"""What was worked out and will be asked for again soon, held in memory within a bound."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Held(Generic[Value]):
    """Values by key, at most so many bytes of them; what was not asked for longest goes first. Safe between threads.

    Plain pixels of evidence stand here, in memory alone, and are gone with the process.
    """

    def __init__(self, bytes_at_most: int) -> None:
        self._limit = bytes_at_most
        self._lock = threading.Lock()
        self._values: OrderedDict[str, tuple[Value, int]] = OrderedDict()
        self._held = 0

    def of(self, key: str, make: Callable[[], Value], size: Callable[[Value], int]) -> Value:
        """The value of a key, made if it is not held. size: its length in bytes. What `make` raises is not held."""
        found = self.get(key)
        if found is None:
            found = make()
            self.put(key, found, size(found))
        return found

    def get(self, key: str) -> Value | None:
        """The value of a key, if it is held."""
        with self._lock:
            if key not in self._values:
                return None
            self._values.move_to_end(key)
            return self._values[key][0]

    def put(self, key: str, value: Value, size: int) -> None:
        """Hold a value; one that is larger than the bound is not held."""
        with self._lock:
            if key in self._values:
                self._held -= self._values.pop(key)[1]
            if size > self._limit:
                return
            self._values[key] = (value, size)
            self._held += size
            while self._held > self._limit:
                self._held -= self._values.popitem(last=False)[1][1]
