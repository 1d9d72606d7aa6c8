"""The API's description holds what it shows: every operation has examples, and each is what its schema says."""
import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

API = json.loads((Path(__file__).resolve().parents[2] / "api" / "openapi.json").read_text())
OPERATIONS = [(f"{verb} {path}", operation) for path, verbs in API["paths"].items() for verb, operation in verbs.items()]


def check(schema, example):
    Draft202012Validator.check_schema(schema)
    Draft202012Validator({**schema, "components": API["components"]}).validate(example)


@pytest.mark.parametrize("operation", [each for _, each in OPERATIONS], ids=[name for name, _ in OPERATIONS])
def test_an_operation_has_examples_that_fit(operation):
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if body:
        check(body["schema"], body["example"])
    problems = 0
    for status, answer in operation["responses"].items():
        for media, content in answer.get("content", {}).items():
            if media == "application/json":
                assert "example" in content
                check(content.get("schema", {}), content["example"])
            for token, example in content.get("examples", {}).items():
                assert (example["value"]["token"], example["value"]["status"]) == (token, int(status))
                check(content["schema"], example["value"])
                problems += 1
    assert problems > 0


def test_json_answers_have_an_example_and_names_of_operations_are_different():
    names = [operation["operationId"] for _, operation in OPERATIONS]
    assert len(names) == len(set(names)) > 50
    for name, operation in OPERATIONS:
        success = operation["responses"][min(operation["responses"])]
        is_json = name.split()[1].startswith("/v1/") and ".png" not in name and ".svg" not in name
        assert ("application/json" in success.get("content", {})) == is_json, name


def test_an_input_that_is_not_described_does_not_fit():
    schema = {"$ref": "#/components/schemas/PayoutInput", "components": API["components"]}
    example = API["paths"]["/v1/payouts"]["post"]["requestBody"]["content"]["application/json"]["example"]
    broken = [{**example, "amuont": 1}, {**example, "amount": 1.5}, {**example, "purpose": "gift"}, {"amount": 1}]
    assert all(not Draft202012Validator(schema).is_valid(each) for each in broken)
