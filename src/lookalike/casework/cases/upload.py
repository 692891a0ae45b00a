"""Evidence as it is uploaded: one file of any size that is stored, sealed from its first byte."""

from __future__ import annotations

from typing import Any

from lookalike.casework import files, uploads


class Sealing(uploads.Sealing):
    """Seals the file of the field `file`, however small, and takes no other."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self._begun = False

    def largest(self) -> int:
        """Bytes of the largest request: beyond, the form says it of the file."""
        return 2 * files.LARGEST

    def wanted(self) -> bool:
        """The first one of the field."""
        wanted = self.field_name == "file" and not self._begun
        self._begun = self._begun or wanted
        return wanted
