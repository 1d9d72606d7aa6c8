"""Webhooks as a receiver sees them: signed, complete, in order of sequence, again when asked; and the log of calls."""
import re
import time
from urllib.parse import urlencode

import pytest

from conftest import PAYIN, ROOT, Server, fresh_names
from hooks import Receiver


@pytest.fixture
def receiver():
    with Receiver() as running:
        yield running


def subscribe(client, receiver, *types):
    return client.post("/v1/webhook_endpoints", {"url": receiver.url, **({"event_types": list(types)} if types else {})}).json


def test_a_webhook_is_signed_and_is_the_event_itself(client, receiver):
    endpoint = subscribe(client, receiver)
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", endpoint["secret"])
    payin = client.payin(description="Tea")["id"]
    hook, = receiver.of("payin.created", payin)
    assert hook.signatures(endpoint["secret"]) == [True]
    assert hook.signatures("whsec_" + "A" * 43 + "=") == [False]
    assert hook.headers["Content-Type"] == "application/json" and hook.headers["User-Agent"] == "Mohur-Webhooks/1"
    assert hook.headers["webhook-id"] == hook.event["id"]
    assert hook.event == client.get("/v1/events/" + hook.event["id"]).json
    assert hook.event["data"]["object"]["description"] != "Tea", "webhooks carry masks"
    assert "secret" not in client.get("/v1/webhook_endpoints/" + endpoint["id"]).json


def test_personal_data_is_masked_whatever_the_keys_may_read(server, client, receiver):
    subscribe(client, receiver)
    ben = client.beneficiary("9876543210", "Asha Rao", metadata={"note": "mine"})["id"]
    hook, = receiver.of("beneficiary.created", ben)
    assert b"Asha" not in hook.body and b"9876543210" not in hook.body and b"mine" not in hook.body


def test_only_the_types_that_are_wanted_are_sent(client, receiver):
    subscribe(client, receiver, "payin.cancelled")
    payin = client.payin()["id"]
    client.post(f"/v1/payins/{payin}/cancel")
    receiver.of("payin.cancelled", payin)
    assert {hook.event["type"] for hook in receiver.hooks} == {"payin.cancelled"}
    wrong = client.post("/v1/webhook_endpoints", {"url": receiver.url, "event_types": ["payin.lost"]})
    assert (wrong.token, wrong["field"]) == ("field_malformed", "event_types[0]")


def test_every_change_of_an_object_comes_with_its_sequence(client, receiver):
    client.fund()
    subscribe(client, receiver)
    payout = client.payout("000000000024")["id"]
    receiver.of("payout.updated", payout)
    client.move_clock(minutes=10)
    receiver.of("payout.reversed", payout)
    seen = sorted((hook.event["sequence"], hook.event["type"]) for hook in receiver.hooks if hook.object_id == payout)
    told = [type for _, type in seen]
    assert told == ["payout.initiated", "payout.updated", "payout.reversed"]
    assert len({sequence for sequence, _ in seen}) == 3


def test_another_clients_events_are_not_sent(server, client, receiver):
    subscribe(client, receiver)
    server.client().payin()
    mine = client.payin()["id"]
    receiver.of("payin.created", mine)
    assert {hook.event["data"]["object"].get("client", client.id) for hook in receiver.hooks} == {client.id}


def test_after_a_rotation_both_secrets_sign_and_the_new_one_is_shown_once(client, receiver):
    endpoint = subscribe(client, receiver)
    key = "rotate-" + next(fresh_names)
    rotated = client.post(f"/v1/webhook_endpoints/{endpoint['id']}/rotate_secret", Idempotency_Key=key)
    assert rotated["secret"] != endpoint["secret"] and rotated["previous_secret_expires_at"]
    assert "secret" not in client.post(f"/v1/webhook_endpoints/{endpoint['id']}/rotate_secret", Idempotency_Key=key).json
    hook, = receiver.of("payin.created", client.payin()["id"])
    assert hook.signatures(rotated["secret"]) == [True, False] and hook.signatures(endpoint["secret"]) == [False, True]


