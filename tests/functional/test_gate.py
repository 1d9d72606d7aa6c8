"""The gate: who comes in, in which order it is asked, and what everybody is told who does not."""
import html
import json
import re
import zlib
from datetime import date, timedelta

import pytest

from conftest import OPENAPI, Server, fresh_names

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
NO_BODY = {"content": {"application/json": {"example": {}}}}
ROUTES = [(method.upper(), path, operation) for path, operations in OPENAPI["paths"].items()
          for method, operation in operations.items()]


def with_crc(text):
    """The key that these characters begin, as anybody could make it up."""
    value, digits = zlib.crc32(text.encode()), ""
    for _ in range(6):
        value, digit = divmod(value, 62)
        digits = DIGITS[digit] + digits
    return text + digits


def altered(key, **parts):
    brand, mode, kind, kid, rest = key.split("_")
    secret = parts.get("secret", rest[:32])
    return with_crc("_".join([brand, parts.get("mode", mode), parts.get("kind", kind), parts.get("kid", kid), secret]))


def test_a_key_made_up_here_is_the_servers_own_form(client):
    assert altered(client.key) == client.key


@pytest.mark.parametrize("make, token", [
    (lambda key: None, "credential_missing"),
    (lambda key: "Basic dXNlcjpwYXNz", "credential_malformed"),
    (lambda key: "Bearer", "credential_malformed"),
    (lambda key: key, "credential_malformed"),
    (lambda key: "Bearer " + key[:-1], "credential_malformed"),
    (lambda key: "Bearer " + key + "0", "credential_malformed"),
    (lambda key: "Bearer  " + key, "credential_malformed"),
    (lambda key: "Bearer " + key[:-1] + ("0" if key[-1] != "0" else "1"), "credential_malformed"),
    (lambda key: "Bearer " + altered(key, mode="demo"), "credential_malformed"),
    (lambda key: "Bearer " + altered(key, kid="0" * 12), "credential_invalid"),
    (lambda key: "Bearer " + altered(key, secret="0" * 32), "credential_invalid"),
    (lambda key: "Bearer " + altered(key, mode="live"), "credential_invalid"),
    (lambda key: "Bearer " + key, "ok"),
    (lambda key: "bearer " + key, "ok"),
])
def test_a_credential_is_looked_at_before_anything_of_the_call(server, client, make, token):
    answer = server.get("/v1/balances", Authorization=make(client.key))
    assert answer.token == token
    assert ("WWW-Authenticate" in answer.headers) == (answer.status == 401)
    if token != "ok":
        assert answer["clause"] == "P4.2" and client.key[24:] not in answer.body.decode()


@pytest.mark.parametrize("make, words", [
    (lambda key: key[:-1] + ("0" if key[-1] != "0" else "1"), "typing error"),
    (lambda key: key[:20] + key[21] + key[20] + key[22:] if key[20] != key[21] else key[:20] + "_" + key[21:], "typing error"),
    (lambda key: key[:-1], "65 characters, and this one 64"),
    (lambda key: "hunter2", "begins with"),
])
def test_a_mistyped_key_is_told_as_one(server, client, make, words):
    answer = server.get("/v1/balances", make(client.key))
    assert answer.token == "credential_malformed" and words in answer["detail"]


def test_a_shortage_names_the_balance_and_both_amounts_in_paise(client):
    client.fund(1_000)
    answer = client.payout(amount=1_000)
    assert (answer.token, answer["field"]) == ("insufficient_balance", "amount")
    assert answer["detail"] == "The payout balance has 1000 available and 1354 is needed, in minor units: paise for INR."
    assert client.get("/v1/balances")["payout"]["available"] == 1_000


def test_what_was_probably_meant_is_told(client):
    assert client.get("/v1/payin")["detail"].startswith("Did you mean /v1/payins?")
    assert client.get("/")["detail"] == "The paths of this API are listed at /docs."
    assert client.get("/v1/events?typ=x")["detail"] == "Known here: limit, after, type, order, after_position."
    assert "%2B" in client.get("/v1/payins?created_at[gte]=2026-11-22T06:30:00+05:30")["detail"]


