"""What comes in: every field by its shape, every limit, and that nothing is journaled for what is refused."""
import json

import pytest

from conftest import OPENAPI, PAYIN, fresh_names, schema

TOO_LARGE = 9223372036854775808  # one beyond 64 bits


def changed(body, **changes):
    """Names that are set to Ellipsis are left out."""
    return {name: value for name, value in {**body, **changes}.items() if value is not ...}


# A body in bytes is sent as it is.
BAD_PAYINS = [
    (b"", 400, "body_malformed", None),
    (b"{", 400, "body_malformed", None),
    (b"[]", 400, "body_malformed", None),
    (b"null", 400, "body_malformed", None),
    (b'"text"', 400, "body_malformed", None),
    (b"{}{}", 400, "body_malformed", None),
    (b'{"amount":1,}', 400, "body_malformed", None),
    (b'{"amount":01}', 400, "body_malformed", None),
    (b'{"amount":NaN}', 400, "body_malformed", None),
    (b"{'amount':1}", 400, "body_malformed", None),
    (b'{"amount":1 /* one */}', 400, "body_malformed", None),
    (b'\xef\xbb\xbf{"amount":1}', 400, "body_malformed", None),
    (b'{"description":"\xff"}', 400, "body_malformed", None),
    (b'{"description":"\xc0\xaf"}', 400, "body_malformed", None),
    (b'{"description":"\xed\xa0\x80"}', 400, "body_malformed", None),
    (b'{"description":"\\ud800"}', 400, "body_malformed", None),
    (b'{"description":"a\nb"}', 400, "body_malformed", None),
    (b'{"amount":1,"amount":2}', 400, "field_repeated", "amount"),
    (b'{"amount":1,"\\u0061mount":2}', 400, "field_repeated", "amount"),
    (b'{"metadata":{"a":"1","a":"2"}}', 400, "field_repeated", "metadata.a"),
    (changed(PAYIN, amuont=1), 422, "field_unknown", "amuont"),
    (changed(PAYIN, id="payin_1"), 422, "field_unknown", "id"),
    (changed(PAYIN, status="paid"), 422, "field_unknown", "status"),
    (changed(PAYIN, method=...), 422, "field_missing", "method"),
    (changed(PAYIN, method=None), 422, "field_missing", "method"),
    (changed(PAYIN, amount=1.5), 422, "field_type_wrong", "amount"),
    (changed(PAYIN, amount="100"), 422, "field_type_wrong", "amount"),
    (changed(PAYIN, amount=True), 422, "field_type_wrong", "amount"),
    (changed(PAYIN, amount={"value": 1}), 422, "field_type_wrong", "amount"),
    (b'{"amount":1e2,"currency":"INR","payer_type":"customer","method":"upi_qr"}', 422, "field_type_wrong", "amount"),
    (b'{"amount":100.0,"currency":"INR","payer_type":"customer","method":"upi_qr"}', 422, "field_type_wrong", "amount"),
    (changed(PAYIN, amount=TOO_LARGE), 422, "field_out_of_range", "amount"),
    (changed(PAYIN, amount=-TOO_LARGE - 1), 422, "field_out_of_range", "amount"),
    (changed(PAYIN, amount=10**30), 422, "field_out_of_range", "amount"),
    (changed(PAYIN, amount=0), 422, "amount_not_positive", "amount"),
    (changed(PAYIN, amount=-1), 422, "amount_not_positive", "amount"),
    (changed(PAYIN, amount=10_000_001), 422, "amount_above_maximum", "amount"),
    (changed(PAYIN, currency="QQQ"), 422, "field_malformed", "currency"),
    (changed(PAYIN, currency="inr"), 422, "field_malformed", "currency"),
    (changed(PAYIN, method="card"), 422, "field_malformed", "method"),
    (changed(PAYIN, expires_at="tomorrow"), 422, "field_malformed", "expires_at"),
    (changed(PAYIN, expires_at="2026-11-22"), 422, "field_malformed", "expires_at"),
    (changed(PAYIN, expires_at="2027-02-30T00:00:00Z"), 422, "field_malformed", "expires_at"),
    (changed(PAYIN, expires_at="2027-01-01T00:00:00"), 422, "field_malformed", "expires_at"),
    (changed(PAYIN, expires_at=1795329000), 422, "field_type_wrong", "expires_at"),
    (changed(PAYIN, expires_at="2001-01-01T00:00:00Z"), 422, "time_not_in_future", "expires_at"),
    (changed(PAYIN, expires_at="2101-01-01T00:00:00Z"), 422, "time_too_far", "expires_at"),
    (changed(PAYIN, reference_id=""), 422, "field_out_of_range", "reference_id"),
    (changed(PAYIN, reference_id="x" * 41), 422, "field_out_of_range", "reference_id"),
    (changed(PAYIN, reference_id="order 1"), 422, "field_malformed", "reference_id"),
    (changed(PAYIN, description=""), 422, "field_out_of_range", "description"),
    (changed(PAYIN, description="x" * 81), 422, "field_out_of_range", "description"),
    (changed(PAYIN, description="a\tb"), 422, "field_malformed", "description"),
    (changed(PAYIN, virtual_account="va_00000000000000000000000000"), 422, "field_unknown", "virtual_account"),
    (changed(PAYIN, description="अ" * 81), 422, "field_out_of_range", "description"),
    (changed(PAYIN, metadata=[]), 422, "field_type_wrong", "metadata"),
    (changed(PAYIN, metadata={"a": 1}), 422, "field_type_wrong", "metadata.a"),
    (changed(PAYIN, metadata={"a": "x" * 501}), 422, "field_out_of_range", "metadata.a"),
    (changed(PAYIN, metadata={f"k{i}": "v" for i in range(21)}), 422, "field_out_of_range", "metadata"),
    (changed(PAYIN, payer_type="agent"), 403, "payer_type_not_approved", "payer_type"),
    (changed(PAYIN, method="upi_intent"), 403, "method_not_approved", "method"),
    (changed(PAYIN, description="card 4111 1111 1111 1111"), 422, "card_number_refused", None),
    (changed(PAYIN, payer_name="5555-5555-5555-4444"), 422, "card_number_refused", None),
    (changed(PAYIN, metadata={"pan": "378282246310005"}), 422, "card_number_refused", None),
]