def test_the_documents_sample_takes_what_is_ours_and_nothing_else(client, receiver, monkeypatch):
    sample = {}
    exec(re.search(r"```python\n(.*?)```", (ROOT / "docs/reference/webhooks.md").read_text(), re.DOTALL)[1], sample)
    verify = sample["verify"]
    endpoint = subscribe(client, receiver, "payin.created")
    payin = client.payin()["id"]
    hook, = receiver.of("payin.created", payin)
    assert verify(endpoint["secret"], hook.headers, hook.body)["data"]["object"]["id"] == payin
    stranger = "whsec_" + "A" * 43 + "="
    for secret, body in [(stranger, hook.body), (endpoint["secret"], hook.body + b" ")]:
        with pytest.raises(ValueError, match="not signed"):
            verify(secret, hook.headers, body)
    rotated = client.post(f"/v1/webhook_endpoints/{endpoint['id']}/rotate_secret")
    both, = receiver.of("payin.created", client.payin()["id"])
    for secret in [endpoint["secret"], rotated["secret"]]:
        assert verify(secret, both.headers, both.body) == both.event
    with pytest.raises(ValueError, match="not signed"):
        verify(stranger, both.headers, both.body)
    monkeypatch.setattr(time, "time", lambda: int(hook.headers["webhook-timestamp"]) + 301)
    with pytest.raises(ValueError, match="too old"):
        verify(endpoint["secret"], hook.headers, hook.body)


def test_what_failed_is_in_the_attempt_log_and_can_be_sent_again(client):
    with Receiver(status=500) as receiver:
        subscribe(client, receiver, "payin.created")
        payin = client.payin()["id"]
        receiver.of("payin.created", payin)
        page = client.until("/v1/deliveries", lambda page: page["data"] and page["data"][0]["attempts"])
        delivery = page["data"][0]
        attempt, = delivery["attempts"]
        assert (delivery["status"], delivery["type"]) == ("pending", "payin.created")
        assert (attempt["status"], attempt["error"]) == (500, None)
        assert delivery["next_attempt_at"] > attempt["at"]
        assert client.post(f"/v1/deliveries/{delivery['id']}/redeliver").token == "state_conflict", "it is still being tried"


def test_a_delivery_that_was_taken_can_be_sent_again(client, receiver):
    endpoint = subscribe(client, receiver, "payin.created")
    payin = client.payin()["id"]
    first, = receiver.of("payin.created", payin)
    delivery = client.until("/v1/deliveries", lambda page: page["data"] and page["data"][0]["status"] == "succeeded")["data"][0]
    assert delivery["webhook_endpoint"] == endpoint["id"] and delivery["event"] == first.event["id"]
    again = client.post(f"/v1/deliveries/{delivery['id']}/redeliver")
    assert again["status"] == "pending"
    both = receiver.of("payin.created", payin, 2)
    assert both[0].body == both[1].body and both[0].headers["webhook-id"] == both[1].headers["webhook-id"]
    assert both[1].signatures(endpoint["secret"]) == [True]
    done = client.until("/v1/deliveries/" + delivery["id"], lambda object: object["status"] == "succeeded")
    assert [attempt["status"] for attempt in done["attempts"]] == [204, 204]


def test_an_endpoint_that_is_gone_is_disabled_and_can_be_enabled_again(client):
    with Receiver(status=410) as receiver:
        endpoint = subscribe(client, receiver)["id"]
        client.until("/v1/webhook_endpoints/" + endpoint, lambda object: object["status"] == "disabled")
        receiver.status = 204
        assert client.post(f"/v1/webhook_endpoints/{endpoint}/enable")["status"] == "enabled"
        assert client.post(f"/v1/webhook_endpoints/{endpoint}/enable").token == "state_conflict"
        receiver.of("payin.created", client.payin()["id"])
        assert client.post(f"/v1/webhook_endpoints/{endpoint}/disable")["status"] == "disabled"


def test_a_redirect_is_not_followed(client, receiver):
    with Receiver(status=302, headers=[("Location", receiver.url)]) as pointing:
        subscribe(client, pointing, "payin.created")
        client.payin()
        delivery = client.until("/v1/deliveries", lambda page: page["data"] and page["data"][0]["attempts"])["data"][0]
        assert delivery["attempts"][0]["status"] == 302 and delivery["status"] == "pending"
    assert not receiver.hooks


