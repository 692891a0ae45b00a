"""Write the typed client (`lookalike.client`) from the API's own description.

    python tools/make_client.py

`models.py` holds what comes back, one file a tag what can be asked. `tests/client` fails while they are out of date.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "src" / "lookalike" / "client"
NOTE = "Written by tools/make_client.py."
WIDTH = 106
"""Characters of a line of a docstring inside a class."""

STREAMED = "application/octet-stream"

Schema = dict[str, Any]


def main() -> None:
    """Write every file anew."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.site_settings")
    import django

    django.setup()
    from lookalike.site.api import api

    for name, text in files(json.loads(json.dumps(api.get_openapi_schema(path_prefix="")))).items():
        (FOLDER / name).write_text(text, encoding="utf-8")


def files(description: Schema) -> dict[str, str]:
    """The files of the client by name. description: openapi.json, with paths that begin at the API."""
    shapes: Schema = description["components"]["schemas"]
    tags: dict[str, list[tuple[str, str, Schema]]] = {}
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            tags.setdefault(operation["tags"][0], []).append((path.lstrip("/"), method.upper(), operation))
    answers = dict(_reached(shapes, [one for each in tags.values() for _, _, one in each]))
    made = {f"{tag}.py": _resource(tag, operations, shapes) for tag, operations in tags.items()}
    if len({_called(name) for name in answers}) < len(answers):
        raise SystemExit("Two shapes would have one name in the client.")
    made["models.py"] = _models(answers)
    return {name: _formatted(name, text) for name, text in sorted(made.items())}


def _reached(shapes: Schema, operations: list[Schema]) -> Iterator[tuple[str, Schema]]:
    """The shapes that answers are made of, and those inside what is sent; in the order of their names."""
    left, seen = [], set()
    for operation in operations:
        good = [answer for status, answer in operation["responses"].items() if status < "400"]
        left += _references(good) + _references(operation["parameters"])
        body = _body(operation)
        left += _references(shapes[_name_of(body)] if "$ref" in body else body)
    while left:
        name = left.pop()
        if name not in seen:
            seen.add(name)
            left += _references(shapes[name])
    for name in sorted(seen):
        if not name.startswith("Paged"):
            yield name, shapes[name]


