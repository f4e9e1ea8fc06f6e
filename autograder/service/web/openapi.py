"""The API's OpenAPI document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic import BaseModel

from autograder.service.web.api_models import (
    CheckReply,
    CheckRequest,
    ExerciseReply,
    HandInReply,
    HandInRequest,
    ListQuery,
    ListReply,
    Problem,
    Query,
    ResultQuery,
    ResultReply,
)

IDEMPOTENCY_KEY: Final = "Idempotency-Key"
KEY_PATTERN: Final = "^[!-~]{1,200}$"
_MODELS: Final = (
    CheckRequest,
    CheckReply,
    HandInRequest,
    HandInReply,
    ResultReply,
    ListReply,
    ExerciseReply,
    Problem,
)


def document() -> dict[str, Any]:
    """The OpenAPI document."""
    exercises = "/api/v1/exercises"
    exercise, question, submission = (
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in ("exercise", "question", "submission")
    )
    return {
        "openapi": "3.1.0",
        "info": {"title": "autograder", "version": "1"},
        "security": [{"token": []}],
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "paths": {
            exercises: {"get": _exercises()},
            f"{exercises}/{{exercise}}/questions/{{question}}/check": {
                "parameters": [exercise, question],
                "post": _check(),
            },
            f"{exercises}/{{exercise}}/submissions": {
                "parameters": [exercise],
                "get": _list(),
                "post": _hand_in(),
            },
            "/api/v1/submissions/{submission}": {"parameters": [submission], "get": _result()},
        },
    }


def _schemas() -> dict[str, Any]:
    schemas: dict[str, Any] = {}
    for model in _MODELS:
        schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas |= schema.pop("$defs", {})
        schemas[model.__name__] = schema
    return schemas


def _exercises() -> dict[str, Any]:
    listed = {"type": "array", "items": _ref(ExerciseReply)}
    return _operation("The exercises in use", {200: listed})


def _check() -> dict[str, Any]:
    return _operation(
        "Judge a written answer; nothing is stored", {200: _ref(CheckReply)}, body=CheckRequest
    )


def _list() -> dict[str, Any]:
    summary = "The submissions of an exercise, the oldest first"
    return _operation(summary, {200: _ref(ListReply)}, query=ListQuery)


def _hand_in() -> dict[str, Any]:
    key = {
        "name": IDEMPOTENCY_KEY,
        "in": "header",
        "schema": {"type": "string", "pattern": KEY_PATTERN},
        "description": "Any text of your own. A request that is sent again with the same key and the "
        "same body is not stored again: the answer is the submission of the first one, with status 200.",
    }
    reply = _ref(HandInReply)
    return _operation(
        "Hand in for a student", {201: reply, 200: reply}, body=HandInRequest, more=[key]
    )


def _result() -> dict[str, Any]:
    operation = _operation(
        "A submission and its result", {200: _ref(ResultReply)}, query=ResultQuery
    )
    operation["responses"]["200"]["headers"] = {
        "Retry-After": {
            "description": "while its grading is not over: the seconds after which to ask again",
            "schema": {"type": "integer"},
        }
    }
    return operation


def _ref(model: type[BaseModel]) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{model.__name__}"}


def _content(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _operation(
    summary: str,
    replies: Mapping[int, Mapping[str, Any]],
    *,
    body: type[BaseModel] | None = None,
    query: type[Query] | None = None,
    more: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    problem = {"description": "why not, in one line", "content": _content(_ref(Problem))}
    codes = {401, 404, 405, 503} | ({400, 413, 422, 429} if body else set())
    codes |= {422} if query or more else set()
    operation: dict[str, Any] = {
        "summary": summary,
        "responses": {
            **{
                str(status): {"description": summary, "content": _content(reply)}
                for status, reply in replies.items()
            },
            **{str(code): problem for code in sorted(codes)},
        },
    }
    if body is not None:
        operation["requestBody"] = {"required": True, "content": _content(_ref(body))}
    parameters = [*more, *_parameters(query)]
    return {**operation, "parameters": parameters} if parameters else operation


def _parameters(query: type[Query] | None) -> list[dict[str, Any]]:
    schema = query.model_json_schema()["properties"] if query is not None else {}
    return [
        {"name": name, "in": "query", "schema": {k: v for k, v in one.items() if k != "title"}}
        for name, one in schema.items()
    ]