@pytest.fixture(scope="module")
def strict(tmp_path_factory):
    """A server as it stands in the world: webhooks go to public addresses only."""
    server = Server(tmp_path_factory.mktemp("strict"), MOHUR_WEBHOOKS_PRIVATE_TARGETS="false")
    yield server
    server.stop()


ADDRESSES = {
    "ok": ["https://example.com/hooks?x=1", "https://1.1.1.1/"],
    "field_malformed": ["ftp://example.com/", "example.com", "https://exa mple.com/"],
    "field_out_of_range": ["https://" + "a" * 2_000],
    "webhook_target_refused": [
        "https://", "http://example.com/", "https://localhost/", "https://127.0.0.1:8443/x", "https://10.0.0.1/",
        "https://[::1]/", "https://169.254.169.254/latest/meta-data", "https://[::ffff:10.0.0.1]/",
        "https://127.1/", "https://printer/",
        "https://user:pass@example.com/", "https://Db.Internal:444/"],
}


def test_an_address_is_looked_at_when_it_is_registered(strict):
    """Where it may lead, and its form: the unit tests have the whole table."""
    client = strict.client()
    for token, urls in ADDRESSES.items():
        for url in urls:
            before = strict.position()
            answer = client.post("/v1/webhook_endpoints", {"url": url})
            assert answer.token == token, url
            if token != "ok":
                assert (answer["field"], strict.position()) == ("url", before), url


def test_what_was_pending_is_found_again_after_a_kill(tmp_path):
    server = Server(tmp_path)
    with Receiver(status=500) as receiver:
        client = server.client()
        subscribe(client, receiver, "payin.created")
        payins = [client.payin()["id"] for _ in range(5)]
        client.until("/v1/deliveries", lambda page: len([one for one in page["data"] if one["attempts"]]) == 5)
        server.kill()
        receiver.status = 204
        receiver.hooks.clear()
        server.start()
        for payin in payins:
            hook, = receiver.of("payin.created", payin)
        page = client.until("/v1/deliveries", lambda page: all(delivery["status"] == "succeeded" for delivery in page["data"]))
        assert all([attempt["status"] for attempt in delivery["attempts"]] == [500, 204] for delivery in page["data"])
        server.stop()


def test_what_happened_while_an_endpoint_was_disabled_is_not_sent_after_a_restart(tmp_path):
    server = Server(tmp_path)
    with Receiver() as receiver, Receiver() as another:
        client, other = server.client(), server.client()
        endpoint = "/v1/webhook_endpoints/" + subscribe(client, receiver, "payin.created")["id"]
        subscribe(other, another, "payin.created")
        client.post(endpoint + "/disable")
        another.of("payin.created", other.payin()["id"])  # so far the events need not be read again
        client.payin()
        client.post(endpoint + "/enable")
        server.stop()
        server.start()
        payin = client.payin()["id"]
        receiver.of("payin.created", payin)
        assert [hook.object_id for hook in receiver.hooks] == [payin]
        deliveries = client.get("/v1/deliveries")["data"]
        assert len(deliveries) == 1, "it is not in the list either"
        server.stop()


def test_the_log_of_calls_says_who_what_and_how_and_no_more(server, client):
    paid = client.payin(description="Planted words", reference_id="planted-1")
    refused = client.post("/v1/payins", {**PAYIN, "amount": 0}, Request_Id="mine-7")
    client.get("/v1/payins?reference_id=planted-1")
    wanted = [paid.headers["Request-Id"], refused.headers["Request-Id"]]
    page = client.until("/v1/requests?limit=100", lambda page: {record["id"] for record in page["data"]} >= set(wanted))
    records = {record["id"]: record for record in page["data"]}
    good, bad = records[wanted[0]], records[wanted[1]]
    assert (good["method"], good["route"], good["status"], good["outcome"]) == ("POST", "/v1/payins", 201, "ok")
    assert not good["replayed"] and not bad["replayed"]
    assert (bad["status"], bad["outcome"], bad["client_request_id"]) == (422, "amount_not_positive", "mine-7")
    assert good["from"] == "127.0.0.1" and good["duration_us"] > 0
    assert good["client_request_id"] is None and good["clause"] is None
    key = server.get(f"/v1/admin/clients/{client.id}/credentials", server.keys[0])["data"][0]["id"]
    assert good["caller"] == {"kind": "credential", "person": None, "credential": key}
    text = client.get("/v1/requests?limit=100").body.decode()
    assert "Planted" not in text and "planted-1" not in text
    assert all(record["client"] == client.id for record in page["data"])
    ids = [record["id"] for record in page["data"]]
    assert len(ids) == len(set(ids))


