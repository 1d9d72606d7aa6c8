"""Third parties for which a client sends money: approved by two people, with keys, limits and reports of their own."""
from datetime import datetime, timedelta, timezone

import pytest

from conftest import Server

FORM = {"Content_Type": "application/x-www-form-urlencoded"}
ALL_THAT_IT_MAY = {"read_payouts", "write_payouts", "read_beneficiaries", "write_beneficiaries"}


@pytest.fixture
def own(server):
    client = server.client()
    client.fund(10_000_000)
    return client


def test_two_people_approve_it_with_the_approval_on_file(server, own):
    asha, bina = server.keys[:2]
    missing = server.propose_sublicence(own.id, approval="doc_00000000000000000000000000")
    assert (missing.token, missing["field"]) == ("not_found", "approval")
    empty = server.propose_sublicence(own.id, payout_limits=[{"window": "day"}])
    assert (empty.token, empty["field"]) == ("field_missing", "payout_limits[0].amount")
    proposed = server.propose_sublicence(own.id)
    path = f"/v1/admin/sublicences/{proposed['id']}"
    assert own.get(f"/v1/sublicences/{proposed['id']}").token == "not_found", "it is the operator's until it is approved"
    assert server.issue(own.id, sublicence=proposed["id"]).token == "sublicence_ended", "it has not begun"
    assert server.post(path + "/approve", asha).token == "four_eyes_required"
    approved = server.post(path + "/approve", bina)
    assert (approved["status"], approved["approval"]["kind"], len(approved["approval"]["hash"])) == ("active", "authority", 64)
    assert own.get("/v1/sublicences")["data"][0]["id"] == proposed["id"]
    rejected = server.propose_sublicence(own.id)["id"]
    assert server.post(f"/v1/admin/sublicences/{rejected}/reject", bina)["status"] == "rejected"
    assert server.post(f"/v1/admin/sublicences/{rejected}/approve", bina).token == "state_conflict"


def test_its_keys_send_money_and_do_nothing_else(server, own):
    third = server.sublicence(own.id)
    issued = server.issue(own.id, sublicence=third.id)
    assert set(issued["scopes"]) == ALL_THAT_IT_MAY and issued["sublicence"] == third.id
    refused = server.issue(own.id, sublicence=third.id, scopes=["read_balances"])
    assert (refused.token, refused["field"]) == ("field_out_of_range", "scopes")
    assert server.issue(server.client().id, sublicence=third.id).token == "not_found", "it is not that client's"
    for path in ("/v1/balances", "/v1/payins", "/v1/events", "/v1/tickets", "/v1/notices", "/v1/agreement_changes", "/v1/limits",
                 "/v1/incidents", "/v1/requests"):
        assert third.get(path).token == "scope_missing", path
    assert third.post("/v1/tickets", {"subject": "s", "text": "t"}).token == "scope_missing"
    live = server.issue(own.id, mode="live", sublicence=third.id)["secret"]
    assert third.post(f"/v1/sublicences/{third.id}/end", key=live).token == "scope_missing"
    assert own.post(f"/v1/sublicences/{third.id}/end").token == "mode_mismatch", "a test key ends nothing that sends live money"
    assert third.payout().status == 201


def test_it_sees_its_own_and_its_client_sees_all(server, own):
    third, fourth = server.sublicence(own.id), server.sublicence(own.id)
    theirs, others, clients = (each.payout(reference_id="run-1") for each in (third, fourth, own))
    assert [answer.status for answer in (theirs, others, clients)] == [201, 201, 201], "each has references of its own"
    assert (theirs["sublicence"], clients["sublicence"]) == (third.id, None)
    assert len({answer["beneficiary"] for answer in (theirs, others, clients)}) == 3, "nobody learns whom somebody else pays"
    assert [each["id"] for each in third.get("/v1/payouts")["data"]] == [theirs["id"]]
    assert [each["id"] for each in third.get("/v1/beneficiaries")["data"]] == [theirs["beneficiary"]]
    assert {each["id"] for each in own.get("/v1/payouts")["data"]} == {theirs["id"], others["id"], clients["id"]}
    assert [each["id"] for each in own.get(f"/v1/payouts?sublicence={fourth.id}")["data"]] == [others["id"]]
    for foreign in (others, clients):
        assert third.get(f"/v1/payouts/{foreign['id']}").token == "not_found"
        assert third.post(f"/v1/payouts/{foreign['id']}/cancel").token == "not_found"
        body = {"beneficiary": foreign["beneficiary"], "amount": 100, "currency": "INR", "purpose": "vendor"}
        assert third.post("/v1/payouts", body, Idempotency_Key="foreign").token == "not_found"
        assert third.get(f"/v1/beneficiaries/{foreign['beneficiary']}").token == "not_found"
    assert own.get(f"/v1/payouts/{theirs['id']}").status == 200
    body = {"beneficiary": theirs["beneficiary"], "amount": 10_000, "currency": "INR", "purpose": "vendor"}
    assert own.post("/v1/payouts", body, Idempotency_Key="to-theirs").token == "not_found", "whoever made it pays it"
    assert own.post("/v1/policy/evaluate", {"payout": body})["outcome"] == "not_found", "as the deed would be told"
    assert third.get(f"/v1/sublicences/{fourth.id}").token == "not_found"
    assert [each["id"] for each in third.get("/v1/sublicences")["data"]] == [third.id]


