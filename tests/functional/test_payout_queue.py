"""Payouts that wait for balance, are sent again, or go by another rail, by HTTP as a client sees it."""
from datetime import datetime, timedelta

import pytest

COST = 354  # fee and tax of a payout


def status_of(client, payout):
    return client.get("/v1/payouts/" + payout["id"])["status"]


def until_processed(client, payout):
    return client.until("/v1/payouts/" + payout["id"], lambda object: object["status"] == "processed")


def history(client, payout):
    events = client.get("/v1/events?type=payout.*&order=asc&limit=100")["data"]
    return [event["type"] for event in events if event["data"]["object"]["id"] == payout["id"]]


def waiting(client, amount, **more):
    made = client.payout(amount=amount - COST, queue_if_low_balance=True, **more)
    assert made.status == 201, made.body
    return made


def test_the_queue_goes_by_priority_and_nobody_overtakes(client):
    large, small = waiting(client, 50_000), waiting(client, 1_000)
    urgent = waiting(client, 10_000, priority="high")
    assert [payout["status"] for payout in (large, small, urgent)] == ["queued"] * 3
    assert urgent["priority"] == "high" and small["priority"] == "normal"
    client.fund(59_000)
    until_processed(client, urgent)
    assert status_of(client, large) == status_of(client, small) == "queued"
    late = waiting(client, 1_000)
    assert (late["status"], late["reason"]) == ("queued", "low_balance"), "49,000 are there, and others wait for them"
    assert client.post(f"/v1/payouts/{large['id']}/cancel")["status"] == "cancelled"
    for payout in (small, late):
        until_processed(client, payout)


def later(client, **by):
    return (datetime.fromisoformat(client.get("/v1/sandbox/clock")["now"]) + timedelta(**by)).isoformat()


def test_a_payout_waits_for_as_long_as_its_order_says(client):
    brief = waiting(client, 10_000, queue_expires_at=later(client, hours=2))
    patient = waiting(client, 10_000)
    client.move_clock(hours=3)
    ended = client.until("/v1/payouts/" + brief["id"], lambda object: object["status"] == "failed")
    assert (ended["reason"], ended["fee"], ended["tax"]) == ("queue_expired", 0, 0)
    assert status_of(client, patient) == "queued"


@pytest.mark.parametrize("more, token, field", [
    ({"queue_if_low_balance": True, "queue_expires_at": "2020-01-01T00:00:00Z"}, "time_not_in_future", "queue_expires_at"),
    ({"queue_if_low_balance": True, "queue_expires_at": "2037-01-01T00:00:00Z"}, "time_too_far", "queue_expires_at"),
    ({"queue_expires_at": "2037-01-01T00:00:00Z"}, "field_unknown", "queue_expires_at"),
    ({"priority": "urgent"}, "field_malformed", "priority"),
    ({"fallback_rails": ["neft", "neft"]}, "field_repeated", "fallback_rails[1]"),
    ({"rail": "imps", "fallback_rails": ["imps"]}, "field_repeated", "fallback_rails[0]"),
    ({"fallback_rails": ["upi"]}, "rail_destination_mismatch", "fallback_rails[0]"),
    ({"fallback_rails": ["rtgs"]}, "amount_below_minimum", "amount"),
    ({"fallback_rails": ["swift"]}, "field_malformed", "fallback_rails[0]"),
])
def test_an_order_that_does_not_fit_together_says_where(shared, more, token, field):
    refused = shared.payout(amount=1_000, **more)
    assert (refused.token, refused["field"]) == (token, field)


def test_what_one_rail_refuses_goes_by_the_next(client):
    client.fund()
    payout = client.payout("000000000016", rail="imps", fallback_rails=["neft"])
    paid = until_processed(client, payout)
    assert paid["rail"] == "neft" and paid["fallback_rails"] == []
    assert paid["tried_rails"] == [{"rail": "imps", "reason": "imps_not_allowed"}]
    assert history(client, payout) == ["payout.initiated", "payout.redispatched", "payout.processed"]
    assert client.get("/v1/balances")["payout"]["available"] == 1_000_000 - 10_000 - COST, "paid once"


def test_what_never_came_is_sent_again(client):
    client.fund()
    once, never = client.payout("000000000025"), client.payout("000000000023")
    client.move_clock(minutes=30)
    until_processed(client, once)
    lost = client.until("/v1/payouts/" + never["id"], lambda object: object["status"] == "failed")
    assert lost["reason"] == "dispatch_not_received"
    assert history(client, once).count("payout.redispatched") == 1
    assert history(client, never).count("payout.redispatched") == 2
    assert client.get("/v1/balances")["payout"]["available"] == 1_000_000 - 10_000 - COST
