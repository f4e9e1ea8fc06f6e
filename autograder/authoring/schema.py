"""The JSON Schema of exercise.yaml, made from the typed models."""

from __future__ import annotations

from typing import Any

from autograder.checks.catalogue import kinds
from autograder.exercise.load import exercise_model


def spec_schema() -> dict[str, Any]:
    """A schema that editors use to complete and check an exercise.yaml."""
    model = exercise_model({name: kind.model for name, kind in kinds().items()})
    schema = model.model_json_schema(mode="validation")
    schema.get("properties", {}).pop("folder", None)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
