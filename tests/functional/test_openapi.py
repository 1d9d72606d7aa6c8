"""The API's description holds what it shows: every operation has examples, and each is what its schema says."""
import pytest
from jsonschema import Draft202012Validator

from conftest import OPENAPI as API
from conftest import ROOT

OPERATIONS = [(f"{verb} {path}", operation) for path, verbs in API["paths"].items() for verb, operation in verbs.items()]


def check(schema, example):
    Draft202012Validator.check_schema(schema)
    Draft202012Validator({**schema, "components": API["components"]}).validate(example)


@pytest.mark.parametrize("name, operation", OPERATIONS, ids=[name for name, _ in OPERATIONS])
def test_an_operation_has_examples_that_fit(name, operation):
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if body:
        check(body["schema"], body["example"])
    problems = 0
    for status, answer in operation["responses"].items():
        for media, content in answer.get("content", {}).items():
            if media == "application/json" and ("/v1/" in name or "/oauth/" in name) and "example" in content:
                check(content["schema"], content["example"])
            for token, named in content.get("examples", {}).items():
                example = API["components"]["examples"][named["$ref"].rsplit("/", 1)[1]]
                assert (example["value"]["token"], example["value"]["status"]) == (token, int(status))
                check(content["schema"], example["value"])
                problems += 1
    assert problems > 0


def test_json_answers_have_an_example_and_names_of_operations_are_different():
    names = [operation["operationId"] for _, operation in OPERATIONS]
    assert len(names) == len(set(names)) > 50
    for name, operation in OPERATIONS:
        success = operation["responses"][min(operation["responses"])]
        is_file = name.endswith((".png", ".svg", ".csv", "{document}", "/start", "/result"))
        is_json = name.split()[1].startswith(("/v1/", "/oauth/")) and not is_file
        assert ("example" in success["content"].get("application/json", {})) == is_json, name
        assert len(success["content"]) == 1, name


def test_an_input_that_is_not_described_does_not_fit():
    schema = {"$ref": "#/components/schemas/PayoutInput", "components": API["components"]}
    example = API["paths"]["/v1/payouts"]["post"]["requestBody"]["content"]["application/json"]["example"]
    broken = [{**example, "amuont": 1}, {**example, "amount": 1.5}, {**example, "purpose": "gift"}, {"amount": 1}]
    assert all(not Draft202012Validator(schema).is_valid(each) for each in broken)


def test_it_is_served_as_it_is_committed(server):
    assert server.get("/openapi.json").body == (ROOT / "api/openapi.json").read_bytes()


def test_its_frame_is_that_of_openapi_3_1():
    assert API["openapi"].startswith("3.1.")
    assert set(API) == {"openapi", "info", "servers", "paths", "components"}
    for name, operation in OPERATIONS:
        assert {"operationId", "summary", "parameters", "responses", "security"} <= set(operation), name
        assert all(status.isdigit() and "description" in answer for status, answer in operation["responses"].items()), name
        in_path = [parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "path"]
        assert in_path == [part[1:-1] for part in name.replace(".", "/").split("/") if part.startswith("{")], name
        for parameter in operation["parameters"]:
            assert {"name", "in", "required", "schema"} <= set(parameter) and parameter["in"] in ("path", "query", "header"), name


def references(part):
    if isinstance(part, dict):
        yield from [part["$ref"]] if "$ref" in part else []
        part = list(part.values())
    if isinstance(part, list):
        for value in part:
            yield from references(value)


def test_every_reference_leads_somewhere_and_every_component_is_used():
    assert set(references(API)) == {f"#/components/{kind}/{name}" for kind in ("schemas", "examples")
                                    for name in API["components"][kind]}


SHAPES = {"body_malformed", "field_repeated", "field_unknown", "field_missing", "field_type_wrong", "field_out_of_range",
          "field_malformed", "card_number_refused", "media_type_unsupported"}


def test_what_the_examples_send_is_never_refused_for_its_shape(server):
    client = server.client()
    for name, operation in OPERATIONS:
        body = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if body is None:
            continue
        path = name.split()[1].replace("{id}", "client_00000000000000000000000000")
        key = server.keys[0] if path.startswith("/v1/admin") else client.key
        takes_key = any(each["name"] == "Idempotency-Key" for each in operation["parameters"])
        headers = {"Idempotency_Key": "example-" + operation["operationId"]} if takes_key else {}
        answer = server.post(path, key, body["example"], **headers)
        assert answer.token not in SHAPES, (name, answer.json)