def test_idempotency_keys_of_client_and_sublicence_never_meet(server, own):
    third = server.sublicence(own.id)
    first, second = own.payout(key="the-same"), third.payout(key="the-same")
    assert first["id"] != second["id"] and second["sublicence"] == third.id
    assert third.payout(key="the-same")["id"] == second["id"]


def test_its_payouts_keep_to_both_limits_and_are_reported(server, own):
    server.agree(own.id, payout_limits=[{"window": "day", "amount": 100_000}])
    third = server.sublicence(own.id, payout_limits=[{"window": "day", "count": 2}])
    too_much = third.payout(amount=100_001)
    assert too_much.token == "payout_limit_exceeded" and too_much["detail"].startswith("A limit of the client's agreement")
    assert [third.payout(amount=10_000).status for _ in range(2)] == [201, 201]
    too_many = third.payout(amount=10_000)
    assert too_many.token == "payout_limit_exceeded" and too_many["detail"].startswith("The sublicence allows 2 a day")
    assert own.payout(amount=80_000).status == 201
    assert own.payout(amount=100).token == "payout_limit_exceeded", "both use up the agreement"
    seen = third.get(f"/v1/sublicences/{third.id}/usage")
    assert [(each["limit"]["window"], each["used_count"], each["used_amount"]) for each in seen["sent"]] == [
        ("day", 2, 20_000), ("month", 2, 20_000)]
    assert [(each["limit"]["count"], each["used_count"]) for each in seen["payout_limits"]] == [(2, 2)]
    assert server.get(f"/v1/sublicences/{third.id}/usage?mode=test", server.keys[0])["sent"] == seen["sent"]


@pytest.mark.parametrize("by_client", (True, False))
def test_when_it_ends_its_keys_are_refused_at_once(server, own, by_client):
    third = server.sublicence(own.id)
    sent = third.payout()
    waits = third.payout(scheduled_at=(datetime.now(timezone.utc) + timedelta(hours=1)).isoformat())
    token = server.call("POST", "/oauth/token", third.key, b"grant_type=client_credentials", **FORM)["access_token"]
    live = server.issue(own.id, mode="live")["secret"]
    ended = own.post(f"/v1/sublicences/{third.id}/end", key=live) if by_client else server.post(
        f"/v1/admin/sublicences/{third.id}/end", server.keys[0])
    assert (ended["status"], ended["ended_at"] is None) == ("ended", False)
    refused = third.get("/v1/payouts")
    assert (refused.status, refused.token, refused["clause"], refused["retry"]) == (403, "sublicence_ended", "P3.4", "never")
    again = {"beneficiary": sent["beneficiary"], "amount": 100, "currency": "INR", "purpose": "vendor"}
    assert third.post("/v1/payouts", again, Idempotency_Key="after-the-end").token == "sublicence_ended"
    assert third.get("/v1/payouts", key=token).token == "sublicence_ended"
    asked = f"token={token}".encode()
    assert server.call("POST", "/oauth/introspect", own.key, asked, **FORM).json == {"active": False}
    assert own.until(f"/v1/payouts/{sent['id']}", lambda payout: payout["status"] == "processed"), "what was sent goes on"
    own.move_clock(hours=2)
    failed = own.until(f"/v1/payouts/{waits['id']}", lambda payout: payout["status"] == "failed")
    assert failed["reason"] == "sublicence_ended"
    assert own.post(f"/v1/sublicences/{third.id}/end", key=live).token == "state_conflict"
    assert server.post("/v1/credentials/report_compromise", third.key, {}).status == 201, "a key in wrong hands, all the same"
    assert "sublicence.ended" in [event["type"] for event in own.get("/v1/events?limit=100", key=live)["data"]]


def test_tokens_of_either_side_are_nothing_to_the_other(server, own):
    third, fourth = server.sublicence(own.id), server.sublicence(own.id)
    token = server.call("POST", "/oauth/token", third.key, b"grant_type=client_credentials", **FORM)["access_token"]
    assert third.get("/v1/payouts", key=token).status == 200 and third.get("/v1/balances", key=token).token == "scope_missing"
    asked = f"token={token}".encode()
    seen = [server.call("POST", "/oauth/introspect", key, asked, **FORM)["active"] for key in (third.key, fourth.key, own.key)]
    assert seen == [True, False, True]


def test_it_goes_with_its_client(server, own):
    third = server.sublicence(own.id)
    server.measure(own.id, "terminate")
    assert third.get("/v1/payouts").token == "client_terminated"


def test_it_is_known_after_a_restart(tmp_path):
    server = Server(tmp_path)
    client = server.client()
    client.fund()
    third, over = server.sublicence(client.id), server.sublicence(client.id)
    sent = third.payout()
    assert server.post(f"/v1/admin/sublicences/{over.id}/end", server.keys[0])["status"] == "ended"
    server.stop()
    server.start()
    assert [each["id"] for each in third.get("/v1/payouts")["data"]] == [sent["id"]]
    assert third.get("/v1/balances").token == "scope_missing"
    assert over.get("/v1/payouts").token == "sublicence_ended"
    server.stop()
