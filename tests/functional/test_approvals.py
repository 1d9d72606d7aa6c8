"""Payouts that somebody else has to approve: by rules of the client's own, with keys that have roles."""
import threading

import pytest

from conftest import APPROVALS


def rule(*roles, **more):
    """One step for each role."""
    steps = [{"match": "all", "needs": [{"role": role, "approvals": 1}]} for role in roles]
    return {"purposes": [], "steps": steps, **more}


@pytest.fixture
def own(server):
    client = server.client()
    client.fund(10_000_000)
    return client


def decide(client, payout, verb, key, **body):
    return client.post(f"/v1/payouts/{payout['id']}/{verb}", body, key=key)


def test_a_workflow_is_proposed_with_one_key_and_decided_with_another(server, own):
    first, second = own.approver(), own.approver()
    assert own.post("/v1/approval_workflows", {"rules": []}).token == "scope_missing", "a usual key does not change who approves"
    proposed = own.post("/v1/approval_workflows", {"rules": [rule("finance")]}, key=first)
    path = f"/v1/approval_workflows/{proposed['id']}"
    assert proposed["status"] == "proposed" and own.payout().json["status"] == "processing", "it is not in force yet"
    assert own.post(path + "/approve", key=first).token == "four_eyes_required"
    assert own.post(path + "/approve", key=second)["status"] == "active"
    assert own.post(path + "/reject", key=second).token == "state_conflict"
    assert own.payout()["status"] == "pending_approval"
    assert server.get(f"/v1/admin/clients/{own.id}", server.keys[0])["test_workflow"] == proposed["id"]
    nobody = own.workflow()
    assert own.get(path)["status"] == "replaced" and own.get(f"/v1/approval_workflows/{nobody['id']}")["status"] == "active"
    assert own.payout()["status"] == "processing"


@pytest.mark.parametrize("changed, token, field", [
    ({"min_amount": 0}, "field_out_of_range", "rules[0].min_amount"),
    ({"min_amount": 5, "max_amount": 4}, "field_out_of_range", "rules[0].max_amount"),
    ({"beneficiary_days": 0}, "field_out_of_range", "rules[0].beneficiary_days"),
    ({"purposes": ["salary", "salary"]}, "field_repeated", "rules[0].purposes[0]"),
    ({"purposes": ["gambling"]}, "field_malformed", "rules[0].purposes[0]"),
    ({"steps": [{"match": "all", "needs": []}]}, "field_out_of_range", "rules[0].steps[0].needs"),
    ({"steps": [{"match": "all", "needs": [{"role": "Finance", "approvals": 1}]}]}, "field_malformed",
     "rules[0].steps[0].needs[0].role"),
    ({"steps": [{"match": "all", "needs": [{"role": "finance", "approvals": 6}]}]}, "field_out_of_range",
     "rules[0].steps[0].needs[0].approvals"),
])
def test_rules_that_cannot_be_meant_are_refused_with_their_place(own, changed, token, field):
    refused = own.post("/v1/approval_workflows", {"rules": [{**rule("finance"), **changed}]}, key=own.approver())
    assert (refused.token, refused["field"]) == (token, field), refused.body


def test_roles_stand_on_keys_that_may_approve(server, own):
    refused = server.issue(own.id, approver_roles=["finance"])
    assert (refused.token, refused["field"]) == ("field_missing", "scopes"), "usual keys do not approve"
    assert server.issue(own.id, scopes=APPROVALS, approver_roles=["a"] * 2).token == "field_repeated"
    assert server.issue(own.id, scopes=APPROVALS, approver_roles=list("abcdef")).token == "field_out_of_range"
    assert server.issue(own.id, scopes=APPROVALS, approver_roles=["finance"])["approver_roles"] == ["finance"]


def test_a_payout_goes_with_its_last_approval_and_shows_who_gave_them(own):
    own.workflow(rule("finance", "owner", min_amount=100_000))
    finance, owner = own.approver("finance"), own.approver("owner")
    assert own.payout(amount=99_999)["status"] == "processing", "no rule is about it"
    held = own.get("/v1/balances")["payout"]["available"]
    waits = own.payout(amount=100_000)
    assert (waits["status"], waits["reason"], waits["approval"]["step"]) == ("pending_approval", "approval_pending", 1)
    assert own.get("/v1/balances")["payout"]["available"] == held, "nothing is reserved while it waits"
    refused = decide(own, waits, "approve", owner)
    assert refused.token == "approver_role_missing" and "finance" in refused["detail"]
    assert decide(own, waits, "approve", own.key).token == "scope_missing"
    given = decide(own, waits, "approve", finance, remarks="As ordered")
    assert (given["status"], given["approval"]["step"]) == ("pending_approval", 2)
    assert decide(own, waits, "approve", finance).token == "four_eyes_required"
    sent = decide(own, waits, "approve", owner)
    assert sent["status"] == "processing" and len(sent["approval"]["decisions"]) == 2
    own.until(f"/v1/payouts/{waits['id']}", lambda payout: payout["status"] == "processed")
    events = {event["type"] for event in own.get("/v1/events?limit=100")["data"]}
    assert {"payout.approval_requested", "payout.approval_given", "payout.initiated", "approval_workflow.activated"} <= events


