from __future__ import annotations

import jsonschema
import pytest

from autograder.authoring.schema import spec_schema
from autograder.exercise.document import load_document
from tests.conftest import PS09, ROOT

SPECS = sorted([PS09 / "exercise.yaml", *(ROOT / "docs" / "examples").glob("*/exercise.yaml")])


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(spec_schema())


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.parent.name)
def test_every_shipped_spec_fits_it(path) -> None:
    value = load_document(path.read_text(encoding="utf-8"), str(path)).value
    jsonschema.validate(value, spec_schema())


def test_it_refuses_what_the_loader_refuses() -> None:
    schema = spec_schema()
    spec = {"autograder": 1, "id": "x", "title": "X", "questions": []}
    question = {"id": "it", "kind": "expression", "title": "It", "answer": 2}
    jsonschema.validate({**spec, "questions": [question]}, schema)
    for bad in ({"kind": "expresion"}, {"titel": "It"}, {"points": "many"}, {"answer": None}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**spec, "questions": [{**question, **bad}]}, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(spec, schema)
