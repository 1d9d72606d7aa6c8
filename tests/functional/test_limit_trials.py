"""Limits on trial over the past: what they would have refused, by the functions that decide."""
from datetime import datetime, timedelta, timezone

import pytest

WIDE = {"quota": 600_000, "window_s": 60, "burst": 100_000}


def moment(**ago):
    return (datetime.now(timezone.utc) - timedelta(**ago)).isoformat()


def on_trial(server, client, key=0, **limits):
    body = {"mode": "test", "from": moment(hours=1), "to": moment(hours=-1), **limits}
    return server.post(f"/v1/admin/clients/{client}/limit_trials", server.keys[key], body)


def test_payouts_of_the_past_are_held_to_limits_that_were_not_there(server):
    own = server.client()
    own.fund(10_000_000)
    paid = [own.payout(amount=amount)["id"] for amount in (40_000, 50_000, 20_000, 10_000)]
    cancelled = own.payout(amount=60_000, scheduled_at=moment(hours=-2))["id"]
    assert own.post(f"/v1/payouts/{cancelled}/cancel")["status"] == "cancelled"
    limits = [{"window": "day", "amount": 100_000}, {"window": "transaction", "amount": 45_000, "shadow": True}]
    tried = on_trial(server, own.id, payout_limits=limits)["payouts"]
    assert (tried["payouts"], tried["amount"], tried["refused"], tried["refused_amount"]) == (5, 180_000, 2, 110_000)
    assert [(each["refused"], each["first_at"] is None) for each in tried["limits"]] == [(1, False), (2, False)]
    alone = on_trial(server, own.id, payout_limits=limits[:1])["payouts"]
    assert (alone["refused"], alone["refused_amount"]) == (2, 80_000), "20,000 and what was cancelled in the end"
    accepted = own.payout(amount=90_000)
    assert accepted.status == 201, "nothing came of the trial"
    assert own.get(f"/v1/payouts/{paid[0]}").status == 200


def test_only_the_stretch_is_looked_at(server):
    own = server.client()
    own.fund(10_000_000)
    before = own.payout(amount=40_000)
    began = datetime.fromisoformat(before["created_at"]) + timedelta(milliseconds=1)
    while datetime.fromisoformat(own.payout(amount=30_000)["created_at"]) < began:
        pass
    body = {"payout_limits": [{"window": "day", "count": 1}], "from": began.isoformat()}
    seen = on_trial(server, own.id, **body)["payouts"]
    everything = on_trial(server, own.id, payout_limits=body["payout_limits"])["payouts"]
    assert everything["payouts"] > seen["payouts"] >= 1 and everything["refused"] == everything["payouts"] - 1
    assert on_trial(server, own.id, payout_limits=body["payout_limits"], to=moment(minutes=59))["payouts"]["payouts"] == 0


def test_calls_of_the_past_are_held_to_a_plan(server):
    own = server.client()
    for _ in range(12):
        last = own.get("/v1/payins")
    own.get("/v1/payouts/payout_00000000000000000000000000")
    assert own.get("/v1/limits", key=server.issue(own.id, scopes=["read_payins"])["secret"]).token == "scope_missing"
    assert server.get(f"/v1/payins?client={own.id}", server.keys[0]).status == 200, "a person's call, which no plan limits"
    server.logged(last)
    plan = {"total": {"quota": 10, "window_s": 86_400, "burst": 10}, "rates": [{"route_class": "reserved", "rate": WIDE}],
            "concurrent_calls": 10}
    calls = on_trial(server, own.id, allowance=plan)["calls"]
    while calls["calls"] < 13:
        calls = on_trial(server, own.id, allowance=plan)["calls"]
    assert (calls["calls"], calls["refused"]) == (13, 2), "what came without the scope never came so far"
    assert [(each["name"], each["refused"]) for each in calls["limits"]] == [("total", 2)]
    shadow = {**plan, "total": {**plan["total"], "shadow": True}}
    tried_out = on_trial(server, own.id, allowance=shadow)["calls"]
    assert (tried_out["refused"], tried_out["limits"][0]["refused"]) == (0, 2)


@pytest.mark.parametrize("body, field", [({}, "payout_limits"),
                                         ({"payout_limits": [{"window": "day"}]}, "payout_limits[0].amount"),
                                         ({"payout_limits": [], "to": "2020-01-01T00:00:00Z"}, "to"),
                                         ({"allowance": {"total": WIDE, "rates": [], "concurrent_calls": 1}}, "rates")])
def test_what_makes_no_sense_is_refused(server, shared, body, field):
    refused = on_trial(server, shared.id, **body)
    assert (refused.status, refused["field"]) == (422, field)


def test_it_is_for_those_who_propose_limits(server, shared):
    assert on_trial(server, "client_00000000000000000000000000", payout_limits=[]).token == "not_found"
    path = f"/v1/admin/clients/{shared.id}/limit_trials"
    assert shared.post(path, {"from": moment(hours=1), "to": moment(), "payout_limits": []}).token == "scope_missing"