def test_a_clients_key_that_names_another_client_or_mode_is_told_so(server, client):
    assert client.get(f"/v1/payins?client={client.id}&mode=test").json["data"] == []
    other = client.get("/v1/payins?client=" + server.client().id)
    assert (other.token, other["field"]) == ("scope_missing", "client")
    live = client.get("/v1/balances?mode=live")
    assert (live.token, live["field"]) == ("mode_mismatch", "mode")


def test_a_revoked_key_is_refused_at_once_also_on_connections_that_are_open(server, client):
    connections = [server.connect() for _ in range(8)]
    issued = server.issue(client.id)
    for connection in connections:
        assert server.get("/v1/balances", issued["secret"], connection=connection).token == "ok"
    revoked = server.post(f"/v1/admin/credentials/{issued['id']}/revoke", server.keys[0])
    assert revoked["status"] == "revoked" and revoked["revoked_at"]
    for connection in connections:
        assert server.get("/v1/balances", issued["secret"], connection=connection).token == "credential_revoked"
        connection.close()
    assert client.get("/v1/balances").token == "ok", "the client's other key is its own"
    again = server.post(f"/v1/admin/credentials/{issued['id']}/revoke", server.keys[0])
    assert again.token == "state_conflict"


def test_a_secret_is_shown_once(server, client):
    key = "issue-" + next(fresh_names)
    body = {"mode": "test", "label": "shown once"}
    path = f"/v1/admin/clients/{client.id}/credentials"
    issued = server.post(path, server.keys[0], body, Idempotency_Key=key)
    assert issued["secret"].startswith("mohur_test_sk_" + issued["kid"]) and issued["last_four"] == issued["secret"][-10:-6]
    again = server.post(path, server.keys[0], body, Idempotency_Key=key)
    assert again["id"] == issued["id"] and "secret" not in again.json
    assert "secret" not in server.get("/v1/admin/credentials/" + issued["id"], server.keys[0]).json
    assert issued["secret"] not in server.get(path, server.keys[0]).body.decode()


# One call that is wrong in every way at once; each row rights the first of them, and the next is told.
def test_the_stages_are_passed_in_their_order(server, client):
    suspended = server.client()
    read_only = server.issue(suspended.id, scopes=["read_payouts"])["secret"]
    writer = server.issue(suspended.id, scopes=["write_payouts"])["secret"]
    assert server.measure(suspended.id, "suspend").token == "ok"
    good = server.issue(client.id, scopes=["write_payouts"])["secret"]
    body = b"{"
    rows = [
        ("/v1/payoutz", "nonsense", {}, "route_not_found"),
        ("/v1/payouts", "nonsense", {}, "credential_malformed"),
        ("/v1/payouts", server.keys[0], {"Signature": "sig=:AA==:"}, "signature_malformed"),
        ("/v1/payouts", server.keys[0], {}, "scope_missing"),
        ("/v1/payouts", read_only, {}, "scope_missing"),
        ("/v1/payouts", writer, {}, "client_suspended"),
        ("/v1/payouts", good, {}, "idempotency_key_missing"),
        ("/v1/payouts", good, {"Idempotency_Key": "with space"}, "idempotency_key_malformed"),
        ("/v1/payouts", good, {"Idempotency_Key": "k1", "Content_Type": "text/plain"}, "media_type_unsupported"),
        ("/v1/payouts", good, {"Idempotency_Key": "k1"}, "body_malformed"),
    ]
    for path, key, headers, token in rows:
        assert server.call("POST", path, key, body, **headers).token == token
    whole = {"beneficiary": "ben_00000000000000000000000000", "amount": 1, "currency": "INR", "purpose": "vendor"}
    assert server.post("/v1/payouts", good, whole, Idempotency_Key="k1").token == "not_found"


