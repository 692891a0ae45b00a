"""Uploads: what is too large for memory is sealed while it comes in, so that nothing plain of it touches the disk.

Django itself lays a large upload down as a plain temporary file. What is sealed here is read like any other uploaded
file, and is destroyed when its request is over unless somebody took it; what a killed process leaves is swept.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest, HttpResponse

from lookalike.casework import files
from lookalike.casework.files import Writer, Written
from lookalike.errors import FileTooLarge

if TYPE_CHECKING:
    _Uploaded = UploadedFile[Any]
else:
    _Uploaded = UploadedFile

LARGEST_REQUEST = 512 << 20
"""Bytes of the largest request with files, evidence apart: the largest list or transaction, and pictures beside it."""


class SealedFile(_Uploaded):
    """An uploaded file of which only its sealed form is there. error: why it was not taken in; it is empty then."""

    def __init__(self, name: str, content_type: str, taken_in: Written | FileTooLarge) -> None:
        self.error = taken_in if isinstance(taken_in, FileTooLarge) else None
        self._written = taken_in if isinstance(taken_in, Written) else None
        stream: Any = io.BytesIO() if self._written is None else files.opened(self._written)
        super().__init__(stream, name, content_type, self._written.size if self._written else 1)

    def take(self) -> Written:
        """What was sealed, for whoever stores it: from now on it is theirs to destroy. Raises FileTooLarge."""
        if self.error is not None:
            raise self.error
        written, self._written = self._written, None
        assert written is not None
        return written

    def close(self) -> None:
        """The request is over: what nobody took is destroyed."""
        super().close()
        if self._written is not None:
            files.forget(self._written)
            self._written = None


class Sealing(FileUploadHandler):
    """Seals files while they come in, for somebody who is signed in; of what breaks off nothing is left."""

    chunk_size = files.PIECE

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self._writer: Writer | None = None
        self._error: FileTooLarge | None = None

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """Refuse what is too large before it is read. Raises RequestDataTooBig."""
        largest = self.largest()
        if content_length > largest:
            raise RequestDataTooBig(f"The request has {content_length:,} bytes; {largest:,} are taken in here.")

    def largest(self) -> int:
        """Bytes of the largest request: of somebody who is not signed in, what fits in memory."""
        signed_in = getattr(self.request, "acting", None) is not None
        return LARGEST_REQUEST if signed_in else settings.FILE_UPLOAD_MAX_MEMORY_SIZE

    def wanted(self) -> bool:
        """Whether the file that begins is taken in."""
        return True

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file begins."""
        super().new_file(*args, **kwargs)
        if self.wanted():
            kind = self.content_type or "application/octet-stream"
            self._writer = Writer(name=self.file_name or "file", media_type=kind)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """More of it. Returns nothing: no other handler gets it."""
        if self._writer is not None:
            try:
                self._writer.add(raw_data)
            except FileTooLarge as error:
                self._error = error
                self.abandon()
            except OSError as error:
                self.abandon()
                raise StopUpload(connection_reset=True) from error

    def file_complete(self, file_size: int) -> SealedFile | None:
        """The file is there whole, or was not taken in."""
        taken_in = self._error if self._writer is None else self._writer.finish()
        if taken_in is None:
            return None
        self._writer = self._error = None
        return SealedFile(self.file_name or "file", self.content_type or "", taken_in)

    def upload_interrupted(self) -> None:
        """The browser went away."""
        self.abandon()

    def abandon(self) -> None:
        """Leave nothing of a file that is not there whole."""
        if self._writer is not None:
            self._writer.abandon()
            self._writer = None


def tidy(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: when a request is over, leave nothing of a file in whose middle its reading failed."""

    def answered(request: HttpRequest) -> HttpResponse:
        try:
            return answer(request)
        finally:
            for handler in request.upload_handlers:
                if isinstance(handler, Sealing):
                    handler.abandon()

    return answered
