"""The same key: one effect, one answer, for every call that creates or acts."""
import pytest

from conftest import OPENAPI, PAYIN, Server


def test_the_first_answer_is_given_again_byte_for_byte(server, client):
    client.fund()
    body = client.payout_body()
    first = client.post("/v1/payouts", body, Idempotency_Key="k-1")
    assert first.status == 201 and "Idempotent-Replayed" not in first.headers
    client.until("/v1/payouts/" + first["id"], lambda payout: payout["status"] == "processed")
    before = server.position()
    for spelt in ("k-1", '"k-1"'):
        again = client.post("/v1/payouts", body, Idempotency_Key=spelt)
        assert (again.status, again.body, again.headers["Idempotent-Replayed"]) == (201, first.body, "true")
    assert server.position() == before
    assert client.get("/v1/payouts/" + first["id"])["status"] == "processed", "the answer is the first one, not the present"


def test_spaces_and_the_order_of_fields_do_not_make_another_request(client):
    first, again = (client.post("/v1/payins", body, Idempotency_Key="k") for body in (
        b'{"amount":100,"currency":"INR","payer_type":"customer","method":"upi_qr"}',
        b'{ "method" : "upi_qr", "payer_type":"customer","currency":"INR", "amount":100, "metadata":null }'))
    assert again["id"] == first["id"] and again.headers["Idempotent-Replayed"] == "true"


def test_another_body_or_another_path_under_the_same_key_is_refused(server, client):
    first = client.post("/v1/payins", PAYIN, Idempotency_Key="k")
    before = server.position()
    for path, body in [("/v1/payins", {**PAYIN, "amount": 101}), ("/v1/payins", {**PAYIN, "description": "x"}),
                       ("/v1/virtual_accounts", {}), (f"/v1/payins/{first['id']}/cancel", {})]:
        answer = client.post(path, body, Idempotency_Key="k")
        assert (answer.status, answer.token) == (422, "idempotency_key_reused"), path
    assert server.position() == before


@pytest.mark.parametrize("key, token", [
    *((key, "idempotency_key_malformed") for key in ("", '""', "a b", "x" * 256, "é", 'a"b')),
    *((key, "ok") for key in ("x", "x" * 255, "6f1c6a4e-5d1b-4c9e-9d8e-0d5a4d9f1b1a")),
])
def test_a_key_has_a_form(client, key, token):
    assert client.post("/v1/payins", PAYIN, Idempotency_Key=key).token == token


def test_what_sends_money_out_needs_a_key(server, client):
    needs = {(method, path) for path, operations in OPENAPI["paths"].items() for method, operation in operations.items()
             for parameter in operation["parameters"] if parameter["name"] == "Idempotency-Key" and parameter["required"]}
    assert needs == {("post", "/v1/payouts"), ("post", "/v1/payout_schedules"), ("post", "/v1/refunds"),
                     ("post", "/v1/admin/clients/{id}/fundings")}
    for path in ("/v1/payouts", "/v1/payout_schedules"):
        assert client.post(path, client.payout_body()).token == "idempotency_key_missing"
    assert client.post("/v1/refunds", {"payin": client.payin()["id"]}).token == "idempotency_key_missing"
    assert server.post(f"/v1/admin/clients/{client.id}/fundings", server.keys[0], {}).token == "idempotency_key_missing"


def test_a_refused_call_does_not_use_its_key_up(client):
    body = client.payout_body()
    assert client.post("/v1/payouts", body, Idempotency_Key="k").token == "insufficient_balance"
    client.fund()
    assert client.post("/v1/payouts", body, Idempotency_Key="k").status == 201


def test_modes_and_callers_have_keys_of_their_own(server, client):
    live = server.issue(client.id, "live")["secret"]
    ids = {caller.post("/v1/payins", PAYIN, Idempotency_Key="same", **more)["id"]
           for caller, more in [(client, {}), (client, {"key": live}), (server.client(), {})]}
    assert len(ids) == 3
    measure = {"ground": "harmful_use", "clause": "P8.1", "evidence": "Case 1", "critical": True}
    for key, kind in zip(server.keys, ("restrict", "suspend")):
        assert server.post(f"/v1/admin/clients/{client.id}/measures", key, {**measure, "kind": kind},
                           Idempotency_Key="same").status == 201


def test_a_beneficiary_of_the_same_tuple_is_the_same_one_without_any_key(client):
    first = client.beneficiary()
    again = client.beneficiary()
    assert (first.status, again.status, again["id"]) == (201, 200, first["id"])
    assert client.beneficiary(name="Another Name")["id"] != first["id"]
    assert client.beneficiary(kind="partner")["id"] != first["id"]


def test_a_key_that_found_a_beneficiary_is_kept(tmp_path):
    server = Server(tmp_path)
    client = server.client()
    created = client.beneficiary(Idempotency_Key="first")
    found = client.beneficiary(Idempotency_Key="k")
    assert (found.status, found["id"]) == (200, created["id"])
    for end in (server.kill, server.stop):
        before = server.position()
        again = client.beneficiary(Idempotency_Key="k")
        assert (again.status, again.body, again.headers["Idempotent-Replayed"]) == (200, found.body, "true")
        assert client.beneficiary(name="Another Name", Idempotency_Key="k").token == "idempotency_key_reused"
        assert client.post("/v1/payins", PAYIN, Idempotency_Key="k").token == "idempotency_key_reused"
        assert client.beneficiary(Idempotency_Key="first").status == 201, "the first answer is the first one"
        assert server.position() == before
        end()
        server.start()
    server.stop()


def test_a_key_outlives_a_restart_and_a_kill(tmp_path):
    server = Server(tmp_path)
    client = server.client()
    client.fund()
    body = client.payout_body()
    first = client.post("/v1/payouts", body, Idempotency_Key="k")
    for end in (server.kill, server.stop):
        end()
        server.start()
        again = client.post("/v1/payouts", body, Idempotency_Key="k")
        assert (again.body, again.headers["Idempotent-Replayed"]) == (first.body, "true")
    server.stop()