def test_every_route_asks_for_its_own_scope_and_no_other(server, client):
    scopes = [scope for scope in OPENAPI["components"]["schemas"]["Scope"]["enum"] if not scope.startswith("admin_")]
    keys = {scope: server.issue(client.id, scopes=[scope])["secret"] for scope in scopes}
    all_but = {scope: server.issue(client.id, scopes=[s for s in scopes if s != scope])["secret"] for scope in scopes}
    for method, path, operation in ROUTES:
        scope = operation.get("x-scope")
        if scope is None:
            continue
        path = path.replace("{id}", "x")
        refused = server.call(method, path, all_but[scope], b"[" if method == "POST" else None)
        assert refused.token == "scope_missing" and scope in refused["detail"], (method, path)
        passed = server.call(method, path, keys[scope], b"[" if method == "POST" else None, checked=False)
        assert passed.token != "scope_missing", (method, path)


def test_what_the_operators_people_do_is_closed_to_clients(server, client):
    for method, path, operation in ROUTES:
        if not path.startswith(("/v1/admin", "/v1/staff")) or not operation["security"]:
            continue
        path = path.replace("{id}", client.id).replace("{document}", "x")
        answer = server.call(method, path, client.key, b"{}" if method == "POST" else None)
        assert answer.token == "scope_missing", (method, path)


def test_a_client_key_cannot_be_given_the_operators_scopes(server, client):
    answer = server.issue(client.id, scopes=["read_payouts", "admin_read"])
    assert (answer.token, answer["field"]) == ("field_out_of_range", "scopes")


def test_people_read_for_a_client_they_name_and_act_for_none(server, client):
    client.payin()
    person = server.keys[0]
    assert len(server.get(f"/v1/payins?client={client.id}", person)["data"]) == 1
    assert server.get(f"/v1/payins?client={client.id}&mode=live", person)["data"] == []
    assert server.get("/v1/payins", person)["data"] == []
    assert server.post("/v1/payins", person, {}).token == "scope_missing"
    for query, field in [("client=client_x", "client"), ("mode=real", "mode")]:
        answer = server.get("/v1/payins?" + query, person)
        assert (answer.token, answer["field"]) == ("field_malformed", field)
    other = server.client()
    assert other.get(f"/v1/payins?client={client.id}").token == "scope_missing", "a client names nobody but itself"


def test_a_clients_state_says_what_its_key_may_do(server, client):
    client.fund()
    paid = client.paid_payin()
    body = client.payout_body()

    def may():
        return [client.get("/v1/payins").token, client.payin().token, client.refund(paid, amount=100).token,
                client.post("/v1/payouts", body, Idempotency_Key="p-" + next(fresh_names)).token]

    assert may() == ["ok", "ok", "ok", "ok"]
    assert server.measure(client.id, "restrict").token == "ok"
    assert may() == ["ok", "ok", "ok", "client_restricted"]
    assert server.measure(client.id, "suspend").token == "ok"
    assert may() == ["ok", "client_suspended", "client_suspended", "client_suspended"]
    assert server.decide(client.id, "approve").token == "state_conflict", "that is a measure"
    assert server.measure(client.id, "reinstate").token == "ok"
    assert may() == ["ok", "ok", "ok", "ok"]
    assert server.measure(client.id, "terminate").token == "ok"
    assert may() == ["client_terminated"] * 4
    assert server.issue(client.id).token == "client_terminated"


def test_the_life_of_an_application_needs_two_people(server):
    applied = server.apply()
    assert server.issue(applied).token == "client_not_approved"
    assert server.decide(applied, "approve").token == "state_conflict", "nobody has reviewed it"
    server.bring_before_decision(applied)
    assert server.decide(applied, "approve", by=0).token == "four_eyes_required"
    declined = server.decide(applied, "decline", "P1.1")
    assert (declined["status"], declined["ground"], declined["clause"]) == ("declined", "policy_breach", "P1.1")
    assert server.decide(applied, "approve").token == "state_conflict"
    assert server.review("client_00000000000000000000000000").token == "not_found"
    assert server.review("nonsense").token == "not_found"


