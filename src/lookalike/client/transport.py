"""How the client asks: one request at a time, every refusal an error of `lookalike.errors`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import IO, Any, TypeVar
from urllib.parse import quote

import httpx
from pydantic import TypeAdapter
from pydantic_core import to_jsonable_python

from lookalike import errors
from lookalike.errors import LookalikeError, NoAnswer

Answer = TypeVar("Answer")
Upload = bytes | IO[bytes]
"""A file to send: its bytes, or a file opened for reading, which is sent piece by piece."""

NamedFile = tuple[str, bytes | IO[bytes]]
"""A file that is sent beside words, with the name by which they speak of it."""

PAGE = 200
READINGS = 3
"""How often a reading is tried where the connection fails. An act is tried once: nobody knows whether it was done."""

PIECE = 1 << 18


class Transport:
    """One connection to one site, with one token."""

    def __init__(
        self, base_url: str, token: str, *, timeout: float = 60.0, transport: httpx.BaseTransport | None = None
    ) -> None:
        self._http = httpx.Client(
            base_url=f"{base_url.rstrip('/')}/api/",
            headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
            timeout=httpx.Timeout(timeout, connect=10.0),
            transport=transport,
        )

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def send(self, method: str, path: str, *, stream: bool = False, **more: Any) -> httpx.Response:
        """Ask, and give the answer. Raises what the site refuses with, and NoAnswer where none came."""
        request = self._http.build_request(method, path, **more)
        tries = READINGS if method == "GET" else 1
        while True:
            tries -= 1
            try:
                answer = self._http.send(request, stream=stream)
                if answer.is_error:
                    answer.read()
                break
            except httpx.TransportError as error:
                if not tries:
                    raise _no_answer(method, error) from error
        if answer.is_success:
            return answer
        raise problem(answer)


class Resource:
    """What the operations of one tag are asked with."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def _ask(self, kind: type[Answer], method: str, path: str, *places: object, **sent: Any) -> Answer:
        answer: Answer = _adapter(kind).validate_json(  # type: ignore[arg-type]
            self._send(method, path, places, **sent).content
        )
        return answer

    def _do(self, method: str, path: str, *places: object, **sent: Any) -> None:
        self._send(method, path, places, **sent)

    def _send(
        self,
        method: str,
        path: str,
        places: tuple[object, ...],
        *,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        form: Mapping[str, Any] | None = None,
        uploads: Mapping[str, Any] | None = None,
        data: Upload | None = None,
    ) -> httpx.Response:
        more: dict[str, Any] = {"params": _words(query)}
        if body is not None:
            more["json"] = to_jsonable_python(body)
        if form is not None:
            more |= {"data": _words(form), "files": list(_files(uploads or {}))}
        if data is not None:
            more |= {"content": data, "headers": {"Content-Type": "application/octet-stream"}}
        return self._transport.send(method, _at(path, places), **more)

    def _pages(
        self, kind: type[Answer], path: str, *places: object, query: Mapping[str, Any] | None = None
    ) -> Iterator[Answer]:
        offset = 0
        while True:
            params = {**_words(query), "limit": PAGE, "offset": offset}
            page = self._transport.send("GET", _at(path, places), params=params).json()
            yield from _adapter(list[kind]).validate_python(page["items"])  # type: ignore[valid-type]
            offset += len(page["items"])
            if not page["items"] or offset >= page["count"]:
                return

    def _file(self, method: str, path: str, *places: object, **more: Any) -> bytes:
        return b"".join(self._stream(method, path, *places, **more))

    def _stream(
        self,
        method: str,
        path: str,
        *places: object,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Iterator[bytes]:
        sent = {} if body is None else {"json": to_jsonable_python(body)}
        answer = self._transport.send(method, _at(path, places), stream=True, params=_words(query), **sent)
        try:
            yield from answer.iter_bytes(PIECE)
        except httpx.TransportError as error:
            raise _no_answer(method, error) from error
        finally:
            answer.close()


def problem(answer: httpx.Response) -> LookalikeError:
    """The error that an answer tells: of the class that the site raised, with its three sentences.

    What else the document holds is set on it: `fields` of a BadForm, `wait` of a TooOften, and of an ActRefused as
    `decision` every protection as it judged.
    """
    try:
        said = answer.json()
        kind = getattr(errors, str(said["type"]).rpartition(":")[2], LookalikeError)
        kind = kind if isinstance(kind, type) and issubclass(kind, LookalikeError) else LookalikeError
        error = kind(str(said["title"]), why=str(said["detail"]), remedy=str(said["remedy"]))
    except (ValueError, KeyError, TypeError):
        return NoAnswer(
            f"The answer, of status {answer.status_code}, is not one of a Lookalike site.",
            remedy="Check the address.",
        )
    if isinstance(error, errors.BadForm):
        error.fields = said.get("fields", {})
    if isinstance(error, errors.ActRefused):
        error.decision = said.get("judgement")
    if isinstance(error, errors.TooOften):
        error.wait = int(answer.headers.get("Retry-After", "60"))
    return error


def _no_answer(method: str, error: Exception) -> NoAnswer:
    return NoAnswer(
        f"The site did not answer: {error}.",
        why="" if method == "GET" else "Whether it did what was asked is not known.",
        remedy="Try again." if method == "GET" else "Look at the state of things before you ask again.",
    )


def _at(path: str, places: tuple[object, ...]) -> str:
    return path.format(*(quote(str(place), safe="") for place in places))


def _words(query: Mapping[str, Any] | None) -> dict[str, Any]:
    given = {name: value for name, value in (query or {}).items() if value is not None}
    words: dict[str, Any] = to_jsonable_python(given)
    return words


def _files(uploads: Mapping[str, Any]) -> Iterator[tuple[str, NamedFile]]:
    for field, given in uploads.items():
        if given is not None:
            yield from ((field, one) for one in ([given] if isinstance(given, tuple) else given))


@lru_cache(maxsize=256)
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