@pytest.fixture(scope="module")
def narrow(server):
    return server.client(payer_types=["customer"], methods=["upi_qr", "bank_transfer"], purposes=["vendor"],
                         rails=["imps", "upi"])


@pytest.mark.parametrize("body, status, token, field", BAD_PAYINS)
def test_a_bad_payin_is_refused_by_name_and_leaves_no_trace(server, narrow, body, status, token, field):
    before = server.position()
    answer = narrow.post("/v1/payins", body)
    assert (answer.status, answer.token, answer.json.get("field")) == (status, token, field), answer.json
    assert server.position() == before
    if isinstance(body, dict) and isinstance(body.get(field), str) and len(body[field]) > 20:
        assert body[field] not in answer["detail"], "a value is never repeated: it may be personal"


def test_the_good_one_beside_them_is_taken(narrow):
    assert narrow.post("/v1/payins", PAYIN).status == 201
    assert narrow.post("/v1/payins", changed(PAYIN, reference_id=None, metadata=None)).status == 201, "null equals absent"
    longest = changed(PAYIN, description="é" * 40, reference_id="r-" + next(fresh_names).zfill(38),
                      metadata={f"k{i}": "x" * 500 for i in range(20)})
    assert narrow.post("/v1/payins", longest).status == 201


def test_an_unknown_field_is_told_with_the_nearest_name(narrow):
    for wrong, nearest in [("amuont", "amount"), ("curency", "currency"), ("referenceId", "reference_id"),
                           ("expires", "expires_at")]:
        assert f"'{nearest}'" in narrow.post("/v1/payins", {**PAYIN, wrong: 1})["detail"], wrong
    assert "'" not in narrow.post("/v1/payins", {**PAYIN, "zzzzzzzzzz": 1})["detail"]


def test_all_faults_are_told_at_once_in_the_order_of_the_table(narrow):
    answer = narrow.post("/v1/payins", {"amount": "x", "currency": "QQQ", "amuont": 1, "expires_at": 5})
    told = [(reason["token"], reason["field"]) for reason in answer["reasons"]]
    assert told == [("field_unknown", "amuont"), ("field_missing", "payer_type"), ("field_missing", "method"),
                    ("field_type_wrong", "amount"), ("field_type_wrong", "expires_at"), ("field_malformed", "currency")]
    assert (answer.token, answer["field"]) == told[0]


