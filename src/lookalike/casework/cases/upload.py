"""Evidence as it is uploaded: sealed while it comes in, so that nothing plain of it touches the disk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

from lookalike.casework import files
from lookalike.casework.files import Writer, Written
from lookalike.errors import FileTooLarge

if TYPE_CHECKING:
    _Uploaded = UploadedFile[Any]
else:
    _Uploaded = UploadedFile


class SealedFile(_Uploaded):
    """An uploaded file of which only its sealed form is there. error: why it was not taken in."""

    def __init__(self, name: str, content_type: str, written: Written | None, error: FileTooLarge | None) -> None:
        super().__init__(None, name, content_type, written.size if written else 1)
        self.written = written
        self.error = error

    def forget(self) -> None:
        """Destroy what was sealed, for a form that was not accepted."""
        if self.written is not None:
            files.forget(self.written)


class Sealing(FileUploadHandler):
    """Seals the file of the field `file` while it comes in; takes no other, and of what breaks off nothing is left."""

    chunk_size = files.PIECE

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self._writer: Writer | None = None
        self._error: FileTooLarge | None = None
        self._begun = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file begins."""
        super().new_file(*args, **kwargs)
        if self.field_name == "file" and not self._begun:
            self._begun = True
            kind = self.content_type or "application/octet-stream"
            self._writer = Writer(name=self.file_name or "file", media_type=kind)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """More of it. Returns nothing: no other handler gets it."""
        if self._writer is not None:
            try:
                self._writer.add(raw_data)
            except FileTooLarge as error:
                self._error = error
                self._abandon()
            except OSError as error:
                self._abandon()
                raise StopUpload(connection_reset=True) from error

    def file_complete(self, file_size: int) -> SealedFile | None:
        """The file is there whole, or was not taken in."""
        if self._writer is None and self._error is None:
            return None
        written = self._writer.finish() if self._writer is not None else None
        sealed = SealedFile(self.file_name or "file", self.content_type or "", written, self._error)
        self._writer = self._error = None
        return sealed

    def upload_interrupted(self) -> None:
        """The browser went away."""
        self._abandon()

    def _abandon(self) -> None:
        if self._writer is not None:
            self._writer.abandon()
            self._writer = None
