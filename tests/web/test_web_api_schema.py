"""Requests made from the API's own description: none fails on the server, and each answer is as it is described."""

from __future__ import annotations

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from tests.web.browsing import Find

OPERATIONS = [
    ("POST", "/ask"),
    ("POST", "/search"),
    ("GET", "/judgements"),
    ("GET", "/judgements.csv"),
    ("GET", "/documents"),
    ("GET", "/documents/{id}"),
    ("GET", "/documents/{id}/pages/{number}"),
    ("GET", "/documents/{id}/passages/{offset}"),
]
# What a type cannot say is refused with 422 too: a question without words, a first year that is after the last.
NOT_SAID = [positive_data_acceptance]


@pytest.fixture(scope="module")
def described(app: FastAPI) -> BaseSchema:
    return schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)


def test_every_operation_is_tried(described: BaseSchema) -> None:
    found = [operation.ok() for operation in described.get_all_operations()]
    assert [(operation.method.upper(), operation.path) for operation in found] == OPERATIONS


# One that takes nothing can be sent nothing wrong.
@pytest.mark.parametrize(
    ("method", "path", "mode"),
    [(*one, mode) for one in OPERATIONS for mode in schemathesis.GenerationMode
     if mode.is_positive or one != ("GET", "/documents")],
)  # fmt: skip
def test_each_answer_is_as_described(
    described: BaseSchema, find: Find, method: str, path: str, mode: schemathesis.GenerationMode
) -> None:
    @settings(max_examples=25, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
    @given(case=described[path][method].as_strategy(generation_mode=mode))
    def each(case: schemathesis.Case) -> None:
        statuses.add(case.call_and_validate(excluded_checks=NOT_SAID).status_code)
        if "id" not in case.path_parameters:
            return
        # No name that is made up is a document's, and few numbers a page's.
        if mode.is_positive and "number" in case.path_parameters:
            case.path_parameters["number"] = 1 + case.path_parameters["number"] % 4
        for start in ("northmoor - 12", "summary"):
            case.path_parameters["id"] = find(start).digest[:12]
            statuses.add(case.call_and_validate(excluded_checks=[*NOT_SAID, negative_data_rejection]).status_code)

    statuses: set[int] = set()
    each()
    assert (200 if mode.is_positive else 422) in statuses