def test_a_decision_against_a_client_names_a_ground_and_a_clause_that_there_are(server):
    client = server.client().id
    path = f"/v1/admin/clients/{client}/measures"
    measure = {"kind": "restrict", "evidence": "Case 1", "critical": True}
    for body, field in [({}, "ground"), ({"ground": "harmful_use"}, "clause"), ({"clause": "P3.5"}, "ground")]:
        refused = server.post(path, server.keys[1], {**measure, **body})
        assert (refused.token, refused["field"]) == ("field_missing", field)
    for body, field, allowed in [({"ground": "P8.1", "clause": "P8.1"}, "ground", "security_breach"),
                                 ({"ground": "harmful_use", "clause": "P99.9"}, "clause", "P3.5")]:
        refused = server.post(path, server.keys[1], {**measure, **body})
        assert (refused.status, refused["field"]) == (422, field) and allowed in refused["detail"], refused.body
    taken = server.post(path, server.keys[1], {**measure, "ground": "harmful_use", "clause": "P3.5"})
    assert (taken["status"], taken["ground"], taken["clause"]) == ("in_force", "harmful_use", "P3.5")
    done = server.get(f"/v1/admin/clients/{client}", server.keys[1])
    assert (done["status"], done["ground"], done["clause"]) == ("restricted", "harmful_use", "P3.5")
    assert server.measure(client, "reinstate").token == "ok"
    back = server.get(f"/v1/admin/clients/{client}", server.keys[1])
    assert (back["status"], back["ground"], back["clause"]) == ("approved", None, None)


def test_modes_do_not_mix(server, client):
    live = server.issue(client.id, "live")["secret"]
    payin = client.payin()["id"]
    assert client.get("/v1/payins/" + payin, key=live).token == "not_found"
    assert client.get("/v1/payins", key=live)["data"] == []
    for method, path, body in [("GET", "/v1/sandbox/clock", None), ("POST", "/v1/sandbox/clock", {"now": "2030-01-01T00:00:00Z"}),
                               ("POST", f"/v1/sandbox/payins/{payin}/pay", {}),
                               ("POST", "/v1/sandbox/bank_transfers", {"account_number": "99010", "amount": 1})]:
        assert server.call(method, path, live, body).token == "mode_mismatch"


def test_live_money_out_is_refused_while_no_connector_serves_it(server, client):
    client.fund(mode="live")
    live = server.issue(client.id, "live", networks=["127.0.0.0/8"])["secret"]
    person = {"name": "Ravi", "kind": "vendor", "destination": {"vpa": "ravi@okbank"}}
    beneficiary = client.post("/v1/beneficiaries", person, key=live)
    body = {"beneficiary": beneficiary["id"], "amount": 10_000, "currency": "INR", "purpose": "vendor"}
    refused = client.post("/v1/payouts", body, key=live, Idempotency_Key="live-1")
    assert (refused.status, refused.token, refused["retry"]) == (503, "rail_unavailable", "later")
    assert client.get("/v1/balances", key=live)["payout"]["reserved"] == 0
    refund = {"payin": client.payin()["id"]}
    assert client.post("/v1/refunds", refund, key=live, Idempotency_Key="live-2").token == "rail_unavailable"


def test_every_answer_names_its_request(server, client):
    seen = set()
    for path in ("/v1/balances", "/v1/nothing", "/v1/payins/x", "/problems", "/openapi.json"):
        answer = client.get(path, checked=False)
        assert re.fullmatch(r"req_[0-7][0-9a-hjkmnp-tv-z]{25}", answer.headers["Request-Id"])
        assert answer.headers["Mohur-Version"] == "2026-11-22"
        assert "Strict-Transport-Security" in answer.headers
        assert (answer.headers["Cache-Control"] == "no-store") == path.startswith("/v1")
        seen.add(answer.headers["Request-Id"])
    assert len(seen) == 5
    assert client.get("/v1/balances", Request_Id="mine-1").headers["Client-Request-Id"] == "mine-1"
    for unfit in ("x" * 65, "with space", ""):
        assert "Client-Request-Id" not in client.get("/v1/balances", Request_Id=unfit).headers