def test_the_maker_is_never_a_checker(own):
    own.workflow(rule("finance"))
    both, other = own.approver("finance"), own.approver("finance")
    made = own.post("/v1/payouts", own.payout_body(), key=both, Idempotency_Key="by-both")
    for verb in ("approve", "reject"):
        assert decide(own, made, verb, both, remarks="mine").token == "four_eyes_required"
    assert decide(own, made, "approve", other)["status"] == "processing"


def bulk(client, verb, payouts, key, **body):
    return client.post("/v1/payouts/" + verb, {"payouts": [payout["id"] for payout in payouts], **body}, key=key)


def test_many_are_decided_with_one_call_and_each_by_itself(server, own):
    own.workflow(rule("finance"))
    finance = own.approver("finance")
    good, other, cancelled, mine = own.payout(), own.payout(), own.payout(), own.payout(amount=99_999_900)
    own.post(f"/v1/payouts/{cancelled['id']}/cancel")
    strange = server.client()
    strange.fund()
    theirs = strange.payout()
    told = bulk(own, "approve", [good, cancelled, other, theirs, mine], finance, remarks="As ordered")
    assert (told.status, told["decided"], told["refused"]) == (200, 2, 3), told.body
    outcomes = ["ok", "state_conflict", "ok", "not_found", "insufficient_balance"]
    assert [result["outcome"] for result in told["results"]] == outcomes
    assert [result["payout"] for result in told["results"]] == [each["id"] for each in (good, cancelled, other, theirs, mine)]
    assert [result["status"] for result in told["results"]] == ["processing", None, "processing", None, None]
    assert own.get(f"/v1/payouts/{mine['id']}")["status"] == "pending_approval", "it waits as before"
    again = bulk(own, "approve", [good], finance)
    assert again["results"][0]["outcome"] == "four_eyes_required"
    rejected = bulk(own, "reject", [mine], finance, remarks="Too much")
    assert rejected["results"][0]["status"] == "rejected"


@pytest.mark.parametrize("body, token, field", [
    ({"payouts": []}, "field_out_of_range", "payouts"),
    ({"payouts": ["payout_" + "0" * 26] * 2}, "field_repeated", "payouts[1]"),
    ({"payouts": [f"payout_{n:026}" for n in range(101)]}, "field_out_of_range", "payouts"),
    ({"payouts": ["payin_" + "0" * 26]}, "field_malformed", "payouts[0]"),
    ({}, "field_missing", "payouts"),
])
def test_what_is_asked_of_many_is_checked_as_a_whole(own, body, token, field):
    refused = own.post("/v1/payouts/approve", body, key=own.approver("finance"))
    assert (refused.token, refused["field"]) == (token, field), refused.body
    assert own.post("/v1/payouts/approve", body).token == "scope_missing"


def test_a_rejection_ends_it_and_its_remarks_are_sealed(server, own):
    own.workflow(rule("finance"))
    finance = own.approver("finance")
    waits = own.payout()
    assert decide(own, waits, "reject", finance).token == "field_missing", "a rejection says why"
    rejected = decide(own, waits, "reject", finance, remarks="Paid in October")
    assert (rejected["status"], rejected["reason"], rejected["fee"]) == ("rejected", "approval_rejected", 0)
    shown = rejected["approval"]["decisions"][0]
    assert shown["approved"] is False and b"October" not in rejected.body and "•" in shown["remarks"]
    clear = server.issue(own.id, scopes=["read_payouts", "read_personal"])["secret"]
    assert own.get(f"/v1/payouts/{waits['id']}", key=clear)["approval"]["decisions"][0]["remarks"] == "Paid in October"
    assert decide(own, waits, "approve", own.approver("finance")).token == "state_conflict"


def test_nobody_decides_and_the_time_is_over(own):
    own.workflow(rule("finance"))
    forgotten = own.payout()
    own.move_clock(days=31)
    gone = own.until(f"/v1/payouts/{forgotten['id']}", lambda payout: payout["status"] != "pending_approval")
    assert (gone["status"], gone["reason"]) == ("rejected", "approval_expired")


