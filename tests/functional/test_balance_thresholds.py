"""Thresholds of the payout balance: told when it falls through them, and when it is enough again; also after a restart."""


def threshold_at(client, made, status):
    return client.until("/v1/balance_thresholds/" + made["id"], lambda object: object["status"] == status)


def test_a_balance_that_falls_and_rises_is_told_each_time(client):
    client.fund(100_000)
    made = client.post("/v1/balance_thresholds", {"amount": 60_000, "currency": "INR"})
    assert (made.status, made["status"], made["available"]) == (201, "above", 100_000)
    client.payout(amount=50_000)
    assert threshold_at(client, made, "below")["available"] == 100_000 - 50_354
    client.fund(100_000)
    threshold_at(client, made, "above")
    types = [event["type"] for event in client.get("/v1/events?type=balance_threshold.*&order=asc")["data"]]
    assert types == ["balance_threshold.set", "balance_threshold.crossed", "balance_threshold.restored"]
    assert client.post(f"/v1/balance_thresholds/{made['id']}/remove")["status"] == "removed"
    assert client.post(f"/v1/balance_thresholds/{made['id']}/remove").token == "state_conflict"


def test_one_that_is_set_above_the_balance_is_below_from_the_beginning(client):
    assert client.post("/v1/balance_thresholds", {"amount": 1, "currency": "INR"})["status"] == "below"
    refused = client.post("/v1/balance_thresholds", {"amount": 0, "currency": "INR"})
    assert (refused.token, refused["field"]) == ("amount_not_positive", "amount")