def test_the_log_of_calls_is_read_in_pages(client):
    for _ in range(5):
        client.get("/v1/balances")
    first = client.until("/v1/requests?limit=3", lambda page: page["has_more"]).json
    second = client.get(f"/v1/requests?limit=3&after={first['next']}").json
    assert not {record["id"] for record in first["data"]} & {record["id"] for record in second["data"]}
    assert first["data"][-1]["created_at"] >= second["data"][0]["created_at"]
    assert client.get("/v1/requests?after=x").token == "cursor_malformed"
    assert client.get("/v1/requests?status=200").token == "filter_unknown"


def test_the_log_of_calls_is_filtered(server, client):
    other = server.issue(client.id).json
    made = client.payin()
    refused = client.post("/v1/payins", {**PAYIN, "amount": 0})
    client.get("/v1/payins/" + made["id"], key=other["secret"])
    client.get("/v1/nothing")
    client.get("/v1/balances")
    client.until("/v1/requests?route=/v1/balances", lambda page: page["data"])

    def found(**query):
        page = client.get("/v1/requests?limit=100&" + urlencode(query)).json
        assert not page["has_more"]
        return [(record["method"], record["route"], record["outcome"]) for record in page["data"]]

    assert found(outcome="amount_not_positive") == [("POST", "/v1/payins", "amount_not_positive")]
    assert found(route="/v1/payins", outcome="ok") == [("POST", "/v1/payins", "ok")]
    assert found(route="/v1/payins/{id}") == found(credential=other["id"]) == [("GET", "/v1/payins/{id}", "ok")]
    assert found(method="POST")[:1] == found(outcome="amount_not_positive")
    now = client.get("/v1/requests/" + made.headers["Request-Id"])["created_at"]
    assert found(**{"created_at[lt]": now}) == []
    assert ("POST", "/v1/payins", "ok") in found(**{"created_at[gte]": now})
    for wrong in ("outcome=fine", "credential=x", "created_at[gte]=today"):
        assert client.get("/v1/requests?" + wrong).token == "field_malformed", wrong


def test_a_call_that_nobody_can_be_found_for_has_nulls_in_the_operators_log(server):
    unknown = server.logged(server.get("/v1/nothing", Request_Id="mine-9"))
    assert [unknown[name] for name in ("client", "caller", "route", "client_request_id")] == [None, None, None, "mine-9"]
    ours = server.logged(server.get("/v1/admin/clients", server.keys[0]))
    assert ours["caller"]["kind"] == "person" and ours["caller"]["person"].startswith("person_")
    assert ours["caller"]["credential"].startswith("cred_") and ours["client"] is None


def test_a_call_is_found_by_its_request_id_by_its_client_and_by_us(server, client):
    made = client.payin()
    path = "/v1/requests/" + made.headers["Request-Id"]
    assert server.logged(made)["client"] == client.id
    own = client.get(path).json
    assert (own["id"], own["method"], own["route"]) == (made.headers["Request-Id"], "POST", "/v1/payins")
    assert server.get(path, server.keys[0]).json == server.get(f"{path}?client={client.id}", server.keys[0]).json == own
    assert server.get(f"{path}?client={client.id}&mode=live", server.keys[0]).token == "not_found"
    assert server.client().get(path).token == "not_found"
    for wrong in ("req_" + 26 * "0", "req_x", client.id):
        assert client.get("/v1/requests/" + wrong).token == "not_found", wrong