def _references(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [_name_of(node)] if "$ref" in node else []
        return own + [name for one in node.values() for name in _references(one)]
    return [name for one in node for name in _references(one)] if isinstance(node, list) else []


def _name_of(node: Schema) -> str:
    return str(node["$ref"]).rsplit("/", 1)[-1]


def _called(name: str) -> str:
    for end in ("Out", "IO"):
        name = name.removesuffix(end) or name
    return name


def _type(node: Schema, *, given: bool = False) -> str:
    """A type in Python. given: of what is sent, where any sequence will do."""
    if "$ref" in node:
        return _called(_name_of(node))
    if "anyOf" in node:
        return " | ".join(dict.fromkeys(_type(one, given=given) for one in node["anyOf"]))
    if "enum" in node:
        return f"Literal[{', '.join(map(repr, node['enum']))}]"
    if "prefixItems" in node:
        return f"tuple[{', '.join(_type(one) for one in node['prefixItems'])}]"
    kind, form = node.get("type"), node.get("format")
    if kind == "array":
        inner = _type(node.get("items", {}), given=given)
        return f"Sequence[{inner}]" if given else f"tuple[{inner}, ...]"
    if kind == "object":
        more = node.get("additionalProperties")
        inner = _type(more, given=given) if isinstance(more, dict) else "Any"
        return f"Mapping[str, {inner}]" if given else f"dict[str, {inner}]"
    if kind == "string":
        return {"date": "date", "date-time": "datetime", "binary": "NamedFile"}.get(str(form), "str")
    return {"integer": "int", "number": "float", "boolean": "bool", "null": "None"}.get(str(kind), "Any")


def _models(shapes: Schema) -> str:
    parts = [
        f'"""What the API answers, as frozen dataclasses. {NOTE}"""\n',
        "from __future__ import annotations\n",
        "from dataclasses import dataclass\nfrom datetime import date, datetime\nfrom typing import Any, Literal\n",
    ]
    for name, shape in shapes.items():
        if "enum" in shape:
            parts.append(f"{_called(name)} = {_type(shape)}\n{_quoted(shape.get('description', ''))}\n")
            continue
        body = _indented(_quoted(shape.get("description", _called(name))))
        for field, node in shape["properties"].items():
            body += f"    {field}: {_type(node)}{_default(node) if field not in shape.get('required', ()) else ''}\n"
        parts.append(f"@dataclass(frozen=True, slots=True, kw_only=True)\nclass {_called(name)}:\n{body}")
    return "\n\n".join(parts)


def _default(node: Schema) -> str:
    value = node.get("default")
    return f" = {tuple(value)!r}" if isinstance(value, list) else f" = {value!r}"


def _quoted(words: str) -> str:
    lines = [each for line in words.strip().splitlines() for each in textwrap.wrap(line, WIDTH) or [""]]
    text = "\n".join(lines)
    return f'"""{text}{chr(10) if len(lines) > 1 else ""}"""\n'


def _indented(text: str) -> str:
    return textwrap.indent(text, "    ")


def _resource(tag: str, operations: list[tuple[str, str, Schema]], shapes: Schema) -> str:
    methods = [_method(tag, path, method, one, shapes) for path, method, one in operations]
    used = sorted({name for _, names in methods for name in names})
    text = "\n".join(code for code, _ in methods)
    imports = "".join(
        [
            _import("collections.abc", ("Iterator", "Mapping", "Sequence"), text),
            _import("datetime", ("date", "datetime"), text),
            _import("typing", ("Any", "Literal"), text),
        ]
    )
    parts = [one for one in ("NamedFile", "Resource", "Upload") if one == "Resource" or one in text]
    return (
        f'"""The operations of {tag}. {NOTE}"""\n\nfrom __future__ import annotations\n\n{imports}\n'
        + (f"from lookalike.client.models import {', '.join(used)}\n" if used else "")
        + f"from lookalike.client.transport import {', '.join(parts)}\n\n\n"
        + f"class {tag.title()}Resource(Resource):\n"
        + _indented(_quoted(f"`Client.{tag}`."))
        + "\n"
        + text
    )


def _import(module: str, names: tuple[str, ...], text: str) -> str:
    import re

    used = [name for name in names if re.search(rf"(?<![.\w\"]){name}\b", text)]
    return f"from {module} import {', '.join(used)}\n" if used else ""


def _body(operation: Schema) -> Schema:
    content = operation.get("requestBody", {}).get("content", {})
    return dict(next(iter(content.values()))["schema"]) if content else {}


def _method(tag: str, path: str, method: str, operation: Schema, shapes: Schema) -> tuple[str, list[str]]:
    """One method, and the models that it names."""
    name = operation["operationId"].removeprefix(f"{tag}_")
    name = "all" if name == tag else name
    places = [one["name"] for one in operation["parameters"] if one["in"] == "path"]
    query = {one["name"]: (one["schema"], one["required"]) for one in operation["parameters"] if one["in"] == "query"}
    answer, paged = _answer(operation, shapes)
    if paged:
        query = {word: node for word, node in query.items() if word not in ("limit", "offset")}
    media = next(iter(operation.get("requestBody", {}).get("content", {})), "")
    body = _body(operation)
    shape = shapes[_name_of(body)] if "$ref" in body else body
    fields = {word: (node, word in shape.get("required", ())) for word, node in shape.get("properties", {}).items()}
    words = dict(sorted((query | fields).items(), key=lambda one: not one[1][1]))
    signature = ["self", *(f"{place}: {_place(operation, place)}" for place in places)]
    signature += ["data: Upload"] if media == STREAMED else []
    signature += ["*"] if words else []
    for word, (node, required) in words.items():
        signature.append(f"{word}: {_type(node, given=True)}{'' if required else _default(node)}")
    arguments = [repr(method)] if not paged else []
    arguments += [repr(_template(path)), *places]
    if query:
        arguments.append(f"query={_dict(query)}")
    if media == STREAMED:
        arguments.append("data=data")
    elif media == "multipart/form-data":
        sent = {word for word, (node, _) in fields.items() if "binary" in json.dumps(node)}
        arguments.append(f"form={_dict([word for word in fields if word not in sent])}")
        arguments.append(f"uploads={_dict(sent)}")
    elif fields:
        arguments.append(f"body={_dict(fields)}")
    call, gives = _call(answer, paged, arguments)
    names = [_called(one) for one in _references([answer or {}, [node for node, _ in words.values()]])]
    text = f"def {name}({', '.join(signature)}) -> {gives}:\n"
    text += _indented(_quoted(operation.get("description", "")) + call + "\n")
    return _indented(text), names


def _place(operation: Schema, place: str) -> str:
    return _type(next(one["schema"] for one in operation["parameters"] if one["name"] == place))


def _template(path: str) -> str:
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))


def _dict(words: Any) -> str:
    return "{" + ", ".join(f"{word!r}: {word}" for word in sorted(words)) + "}"


def _answer(operation: Schema, shapes: Schema) -> tuple[Any, bool]:
    """What comes back: a schema, a media type, or None for nothing; and whether in pages."""
    good = next(answer for status, answer in operation["responses"].items() if status < "400")
    content = good.get("content", {})
    if not content:
        return None, False
    media, described = next(iter(content.items()))
    if media != "application/json":
        return media, False
    schema = described["schema"]
    if "$ref" in schema and _name_of(schema).startswith("Paged"):
        return shapes[_name_of(schema)]["properties"]["items"]["items"], True
    return schema, False


def _call(answer: Any, paged: bool, arguments: list[str]) -> tuple[str, str]:
    given = ", ".join(arguments)
    if answer is None:
        return f"self._do({given})", "None"
    if answer == STREAMED:
        return f"return self._stream({given})", "Iterator[bytes]"
    if isinstance(answer, str):
        return f"return self._file({given})", "bytes"
    kind = _type(answer)
    if paged:
        return f"return self._pages({kind}, {given})", f"Iterator[{kind}]"
    return f"return self._ask({kind}, {given})", kind


def _formatted(name: str, text: str) -> str:
    place = f"--stdin-filename={(FOLDER / name).relative_to(ROOT)}"
    for step in (["check", "--select=I", "--fix"], ["format"]):
        command = [sys.executable, "-m", "ruff", *step, "--quiet", place, "-"]
        done = subprocess.run(command, input=text, capture_output=True, text=True, check=True, cwd=ROOT)
        text = done.stdout
    return text


if __name__ == "__main__":
    main()
