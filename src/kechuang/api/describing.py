"""The page people read, made from the very description programs read, so that the two never differ."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from kechuang.api.endpoints import api


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an operation, as it is printed."""

    name: str
    place: str
    kind: str
    needed: bool
    said: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One address that can be read."""

    key: str
    path: str
    summary: str
    said: str
    parameters: tuple[Parameter, ...]
    fields: tuple[Parameter, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """The operations of one room."""

    title: str
    operations: tuple[Operation, ...]


@lru_cache(maxsize=1)
def description() -> dict[str, Any]:
    """Return the OpenAPI description; it changes only with the program."""
    return dict(api.get_openapi_schema())


@lru_cache(maxsize=1)
def parts() -> tuple[Part, ...]:
    """Return every operation by its room, in the order they are served."""
    found: dict[str, list[Operation]] = {}
    for path, methods in description()["paths"].items():
        for operation in methods.values():
            tag = (operation.get("tags") or [""])[0]
            found.setdefault(tag, []).append(_operation(path, operation))
    return tuple(Part(title, tuple(operations)) for title, operations in found.items())


def _operation(path: str, told: dict[str, Any]) -> Operation:
    parameters = tuple(
        Parameter(
            each["name"],
            each["in"],
            _kind(each["schema"]),
            bool(each.get("required")),
            str(each.get("description", "")),
        )
        for each in told.get("parameters", ())
    )
    answer = told["responses"][200]["content"]["application/json"]["schema"]
    return Operation(
        told["operationId"], path, told.get("summary", ""), told.get("description", ""), parameters, _fields(answer)
    )


def _fields(answer: dict[str, Any]) -> tuple[Parameter, ...]:
    """Return the fields of an answer; of a list, those of one row."""
    schema = _resolved(answer)
    rows = schema.get("properties", {}).get("items")
    if rows and "items" in rows:
        schema = _resolved(rows["items"])
    return tuple(
        Parameter(name, "", _kind(each), name in schema.get("required", ()), str(each.get("description", "")))
        for name, each in schema.get("properties", {}).items()
    )


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    return dict(description()["components"]["schemas"][name]) if name else schema


def _kind(schema: dict[str, Any]) -> str:
    """Return a type in one word: string, integer, date, array …"""
    kinds = [_kind(each) for each in schema.get("anyOf", ()) if each.get("type") != "null"]
    if kinds:
        return " / ".join(dict.fromkeys(kinds))
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    return str(schema.get("format") or schema.get("type") or "")
