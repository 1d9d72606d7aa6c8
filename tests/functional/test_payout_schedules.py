"""Payout schedules by HTTP: a rhythm, a clock that is moved, and what comes of it."""
from datetime import datetime, timedelta, timezone

import pytest

from conftest import fresh_names

INDIA = timezone(timedelta(hours=5, minutes=30))
COST = 354  # fee and tax of a payout


def today(client):
    return datetime.fromisoformat(client.get("/v1/sandbox/clock")["now"]).astimezone(INDIA).date()


def daily(client, **more):
    return {"every": "day", "at": "10:00", "starts_on": str(today(client) + timedelta(days=1)), **more}


def schedule(client, rhythm=None, amount=10_000, **more):
    body = {**client.payout_body(amount=amount), "rhythm": rhythm or daily(client), **more}
    return client.post("/v1/payout_schedules", body, Idempotency_Key="schedule-" + next(fresh_names))


def payouts_of(client, made):
    return [payout for payout in client.get("/v1/payouts?limit=100")["data"] if payout["schedule"] == made["id"]]


def test_runs_come_with_the_clock_each_at_its_own_time(client):
    client.fund()
    made = schedule(client, daily(client, interval=2, runs=3), reference_id="rent")
    assert (made.status, made["status"], len(made["upcoming"])) == (201, "active", 3)
    assert made["next_run_at"] == made["upcoming"][0]
    client.move_clock(days=30)
    over = client.until("/v1/payout_schedules/" + made["id"], lambda object: object["status"] == "completed")
    assert (over["runs_made"], over["reason"], over["next_run_at"]) == (3, "all_runs_made", None)
    paid = payouts_of(client, made)
    assert sorted(payout["created_at"] for payout in paid) == made["upcoming"]
    assert over["last_payout"] == max(paid, key=lambda payout: payout["created_at"])["id"]
    for payout in paid:
        client.until("/v1/payouts/" + payout["id"], lambda object: object["status"] == "processed")
    assert client.get("/v1/balances")["payout"]["available"] == 1_000_000 - 3 * (10_000 + COST)


def test_what_the_balance_does_not_cover_is_refused_and_told(client):
    made = schedule(client)
    client.move_clock(days=2)
    told = client.until("/v1/payout_schedules/" + made["id"], lambda object: object["runs_refused"] > 0)
    assert (told["last_refusal"], told["status"], payouts_of(client, made)) == ("insufficient_balance", "active", [])
    types = [event["type"] for event in client.get("/v1/events?type=payout_schedule.*&order=asc")["data"]]
    assert types[:2] == ["payout_schedule.created", "payout_schedule.refused"]


def test_it_is_paused_resumed_and_cancelled(client):
    client.fund()
    made = schedule(client)
    path = "/v1/payout_schedules/" + made["id"]
    paused = client.post(path + "/pause")
    assert (paused["status"], paused["next_run_at"], paused["upcoming"]) == ("paused", None, [])
    assert client.post(path + "/pause").token == "state_conflict"
    client.move_clock(days=3)
    resumed = client.post(path + "/resume")
    now = client.get("/v1/sandbox/clock")["now"]
    assert resumed["next_run_at"] > now and payouts_of(client, made) == [], "what was missed is not made up for"
    assert client.post(path + "/cancel")["status"] == "cancelled"
    assert client.post(path + "/resume").token == "state_conflict"


def test_a_schedule_is_made_once_for_its_key_and_its_reference(client):
    body = {**client.payout_body(), "rhythm": daily(client), "reference_id": "rent-1"}
    first, again = (client.post("/v1/payout_schedules", body, Idempotency_Key="rent") for _ in range(2))
    assert first["id"] == again["id"]
    other = client.post("/v1/payout_schedules", body, Idempotency_Key="other")
    assert (other.token, other["field"]) == ("reference_id_reused", "reference_id")


@pytest.mark.parametrize("rhythm, token, field", [
    ({"every": "week"}, "field_missing", "rhythm.weekday"),
    ({"every": "month"}, "field_missing", "rhythm.month_day"),
    ({"weekday": "monday"}, "field_unknown", "rhythm.weekday"),
    ({"interval": 0}, "field_out_of_range", "rhythm.interval"),
    ({"at": "25:00"}, "field_malformed", "rhythm.at"),
    ({"starts_on": "2026-02-30"}, "field_malformed", "rhythm.starts_on"),
    ({"starts_on": "2020-01-01"}, "time_not_in_future", "rhythm.starts_on"),
    ({"starts_on": "2099-01-01"}, "time_too_far", "rhythm.starts_on"),
    ({"on_holiday": "day_before"}, "field_out_of_range", "rhythm.on_holiday"),
    ({"ends_on": "2020-01-01"}, "field_out_of_range", "rhythm.ends_on"),
    ({"runs": 70_000}, "field_out_of_range", "rhythm.runs"),
])
def test_a_rhythm_that_does_not_fit_together_says_where(shared, rhythm, token, field):
    refused = schedule(shared, daily(shared, **rhythm))
    assert (refused.token, refused["field"]) == (token, field), refused.body