def test_a_path_that_is_not_there_and_a_method_that_is_not_taken(server, client):
    for path in ("/", "/v1", "/v1/payouts/", "/v2/payouts", "/v1/payouts/x/y", "/v1//payouts"):
        assert client.get(path).token == "route_not_found", path
    for method, path, allowed in [("DELETE", "/v1/payouts", "GET, HEAD, POST"), ("PUT", "/v1/payouts/x", "GET, HEAD"),
                                  ("GET", "/v1/payouts/x/cancel", "POST"), ("POST", "/v1/balances", "GET, HEAD"),
                                  ("PATCH", "/v1/refunds", "GET, HEAD, POST"), ("POST", "/docs", "GET, HEAD")]:
        answer = server.call(method, path, client.key)
        assert answer.token == "method_not_allowed", (method, path)
        assert answer.headers["Allow"] == allowed, (method, path)


def test_head_is_get_without_the_body(server, client):
    connection = server.connect()
    whole = client.get("/openapi.json", connection=connection)
    for path in ("/openapi.json", "/v1/balances", "/v1/payouts/nonsense"):
        answer = server.call("HEAD", path, client.key, checked=False, connection=connection)
        assert answer.body == b"" and int(answer.headers["Content-Length"]) > 0
    head = server.call("HEAD", "/openapi.json", checked=False, connection=connection)
    assert int(head.headers["Content-Length"]) == len(whole.body)
    connection.close()


# Before there is a route, or where no call of a client leads.
NOT_OF_A_ROUTE = {"http_version_not_supported", "uri_too_long", "headers_too_large", "request_timeout", "length_required",
                  "route_not_found", "method_not_allowed", "currency_mismatch", "amount_too_large", "accounts_are_same",
                  "account_not_found", "pending_not_found", "exceeds_pending", "chain_too_long", "io_failed", "data_damaged",
                  "grant_type_unsupported"}  # the last one is told in OAuth's form alone


def test_every_problem_has_a_page_and_the_index_links_them_all(server):
    index = server.get("/problems").body.decode()
    tokens = OPENAPI["components"]["schemas"]["Problem"]["properties"]["token"]["enum"]
    assert re.findall(r'href="/problems/(\w+)"', index) == tokens
    for token in tokens:
        page = server.get("/problems/" + token)
        assert page.headers["Content-Type"] == "text/html; charset=utf-8"
        text = html.unescape(page.body.decode())
        assert f"<h1>{token}</h1>" in text
        for told in ("What happened", "What to do next", "Again with the same Idempotency-Key"):
            assert re.search(rf"<th>{told}<td>(Yes|No|After|[A-Z`])[^<]+[.]<tr>", text), (token, told)
        example = json.loads(re.search("<pre>(.*?)</pre>", text, re.DOTALL)[1])
        assert example["token"] == token
        described = OPENAPI["components"]["examples"].get(token)
        assert described == {"value": example} or token in NOT_OF_A_ROUTE, token
    assert server.get("/problems/nonsense").token == "not_found"


def test_the_reference_page_asks_nobody_but_this_server(server):
    page = server.get("/docs").body.decode()
    asked = re.findall(r"""(?:src|href|fetch|import|url)\s*[=(]\s*["']([^"']+)["']""", page)
    assert "/openapi.json" in asked
    for target in asked:
        assert target.startswith(("/", "#")) and not target.startswith("//"), target
    for target in set(asked):
        if target.startswith("/") and not target.endswith("/"):
            assert server.get(target, checked=False).status == 200, target