BENEFICIARY = {"name": "Ravi Sharma", "kind": "vendor", "destination": {"ifsc": "HDFC0000123", "account_number": "000000000001"}}
BAD_BENEFICIARIES = [
    (changed(BENEFICIARY, destination={}), "field_missing", "destination"),
    (changed(BENEFICIARY, destination={"ifsc": "HDFC0000123"}), "field_missing", "destination"),
    (changed(BENEFICIARY, destination={"account_number": "000000000001"}), "field_missing", "destination"),
    (changed(BENEFICIARY, destination={"vpa": "ravi@okbank", "ifsc": "HDFC0000123"}), "field_missing", "destination"),
    (changed(BENEFICIARY, destination={"ifsc": "HDFC1000123", "account_number": "000000000001"}), "field_malformed",
     "destination.ifsc"),
    (changed(BENEFICIARY, destination={"ifsc": "HDFC0000123", "account_number": "1234"}), "field_out_of_range",
     "destination.account_number"),
    (changed(BENEFICIARY, destination={"vpa": "ravi"}), "field_malformed", "destination.vpa"),
    (changed(BENEFICIARY, destination={"vpa": "ravi@ok bank"}), "field_malformed", "destination.vpa"),
    (changed(BENEFICIARY, destination={"upi": "ravi@okbank"}), "field_unknown", "destination.upi"),
    (changed(BENEFICIARY, destination="ravi@okbank"), "field_type_wrong", "destination"),
    (changed(BENEFICIARY, kind="friend"), "field_malformed", "kind"),
    (changed(BENEFICIARY, name=""), "field_out_of_range", "name"),
    (changed(BENEFICIARY, name="x" * 121), "field_out_of_range", "name"),
    (changed(BENEFICIARY, email="ravi"), "field_malformed", "email"),
    (changed(BENEFICIARY, email="ravi@a@b"), "field_malformed", "email"),
    (changed(BENEFICIARY, phone="98765"), "field_out_of_range", "phone"),
    (changed(BENEFICIARY, phone="98765-43210"), "field_malformed", "phone"),
]


@pytest.mark.parametrize("body, token, field", BAD_BENEFICIARIES)
def test_a_bad_beneficiary_is_refused_by_name(server, narrow, body, token, field):
    before = server.position()
    answer = narrow.post("/v1/beneficiaries", body)
    assert (answer.token, answer.json.get("field")) == (token, field), answer.json
    assert server.position() == before


def payout_refusals():
    yield {"amount": 0}, 422, "amount_not_positive", "amount"
    yield {"amount": 99}, 422, "amount_below_minimum", "amount"
    yield {"amount": 50_000_001}, 403, "rail_not_approved", "rail"  # it would go by RTGS
    yield {"amount": 50_000_001, "rail": "imps"}, 422, "amount_above_maximum", "amount"
    yield {"amount": 40_000_000}, 422, "insufficient_balance", "amount"
    yield {"purpose": "salary"}, 403, "purpose_not_approved", "purpose"
    yield {"rail": "neft"}, 403, "rail_not_approved", "rail"
    yield {"rail": "upi"}, 422, "rail_destination_mismatch", "rail"
    yield {"beneficiary": "ben_00000000000000000000000000"}, 404, "not_found", "beneficiary"
    yield {"beneficiary": "ben_1"}, 422, "field_malformed", "beneficiary"
    yield {"scheduled_at": "2001-01-01T00:00:00Z"}, 422, "time_not_in_future", "scheduled_at"
    yield {"scheduled_at": "2101-01-01T00:00:00Z"}, 422, "time_too_far", "scheduled_at"
    yield {"narration": "Invoice #42"}, 422, "field_malformed", "narration"
    yield {"narration": "x" * 31}, 422, "field_out_of_range", "narration"
    yield {"queue_if_low_balance": "yes"}, 422, "field_type_wrong", "queue_if_low_balance"


@pytest.mark.parametrize("changes, status, token, field", payout_refusals())
def test_a_payout_that_may_not_be_is_refused_by_name_and_leaves_no_trace(server, narrow, changes, status, token, field):
    body = {**narrow.payout_body(), **changes}
    before = server.position()
    answer = narrow.post("/v1/payouts", body, Idempotency_Key="bad-" + next(fresh_names))
    assert (answer.status, answer.token, answer["field"]) == (status, token, field), answer.json
    assert server.position() == before