def test_what_the_balance_does_not_cover_waits_on(own):
    own.workflow(rule("finance"))
    finance = own.approver("finance")
    waits = own.payout(amount=20_000_000)
    assert decide(own, waits, "approve", finance).token == "insufficient_balance"
    assert own.get(f"/v1/payouts/{waits['id']}")["status"] == "pending_approval"
    own.fund(20_000_000)
    assert decide(own, waits, "approve", finance)["status"] == "processing"


def test_of_many_last_approvals_one_sends_it(own):
    own.workflow(rule("finance"))
    keys = [own.approver("finance") for _ in range(8)]
    waits = own.payout()
    answers = []

    def approve(key):
        connection = own.server.connect()
        answers.append(own.server.call("POST", f"/v1/payouts/{waits['id']}/approve", key, b"{}", connection=connection,
                                       Content_Type="application/json").token)

    threads = [threading.Thread(target=approve, args=[key]) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["ok"] + ["state_conflict"] * 7
    assert own.until(f"/v1/payouts/{waits['id']}", lambda payout: payout["status"] == "processed")["amount"] == 10_000


def test_approvals_go_on_while_the_client_is_throttled(server, own):
    own.workflow(rule("finance"))
    finance = own.approver("finance")
    waits = own.payout()
    narrow = {"quota": 1, "window_s": 3_600, "burst": 1}
    assert server.agree(own.id, plan=server.plan(total=narrow)).token == "ok"
    assert {own.get("/v1/payins").token for _ in range(3)} >= {"rate_exceeded"}
    assert decide(own, waits, "approve", finance)["status"] == "processing"


def test_one_clients_workflow_is_nothing_to_another(server, own):
    own.workflow(rule("finance"))
    other = server.client()
    other.fund()
    waits = own.payout()
    assert other.payout()["status"] == "processing"
    assert decide(other, waits, "approve", other.approver("finance")).token == "not_found"


def test_a_dry_run_says_who_would_have_to_approve(own):
    own.workflow(rule("finance", "owner", min_amount=10_000))
    beneficiary = own.beneficiary()["id"]

    def tried(amount):
        return own.post("/v1/policy/evaluate",
                        {"payout": {"beneficiary": beneficiary, "amount": amount, "currency": "INR", "purpose": "vendor"}})

    assert tried(9_999)["approval_steps"] == []
    assert [step["needs"][0]["role"] for step in tried(10_000)["approval_steps"]] == ["finance", "owner"]
    assert tried(20_000_000)["outcome"] == own.payout(amount=20_000_000).token == "ok", "the balance is looked at later"


def test_an_agreement_that_demands_signed_money_demands_them_of_approvals(server, own):
    own.workflow(rule("finance"))
    finance = own.approver("finance")
    waits = own.payout()
    assert server.agree(own.id, signed_money_out=True).token == "ok"
    assert decide(own, waits, "approve", finance).token == "signature_missing"
    assert decide(own, waits, "reject", finance, remarks="Not now")["status"] == "rejected"


def test_idempotency_keys_of_approvers_never_meet(own):
    own.workflow({"purposes": [], "steps": [{"match": "all", "needs": [{"role": "finance", "approvals": 2}]}]})
    first, second = own.approver("finance"), own.approver("finance")
    waits = own.payout()
    path, same = f"/v1/payouts/{waits['id']}/approve", f"approve-{waits['id']}"
    given = own.post(path, {}, key=first, Idempotency_Key=same)
    assert given["status"] == own.post(path, {}, key=first, Idempotency_Key=same)["status"] == "pending_approval"
    assert own.post(path, {}, key=second, Idempotency_Key=same)["status"] == "processing"


def test_a_key_with_two_roles_says_as_which_it_approves(own):
    needs = [{"role": role, "approvals": 1} for role in ("finance", "owner")]
    own.workflow({"purposes": [], "steps": [{"match": "all", "needs": needs}]})
    both, finance = own.approver("finance", "owner"), own.approver("finance")
    waits = own.payout()
    assert decide(own, waits, "approve", both, role="owner")["approval"]["decisions"][0]["role"] == "owner"
    assert decide(own, waits, "approve", finance)["status"] == "processing"


def test_a_sublicence_does_not_see_its_clients_rules(server, own):
    workflow = own.workflow(rule("finance"))
    third = server.sublicence(own.id)
    waits = third.payout()
    assert waits["status"] == "pending_approval"
    assert third.get(f"/v1/approval_workflows/{workflow['id']}").token == "scope_missing"
    assert decide(own, waits, "approve", own.approver("finance"))["status"] == "processing"