def test_nobody_sees_what_is_not_theirs(server, client):
    """Every path with an id in it, asked with the ids of another client's objects, and with those of another kind."""
    client.fund()
    payin = client.paid_payin()
    objects = {
        "payins": payin,
        "attempts": client.get("/v1/attempts")["data"][0]["id"],
        "refunds": client.refund(payin, amount=100)["id"],
        "virtual_accounts": client.post("/v1/virtual_accounts")["id"],
        "beneficiaries": client.beneficiary()["id"],
        "payouts": client.payout()["id"],
        "accounts": client.get("/v1/ledger/accounts")["data"][0]["id"],
        "transfers": client.get("/v1/ledger/transfers")["data"][0]["id"],
        "events": client.get("/v1/events")["data"][0]["id"],
        "webhook_endpoints": client.post("/v1/webhook_endpoints", {"url": "http://127.0.0.1:1/"})["id"],
    }
    leaked = server.issue(client.id)["secret"]
    objects["incidents"] = server.post("/v1/credentials/report_compromise", leaked, {})["id"]
    server.ladder()
    used = client.get("/v1/limits")["quotas"][0]["used"]
    server.agree(client.id, plan=server.plan(daily_quota={"calls": used + 1}))
    assert [client.get("/v1/payins").token for _ in range(2)] == ["ok", "quota_exceeded"]
    for noun in ("throttle_episodes", "usage_notices"):
        objects[noun] = client.until("/v1/" + noun, lambda page: page["data"])["data"][0]["id"]
    server.agree(client.id, plan=server.plan())
    wish = {"reason": "Festival season", "payout_limits": [{"window": "day", "amount": 1_000_000}]}
    objects["agreement_changes"] = client.post("/v1/agreement_changes", wish)["id"]
    objects["sublicences"] = server.sublicence(client.id).id
    objects["approval_workflows"] = client.workflow()["id"]
    objects["batches"] = client.post("/v1/batches")["id"]
    objects["balance_thresholds"] = client.post("/v1/balance_thresholds", {"amount": 100, "currency": "INR"})["id"]
    monthly = {"every": "month", "month_day": 1, "at": "10:00", "starts_on": str(date.today() + timedelta(days=2))}
    body = {**client.payout_body(), "rhythm": monthly}
    objects["payout_schedules"] = client.post("/v1/payout_schedules", body, Idempotency_Key="monthly")["id"]
    objects["requests"] = server.logged(client.payin())["id"]
    objects["notices"] = server.measure(client.id, "restrict", critical=False)["notice"]
    objects["tickets"] = client.post("/v1/tickets", {"subject": "A question", "text": "Why?"})["id"]
    objects["deliveries"] = client.until("/v1/deliveries", lambda page: page["data"])["data"][0]["id"]
    other = server.client()
    usual = server.issue(other.id)["scopes"]
    other.key = server.issue(other.id, scopes=usual + ["approve_payouts", "write_approval_workflows"])["secret"]
    for method, path, operation in ROUTES:
        if "{id}" not in path or path.startswith(("/v1/admin", "/v1/staff")):
            continue
        noun = path.split("/")[path.split("/").index("{id}") - 1]
        media, takes = next(iter(operation.get("requestBody", NO_BODY)["content"].items()))
        example = takes["example"] if isinstance(takes["example"], str) else json.dumps(takes["example"])
        body = example.encode() if method == "POST" else None
        reader = {"Content_Type": media}
        for identifier in (objects[noun], objects["payins" if noun != "payins" else "payouts"], "nonsense", "%00", "a" * 200):
            path_there = path.replace("{id}", identifier)
            answer = server.call(method, path_there, other.key, body, checked=False, **reader)
            wanted = "malformed_request" if identifier == "%00" else "not_found"
            if path == "/v1/sublicences/{id}/end" and identifier != "%00":
                wanted = "mode_mismatch"  # whatever it names: a test key ends none
            assert answer.token == wanted, (method, path_there, answer.body)
        if method == "GET":
            assert client.get(path.replace("{id}", objects[noun])).status == 200, path


