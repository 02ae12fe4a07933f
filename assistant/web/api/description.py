"""A page that tells programs' authors what they may ask, made of the same description that programs can read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import Response

from assistant.settings import Settings
from assistant.web.pages import page

Schema = Mapping[str, Any]


@dataclass(frozen=True)
class Key:
    """A key that is sent or comes back: its type and meaning in words."""

    name: str
    type: str
    meaning: str
    required: bool


@dataclass(frozen=True)
class Operation:
    """What may be asked at one address. Nothing is `answered` by name where what comes back is no JSON."""

    method: str
    path: str
    title: str
    meaning: str
    sent: list[Key]
    answered: list[Key]

    @property
    def id(self) -> str:
        """A name for it in this page's address."""
        return f"{self.method}{self.path}".lower().translate(str.maketrans("/", "-", "{}"))


def router(api: FastAPI, settings: Settings) -> APIRouter:
    """The route of the page."""

    def describe(request: Request) -> Response:
        schema = api.openapi()
        types = {name: _keys(schema, type) for name, type in sorted(schema["components"]["schemas"].items())}
        shared = {name: keys for name, keys in types.items() if _is_within(schema, name)}
        return page(
            request,
            "api.html",
            operations=list(_operations(schema)),
            types=shared,
            base=str(request.base_url),
            needs_key=bool(settings.api_keys),
            mcp=settings.mcp,
        )

    routes = APIRouter()
    routes.add_api_route("/api", describe, methods=["GET", "HEAD"], response_model=None, include_in_schema=False)
    return routes


def _operations(schema: Schema) -> Iterator[Operation]:
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            sent = [_parameter(parameter) for parameter in operation.get("parameters", [])]
            if "requestBody" in operation:
                sent += _keys(schema, _named(schema, operation["requestBody"]["content"]))
            content = operation["responses"]["200"]["content"]
            answered = _keys(schema, _named(schema, content)) if "application/json" in content else []
            yield Operation(method.upper(), path, operation["summary"], operation["description"], sent, answered)


def _named(schema: Schema, content: Schema) -> Schema:
    """The type of a JSON body."""
    name = content["application/json"]["schema"]["$ref"].rpartition("/")[2]
    found: Schema = schema["components"]["schemas"][name]
    return found


def _is_within(schema: Schema, name: str) -> bool:
    """Whether a type stands within another, so that it needs a list of its own."""
    reference = f"#/components/schemas/{name}"
    return any(reference in str(type) for type in schema["components"]["schemas"].values())


def _keys(schema: Schema, type: Schema) -> list[Key]:
    required = type.get("required", [])
    return [
        Key(name, _in_words(one), one.get("description", ""), name in required)
        for name, one in type["properties"].items()
    ]


def _parameter(parameter: Schema) -> Key:
    return Key(parameter["name"], _in_words(parameter["schema"]), parameter["description"], parameter["required"])


def _in_words(one: Schema) -> str:
    """A type: "text", "list of Citation", "whole number or null"."""
    if "anyOf" in one:
        return " or ".join(_in_words(option) for option in one["anyOf"])
    if "$ref" in one:
        return str(one["$ref"].rpartition("/")[2])
    if "enum" in one:
        return " or ".join(f'"{value}"' for value in one["enum"])
    if one.get("type") == "array":
        return f"list of {_in_words(one['items'])}"
    words = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}
    return words.get(one["type"], str(one["type"]))
