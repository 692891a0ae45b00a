"""The REST API as a whole: one form for every error, an operation for every act, no token that does too much."""

from __future__ import annotations

import ast
import importlib
import inspect
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

import lookalike.casework
from lookalike.casework import operations as frame
from lookalike.casework.people.models import Person, Token
from lookalike.casework.permissions import ROLES, Open, Permission
from lookalike.casework.recording import ledger, store
from lookalike.protocol.vocabulary import Role
from lookalike.site.api import api
from lookalike.site.problems import KIND, MEDIA_TYPE
from tests.casework.tokens import token_of

Someone = Callable[..., Person]
Drawn = Callable[..., "Over"]


class Over:
    """The API as somebody with a token asks it."""

    def __init__(self, token: str, row: Token | None = None) -> None:
        self.client, self.row = Client(raise_request_exception=True), row
        self.headers = {"authorization": f"Bearer {token}"}

    def ask(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        data = body if isinstance(body, (bytes, str)) else "" if body is None else json.dumps(body)
        more.setdefault("content_type", "application/json")
        return self.client.generic(method, f"/api/{path}", data, headers=self.headers, **more)

    def get(self, path: str) -> Any:
        return self.ask("GET", path)


@pytest.fixture(autouse=True)
def fresh_counts(db: None) -> None:
    """Nobody has asked in this minute."""
    cache.clear()


@pytest.fixture
def drawn(now: datetime) -> Drawn:
    """Draw a token for somebody."""

    def draw(person: Person, *scopes: Permission, **more: Any) -> Over:
        row, token = token_of(person, now, *scopes, **more)
        return Over(token, row)

    return draw


def entries(act: str) -> list[dict[str, Any]]:
    """The bodies of every entry of an act."""
    lines = store().lines(0, store().head().size)
    return [ledger().body(index) for index, text, _ in lines if text.split(" ")[3] == act]  # type: ignore[misc]


def said(answer: Any) -> dict[str, Any]:
    """The problem document of an answer."""
    assert answer.headers["Content-Type"] == MEDIA_TYPE, answer.content
    assert answer.headers["Cache-Control"] == "no-store"
    body: dict[str, Any] = answer.json()
    assert body["status"] == answer.status_code
    assert body["title"].endswith(".")
    assert set(body) >= {"type", "title", "detail", "remedy"}
    return body


def described() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Path, method and description of every operation."""
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


# who asks


def test_without_a_token_nothing_is_answered(db: None) -> None:
    answer = Client().get("/api/requests")
    assert said(answer)["type"] == f"{KIND}NotSignedIn"
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Bearer realm="Lookalike"')
    assert entries("access.deny") == [], "nobody has claimed to be anybody"


@pytest.mark.parametrize("token", ["lookalike_wrong", "", "x" * 10_000, "lookalike_é", "a b c"])
def test_a_wrong_token_is_told_and_recorded_without_it(db: None, token: str) -> None:
    answer = Over(token).get("requests")
    assert (answer.status_code, said(answer)["title"]) == (401, "This token is not good.")
    (entry,) = entries("access.deny")
    assert (entry["actor"], entry["note"], entry["where"]) == ("nobody", "an unknown token", "/api/requests")
    assert "lookalike_wrong" not in str(entry)


def test_a_token_that_is_no_longer_good_is_told_like_one_that_never_was(
    someone: Someone, drawn: Drawn, now: datetime
) -> None:
    ann, ben = someone("ann", Role.INVESTIGATOR), someone("ben", Role.INVESTIGATOR)
    over = [
        drawn(ann, withdrawn_at=now),
        drawn(ann, expires_at=now - timedelta(seconds=1)),
        drawn(ben),
        Over("lookalike_none"),
    ]
    ben.locked_at = now
    ben.save()
    answers = [one.get("requests") for one in over]
    assert [one.status_code for one in answers] == [401] * 4
    assert len({one.content for one in answers}) == 1
    named = [entry["objects"] for entry in entries("access.deny")]
    assert named == [[{"kind": "token", "id": one.row.public_id}] if one.row else [] for one in over]


def test_every_wrong_token_costs_the_same_queries(
    someone: Someone, drawn: Drawn, now: datetime, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    ann = someone("ann", Role.INVESTIGATOR)
    counts = []
    for over in (drawn(ann, withdrawn_at=now), drawn(ann, expires_at=now - timedelta(days=1)), Over("lookalike_none")):
        over.get("requests")  # what is opened once is open
        with CaptureQueriesContext(
            connection,
        ) as asked:
            over.get("requests")
        counts.append(len(asked))
    assert len(set(counts)) == 1, counts


def test_many_wrong_tokens_fill_no_ledger(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame, "WRONG_PER_MINUTE", 3)
    answers = [Over("lookalike_wrong").get("requests") for _ in range(6)]
    assert {one.status_code for one in answers[:3]} == {401}
    assert {one.status_code for one in answers[4:]} == {429}
    assert len(entries("access.deny")) <= 4


def test_a_token_is_limited_by_its_scopes_and_by_its_person(someone: Someone, drawn: Drawn) -> None:
    ann = someone("ann", Role.INVESTIGATOR)
    narrow = drawn(ann, Permission.SHEET_READ)
    assert narrow.get("answers").status_code == 200
    refused = narrow.get("requests")
    assert (refused.status_code, said(refused)["type"]) == (403, f"{KIND}NotPermitted")
    beyond = drawn(ann).get("trials")
    assert beyond.status_code == 403, "a scope that the person's roles do not give is none"
    assert [one["objects"][0]["id"] for one in entries("access.deny")] == [
        Permission.REQUEST_READ.value,
        Permission.TRIAL_READ.value,
    ]


def test_who_may_not_is_told_so_before_the_body_is_looked_at(someone: Someone, drawn: Drawn) -> None:
    ann = drawn(someone("ann", Role.INVESTIGATOR))
    assert ann.ask("POST", "trials", "{not json").status_code == 403


def test_a_session_of_a_browser_is_no_token(someone: Someone, signed_in: Callable[[Person], Client]) -> None:
    assert signed_in(someone("ann", Role.INVESTIGATOR)).get("/api/requests").status_code == 401


def test_asking_too_often_is_told_with_how_long_to_wait(
    someone: Someone, drawn: Drawn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frame, "PER_MINUTE", 2)
    ann, ben = (drawn(someone(name, Role.INVESTIGATOR)) for name in ("ann", "ben"))
    answers = [ann.get("requests") for _ in range(5)]
    assert answers[0].status_code == 200
    assert answers[-1].status_code == 429
    assert said(answers[-1])["type"] == f"{KIND}TooOften"
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert ben.get("requests").status_code == 200, "another token has its own count"


def test_the_use_of_a_token_is_noted_once_a_minute(someone: Someone, drawn: Drawn) -> None:
    over = drawn(someone("ann", Role.INVESTIGATOR))
    over.get("requests")
    first = Token.objects.get().used_at
    assert first is not None
    over.get("requests")
    assert Token.objects.get().used_at == first
    Token.objects.update(used_at=first - timedelta(minutes=2))
    over.get("requests")
    assert Token.objects.get().used_at > first


# every operation as every role


@pytest.mark.parametrize("role", list(Role))
def test_every_operation_opens_to_the_roles_of_its_permission_alone(someone: Someone, drawn: Drawn, role: Role) -> None:
    over = drawn(someone("ann", role))
    for path, method, operation in described():
        if "x-needs" not in operation:
            continue
        needs, address = operation["x-needs"], path.removeprefix("/api/")
        while "{" in address:
            before, _, rest = address.partition("{")
            address = f"{before}1{rest.partition('}')[2]}"
        answer = over.ask(method.upper(), address, "{")
        if answer.streaming:
            b"".join(answer.streaming_content)  # its end closes what it read; `close` would close the database too
        status = answer.status_code
        allowed = needs == Open.SIGNED_IN or role in ROLES[Permission(needs)]
        assert (status != 403) is allowed, f"{method} {path} as {role}: {status}"


# what is wrong is told in one form


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "kind"),
    [
        ("GET", "nowhere", None, 404, "NotThere"),
        ("GET", "", None, 404, "NotThere"),
        ("GET", "requests/", None, 404, "NotThere"),
        ("GET", f"requests/{'0' * 32}", None, 404, "NotThere"),
        ("GET", "requests/%00", None, 404, "NotThere"),
        ("DELETE", "requests", None, 405, "BadInput"),
        ("POST", "requests", "{", 400, "BadInput"),
        ("POST", "requests", b"\xff\xfe", 400, "BadInput"),
        ("POST", "requests", "[" * 200_000, 400, "BadInput"),
        ("POST", "requests", '{"still": "\\u0000"}', 400, "BadInput"),
        ("POST", "requests", '{"still": "\\ud800"}', 400, "BadInput"),
        ("POST", "requests", '{"face": NaN}', 400, "BadInput"),
        ("POST", "requests", "", 422, "BadForm"),
        ("POST", "requests", "[]", 422, "BadForm"),
        ("POST", "requests", '"' + "x" * (5 << 20) + '"', 413, "FileTooLarge"),
        ("GET", "requests?limit=201", None, 422, "BadForm"),
        ("GET", "requests?offset=99999999999999999999", None, 422, "BadForm"),
    ],
)
def test_whatever_is_wrong_is_a_problem_document(
    someone: Someone, drawn: Drawn, method: str, path: str, body: Any, status: int, kind: str
) -> None:
    over = drawn(someone("ann", Role.INVESTIGATOR))
    if isinstance(body, bytes):
        answer = over.ask(method, path, body)
    else:
        answer = over.client.generic(
            method, f"/api/{path}", body or "", content_type="application/json", headers=over.headers
        )
    assert answer.status_code == status, answer.content[:300]
    assert said(answer)["type"] == KIND + kind


def test_a_method_that_is_none_names_those_that_are(someone: Someone, drawn: Drawn) -> None:
    answer = drawn(someone("ann", Role.INVESTIGATOR)).ask("PATCH", "requests")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "POST"}


def test_wrong_fields_are_named_as_they_were_sent(someone: Someone, drawn: Drawn) -> None:
    over = drawn(someone("ann", Role.INVESTIGATOR))
    fields = said(over.ask("POST", "requests", {"face": 0, "still": "x" * 40}))["fields"]
    assert set(fields) >= {"face", "still", "purpose"}
    assert set(said(over.get("requests?limit=no"))["fields"]) == {"limit"}


def test_what_was_sent_is_not_sent_back(someone: Someone, drawn: Drawn) -> None:
    over = drawn(someone("ann", Role.INVESTIGATOR))
    answer = over.ask("POST", "requests", {"purpose": "the-narrative-of-somebody", "face": "the-narrative-of-somebody"})
    assert b"narrative-of-somebody" not in answer.content


def test_a_failure_of_ours_says_nothing_of_how(
    someone: Someone, drawn: Drawn, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from lookalike.casework.searches.models import Request

    def broken(who: Any) -> Any:
        raise RuntimeError("the password is hunter2")

    monkeypatch.setattr(Request.objects, "visible_to", broken)
    answer = drawn(someone("ann", Role.INVESTIGATOR)).get("requests")
    assert (answer.status_code, said(answer)["type"]) == (500, f"{KIND}Fault")
    assert b"hunter2" not in answer.content
    assert "hunter2" in caplog.text


# what the description says


def test_the_description_is_openapi_3_1_and_everybody_may_read_it(db: None) -> None:
    answer = Client().get("/api/openapi.json")
    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.1")


def test_every_operation_has_a_readable_id_of_its_own() -> None:
    ids = [operation["operationId"] for _, _, operation in described()]
    assert len(set(ids)) == len(ids)
    for path, method, operation in described():
        assert operation["operationId"].replace("_", "").isalpha(), operation["operationId"]
        assert operation["operationId"].startswith(f"{operation['tags'][0]}_")
        assert operation["description"].endswith("."), f"{method} {path} says nothing of itself"


def test_every_operation_describes_its_answer_and_its_refusals() -> None:
    for path, method, operation in described():
        answers = operation["responses"]
        good = {status: one for status, one in answers.items() if status < "400"}
        assert good, path
        for status, one in good.items():
            assert bool(one.get("content")) is (status != "204"), f"{method} {path} sends what nobody described"
        assert {"401", "403", "429"} <= set(answers) or "x-needs" not in operation
        if "{" in path:
            assert {"404", "409", "422"} <= set(answers), f"{method} {path}"
        for status, one in answers.items():
            assert status < "400" or list(one["content"]) == [MEDIA_TYPE]


def test_every_list_that_grows_comes_in_pages() -> None:
    """Lists without pages belong to one thing, or are short by their nature."""
    short = {
        "examinations": {"who_may", "trial_sets", "rates"},
        "leads": {"every_statement"},
        "cases": {"descriptions", "exhibits", "custody", "faces"},
        "people": {"my_tokens", "trainings"},
        "law": {"packs"},
        "bookings": {"misplaced", "bring_list"},
        "lineups": {"make_links"},
        "warrants": {"send_back"},
    }
    for path, _, operation in described():
        for status, answer in operation["responses"].items():
            schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
            if status < "400" and schema.get("type") == "array":
                tag, _, name = operation["operationId"].partition("_")
                assert name in short.get(tag, ()), f"{path} is a list without pages"


def test_every_moment_that_is_sent_has_an_offset() -> None:
    from pydantic import AwareDatetime

    for bound in api._get_bound_routers():
        for view in bound.path_operations.values():
            for operation in view.operations:
                for model in operation.models:
                    for name, kind in _datetimes(model):
                        assert kind is AwareDatetime, f"{operation.path}: {name} may come without its offset"


def _datetimes(model: Any) -> Iterator[tuple[str, Any]]:
    import typing

    from pydantic import AwareDatetime, BaseModel

    for name, field in model.model_fields.items():
        for kind in (field.annotation, *typing.get_args(field.annotation)):
            if kind in (datetime, AwareDatetime):
                yield name, kind
            elif isinstance(kind, type) and issubclass(kind, BaseModel):
                yield from _datetimes(kind)


# nothing that the pages do is missing

PERSON_ALONE = {
    "people.services.sign_in": "signing in and out is of a session, which a token is not",
    "people.services.tokens": "a token that draws tokens would never run out",
    "people.services.beginnings": "done once, at the machine",
}
"""Services whose acts need a person at a page or at the machine, and why."""

NOT_ASKED_FOR = {
    "people.services.accounts.draw_link": "a link sets a password: drawn by a person at a page, who has just signed in",
    "people.services.accounts.forget_factors": "a second factor: taken away by a person at a page",
    "people.services.accounts.link_subject": "how somebody signs in: changed by a person at a page",
    "people.services.accounts.changing": "a part of every act on an account",
    "bookings.proposals.look": "done by the worker",
    "lineups.services.members.keep_pictures": "done by the worker",
    "lineups.services.ending.end_void": "a part of breaking a lineup off",
}
"""Acts that nobody asks for by themselves, and why."""

CASEWORK = Path(lookalike.casework.__file__).parent


def acts() -> set[str]:
    """Every public function of an app that does something as somebody and records it."""
    found = set()
    for file in sorted(CASEWORK.glob("*/**/*.py")):
        place = file.relative_to(CASEWORK).with_suffix("").parts
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and _records(node):
                found.add(".".join((*place, node.name)))
    return found


def _records(node: ast.FunctionDef) -> bool:
    first = node.args.args[:1]
    return (
        bool(first)
        and first[0].arg == "who"
        and any(
            isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id in ("act", "changing")
            for one in ast.walk(node)
        )
    )


def called() -> set[str]:
    """Every function that an app's API names, by where it is written."""
    found = set()
    for file in CASEWORK.glob("*/*api.py"):
        module: Any = importlib.import_module(".".join(("lookalike.casework", file.parent.name, file.stem)))
        for node in ast.walk(ast.parse(file.read_text())):
            named: Any = None
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                named = getattr(getattr(module, node.value.id, None), node.attr, None)
            elif isinstance(node, ast.Name):
                named = getattr(module, node.id, None)
            if inspect.isfunction(named):
                found.add(f"{named.__module__}.{named.__name__}".removeprefix("lookalike.casework."))
    return found


def test_every_act_of_the_services_has_an_operation() -> None:
    left = {name for name in acts() - called() if name.rpartition(".")[0] not in PERSON_ALONE}
    assert left == set(NOT_ASKED_FOR), "an act without an operation, or an exception without an act"