def test_personal_data_is_masked_unless_the_key_may_read_it(server, client):
    scopes = ["read_personal", "read_beneficiaries", "read_payouts", "read_payins", "read_events"]
    clear = server.issue(client.id, scopes=scopes)["secret"]
    made = client.beneficiary("9876543210", "Asha Rao", email="asha.rao@example.com", phone="+919876543210", metadata={"a": "b"})
    plain = {"name": "Asha Rao", "account_number": "9876543210", "email": "asha.rao@example.com", "phone": "+919876543210"}
    path = "/v1/beneficiaries/" + made["id"]
    for name, value in plain.items():
        shown = client.get(path)[name]
        assert shown != value and "•" in shown, (name, shown)
        assert client.get(path, key=clear)[name] == value
    assert client.get(path)["metadata"] == {"a": "b"}, "its own notes are no secret to a client"
    assert server.get(f"{path}?client={client.id}", server.keys[0])["metadata"] is None, "and none of the operator's business"
    vpa = client.beneficiary("asha.rao@okbank", "Asha Rao")
    assert client.get("/v1/beneficiaries/" + vpa["id"])["vpa"] != "asha.rao@okbank"
    assert client.get("/v1/beneficiaries/" + vpa["id"], key=clear)["vpa"] == "asha.rao@okbank"
    events = client.get("/v1/events?type=beneficiary.*").body.decode()
    assert "Asha" not in events and "9876543210" not in events
    assert "Asha Rao" in client.get("/v1/events?type=beneficiary.*", key=clear).body.decode()
    client.fund()
    payout = client.post("/v1/payouts", {**client.payout_body(), "beneficiary": made["id"], "narration": "Invoice 42"},
                         Idempotency_Key="n-" + next(fresh_names))
    assert payout["narration"] != "Invoice 42"
    assert client.get("/v1/payouts/" + payout["id"], key=clear)["narration"] == "Invoice 42"


def test_a_suspended_client_plays_no_payer_and_asks_for_no_redelivery(server):
    client = server.client()
    payin = client.payin(1_000)
    account = client.post("/v1/virtual_accounts")
    assert server.measure(client.id, "suspend").token == "ok"
    for path, body in [(f"/v1/sandbox/payins/{payin['id']}/pay", {}),
                       ("/v1/deliveries/whd_00000000000000000000000000/redeliver", {}),
                       ("/v1/sandbox/bank_transfers", {"account_number": account["account_number"], "amount": 1})]:
        assert client.post(path, body).token == "client_suspended", path
    assert client.get("/v1/payins/" + payin["id"])["amount_paid"] == 0


def test_a_call_that_cannot_be_repeated_safely_takes_no_idempotency_key(client):
    payin = client.payin(1_000)
    path = f"/v1/sandbox/payins/{payin['id']}/pay"
    refused = client.post(path, {}, Idempotency_Key="k")
    assert (refused.token, refused["field"]) == ("field_unknown", "Idempotency-Key")
    assert client.get("/v1/payins", Idempotency_Key="k").token == "ok", "reading is safe"


@pytest.mark.parametrize("header", ["Authorization", "Content-Type", "Idempotency-Key"])
def test_a_header_that_stands_twice_is_refused(server, client, header):
    lines = {"Authorization": f"Bearer {client.key}", "Content-Type": "application/json", "Idempotency-Key": "k"}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items()) + f"{header}: {lines[header]}\r\n"
    text = f"POST /v1/payins HTTP/1.1\r\nHost: x\r\n{head}Content-Length: 2\r\nConnection: close\r\n\r\n{{}}"
    refused = server.raw(text.encode())
    assert (refused.status, refused.token, refused["field"]) == (400, "malformed_request", header.lower())


def test_names_are_counted_in_characters(client):
    body = {"name": "अ" * 120, "kind": "vendor", "destination": {"vpa": "success@mohur"}}
    assert client.post("/v1/beneficiaries", body).status == 201
    refused = client.post("/v1/beneficiaries", {**body, "name": "अ" * 121})
    assert (refused.token, refused["field"]) == ("field_out_of_range", "name")


def test_a_funding_that_must_be_a_slip_of_the_hand_is_refused(server, client):
    body = {"mode": "test", "amount": 10_000_000_000_001, "currency": "INR", "utr": "SBIN000001"}
    refused = server.post(f"/v1/admin/clients/{client.id}/fundings", server.keys[0], body, Idempotency_Key="f")
    assert (refused.token, refused["field"]) == ("amount_above_maximum", "amount")


def test_a_bank_reference_is_counted_once_however_it_is_written(server, client):
    def fund(utr):
        return server.post(f"/v1/admin/clients/{client.id}/fundings", server.keys[0],
                           {"mode": "test", "amount": 100, "currency": "INR", "utr": utr}, Idempotency_Key="fund-" + utr)
    assert fund("UTRTWICE0001").status == 201
    assert fund("utrtwice0001").token == "state_conflict"