def test_a_payout_does_not_go_to_whom_its_purpose_does_not_serve(server, narrow):
    employee = narrow.beneficiary(kind="employee")["id"]
    body = {**narrow.payout_body(), "beneficiary": employee}
    assert narrow.post("/v1/payouts", body, Idempotency_Key="e-1")["token"] == "purpose_destination_mismatch"
    assert narrow.post(f"/v1/beneficiaries/{employee}/deactivate").json["status"] == "inactive"
    assert narrow.post(f"/v1/beneficiaries/{employee}/deactivate").token == "state_conflict"
    assert narrow.post("/v1/payouts", body, Idempotency_Key="e-2")["token"] == "beneficiary_inactive"


def test_references_are_used_once_for_ever_and_per_client(server, narrow):
    queued = {**narrow.payout_body(amount=100), "queue_if_low_balance": True}
    for path, body, headers in [("/v1/payins", PAYIN, {}), ("/v1/virtual_accounts", {}, {}),
                                ("/v1/payouts", queued, {"Idempotency_Key": "r1"})]:
        body = {**body, "reference_id": "order-1"}
        assert narrow.post(path, body, **headers).status == 201, path
        headers = {name: "r2" for name in headers}
        answer = narrow.post(path, body, **headers)
        assert (answer.status, answer.token, answer["field"]) == (409, "reference_id_reused", "reference_id"), path
    assert server.client().post("/v1/payins", {**PAYIN, "reference_id": "order-1"}).status == 201


def test_a_call_without_a_body_takes_none(narrow):
    payin = narrow.payin()["id"]
    assert narrow.post(f"/v1/payins/{payin}/cancel", {"reason": "x"}).token == "field_unknown"
    assert narrow.post(f"/v1/payins/{payin}/cancel", b"").json["status"] == "cancelled"


def test_only_json_is_a_body(narrow):
    for media in ("application/json", "Application/JSON; charset=utf-8"):
        assert narrow.post("/v1/payins", PAYIN, Content_Type=media).token == "ok", media
    for media in ("text/json", "application/jsonx", "", "application/x-www-form-urlencoded"):
        assert narrow.post("/v1/payins", PAYIN, Content_Type=media).token == "media_type_unsupported", media


def test_the_depth_of_json_ends_at_sixteen(narrow):
    def nested(depth):
        return b'{"a":' * (depth - 1) + b"1" + b"}" * (depth - 1)
    assert narrow.post("/v1/payins", b"[" * 17 + b"]" * 17).token == "body_malformed"
    assert narrow.post("/v1/payins", nested(18)).token == "body_malformed"
    assert narrow.post("/v1/payins", nested(15)).token == "field_unknown"
    assert narrow.post("/v1/payins", b"[" * 100_000).token == "body_malformed"


def test_a_body_of_one_mebibyte_is_read_and_one_more_byte_is_not(server, narrow):
    body = json.dumps(changed(PAYIN, currency="QQQ")).encode()
    assert narrow.post("/v1/payins", body + b" " * (1024 * 1024 - len(body))).token == "field_malformed"
    assert narrow.post("/v1/payins", body + b" " * (1024 * 1024 + 1 - len(body)), checked=False).token == "body_too_large"


def request(headers="", target="/v1/payins", method="GET", body=b"", version="HTTP/1.1"):
    return f"{method} {target} {version}\r\nHost: a\r\n{headers}\r\n".encode() + body


# By what they are called, so that a failure can be read.
RAW = {
    "63 headers more": (request("X: 1\r\n" * 63), 401, "credential_missing"),
    "64 headers more": (request("X: 1\r\n" * 64), 431, "headers_too_large"),
    "nearly 16 KiB of headers": (request("X: " + "a" * 16_000 + "\r\n"), 401, "credential_missing"),
    "more than 16 KiB of headers": (request("X: " + "a" * 16_400 + "\r\n"), 431, "headers_too_large"),
    "a target of more than 8 KiB": (request(target="/" + "a" * 8_192), 414, "uri_too_long"),
    "HTTP/1.0": (request(version="HTTP/1.0"), 505, "http_version_not_supported"),
    "a body of unknown length": (request("Content-Type: application/json\r\n", method="POST"), 411, "length_required"),
    "a body of more than 1 MiB": (request("Content-Length: 1048577\r\n", method="POST"), 413, "body_too_large"),
    "two lengths": (request("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", method="POST"), 400, "malformed_request"),
    "a broken escape": (request(target="/v1/%zz"), 400, "malformed_request"),
    "two lengths that agree": (request("Content-Length: 2\r\nContent-Length: 2\r\n", method="POST", body=b"{}"), 400,
                               "malformed_request"),
    "two lengths that differ": (request("Content-Length: 2\r\nContent-Length: 3\r\n", method="POST", body=b"{}"), 400,
                                "malformed_request"),
    "a list of lengths": (request("Content-Length: 2, 2\r\n", method="POST", body=b"{}"), 400, "malformed_request"),
    "a coding and a length": (request("Transfer-Encoding: chunked\r\nContent-Length: 2\r\n", method="POST"), 400,
                              "malformed_request"),
    "a coding that is none": (request("Transfer-Encoding: xchunked\r\n", method="POST"), 400, "malformed_request"),
    "a coding behind a tab": (request("Transfer-Encoding:\t chunked, chunked\r\n", method="POST"), 400, "malformed_request"),
    "a folded header": (request("X: a\r\n b\r\n"), 400, "malformed_request"),
    "a folded coding": (request("Transfer-Encoding:\r\n chunked\r\n", method="POST"), 400, "malformed_request"),
    "a bare carriage return": (request("X: a\rY: b\r\n"), 400, "malformed_request"),
    "a bare line feed": (request("X: a\nY: b\r\n"), 400, "malformed_request"),
    "two hosts": (request("Host: b\r\n"), 400, "malformed_request"),
    "a control character": (request("X: \x01\r\n"), 400, "malformed_request"),
    "a space before a colon": (request("X : 1\r\n"), 400, "malformed_request"),
    "a space before the colon of a length": (request("Content-Length : 2\r\n", method="POST", body=b"{}"), 400,
                                             "malformed_request"),
    "a chunk's size with a sign": (request("Transfer-Encoding: chunked\r\n", method="POST", body=b"+2\r\n{}\r\n0\r\n\r\n"), 400,
                                   "malformed_request"),
    "nonsense": (b"nonsense\r\n\r\n", 400, "malformed_request"),
    "no host": (b"GET / HTTP/1.1\r\n\r\n", 400, "malformed_request"),
    "a handshake inside of TLS": (b"\x16\x03\x01\x02\x00\x01\x00", 400, "malformed_request"),
}


@pytest.mark.parametrize("text, status, token", RAW.values(), ids=RAW)
def test_what_is_no_request_is_answered_with_a_problem_too(server, text, status, token):
    answer = server.raw(text)
    assert (answer.status, answer.token) == (status, token)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer["request_id"].startswith("req_") and answer["type"] == "/problems/" + token
    assert answer.headers["Request-Id"] == answer["request_id"]


def test_bad_queries_are_refused_by_name(narrow):
    for query, status, token, field in [
        ("limit=0", 422, "field_out_of_range", "limit"), ("limit=101", 422, "field_out_of_range", "limit"),
        ("limit=ten", 422, "field_out_of_range", "limit"), ("limit=", 422, "field_out_of_range", "limit"),
        ("after=x", 400, "cursor_malformed", "after"), ("after=AAAAAAAAAAAAAAAAAAAA", 400, "cursor_malformed", "after"),
        ("colour=red", 400, "filter_unknown", "colour"), ("status=lost", 422, "field_malformed", "status"),
        ("created_at[gte]=today", 422, "field_malformed", "created_at[gte]"),
        ("created_at=2026", 400, "filter_unknown", "created_at"),
        ("limit=1&limit=2", 200, "ok", None), ("status=%ff%fe", 422, "field_malformed", "status"),
    ]:
        answer = narrow.get("/v1/payouts?" + query)
        assert (answer.status, answer.token) == (status, token), query
        if field:
            assert answer["field"] == field, query


def test_a_name_that_came_in_cannot_break_the_answer(narrow):
    for body in (b'{"\\u0000\\"\\\\<script>":1}', b'{"\\ud83d\\ude00":1}', json.dumps({"x" * 5000: 1}).encode()):
        answer = narrow.post("/v1/payins", body)
        assert answer.token == "field_unknown" and len(answer.body) < 4_000
    assert narrow.get('/v1/payouts?%22%0d%0aX-Evil:%201=1').headers["X-Evil"] is None


def test_every_input_is_described(server):
    for path, operations in OPENAPI["paths"].items():
        for method, operation in operations.items():
            if "requestBody" in operation:
                described = next(iter(operation["requestBody"]["content"].values()))["schema"]
                if described.get("type") == "string":
                    continue  # a file, whose columns the reference describes
                name = described["$ref"].rsplit("/", 1)[1]
                if schema(name)["components"]["schemas"][name]["type"] == "array":
                    continue  # what a partner sends, of which we take what we know
                assert schema(name)["components"]["schemas"][name]["additionalProperties"] is False, name
