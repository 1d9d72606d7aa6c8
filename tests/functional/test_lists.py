"""Every list: newest first, in pages that meet without gap or repeat, filtered by field; and what each object shows."""
from datetime import datetime, timedelta
from urllib.parse import quote, urlencode

import pytest

from conftest import fresh_names


def pages(client, path, limit):
    """All items of a list, walked by its cursors; the Link header and `next` say the same."""
    items, after, seen = [], None, 0
    while True:
        query = {"limit": limit, **({"after": after} if after else {})}
        answer = client.get(path + ("&" if "?" in path else "?") + urlencode(query))
        page = answer.json
        items += page["data"]
        seen += 1
        assert len(page["data"]) <= limit and seen < 100
        assert page["has_more"] == (page["next"] is not None)
        if not page["has_more"]:
            assert "Link" not in answer.headers
            return items
        assert answer.headers["Link"].endswith('; rel="next"') and f"after={page['next']}" in answer.headers["Link"]
        after = page["next"]


@pytest.fixture(scope="module")
def busy(server):
    """A client with a handful of everything."""
    client = server.client()
    client.fund(50_000_000)
    client.endpoint = client.post("/v1/webhook_endpoints", {"url": "http://127.0.0.1:1/", "event_types": ["payin.created"]})["id"]
    client.payins = [client.paid_payin(100_000 + n) for n in range(3)]
    client.payins += [client.payin(200 + n, reference_id=f"r{n}")["id"] for n in range(4)]
    client.refunds = [client.refund(client.payins[0], amount=100 + n, reference_id=f"r{n}")["id"] for n in range(3)]
    client.accounts = [client.post("/v1/virtual_accounts", {"reference_id": f"v{n}"})["id"] for n in range(3)]
    client.beneficiaries = [client.beneficiary(f"00000000{n:04d}", kind="customer")["id"] for n in range(3)]
    client.payouts = [client.payout(amount=1_000 + n, reference_id=f"p{n}")["id"] for n in range(5)]
    client.post(f"/v1/payins/{client.payins[-1]}/cancel")
    for payout in client.payouts:
        client.until("/v1/payouts/" + payout, lambda object: object["status"] == "processed")
    for refund in client.refunds:
        client.until("/v1/refunds/" + refund, lambda object: object["status"] != "pending")
    return client


LISTS = ["payins", "attempts", "refunds", "virtual_accounts", "beneficiaries", "payouts", "webhook_endpoints", "events",
         "deliveries", "requests", "ledger/transfers", "ledger/accounts"]


@pytest.mark.parametrize("noun", LISTS)
def test_pages_meet_without_gap_or_repeat(busy, noun):
    whole = busy.get(f"/v1/{noun}?limit=100").json
    assert not whole["has_more"] or noun in ("requests", "events", "ledger/transfers")
    if noun == "requests":  # grows with each call
        assert len(busy.get("/v1/requests?limit=2")["data"]) == 2
        return
    ids = [item["id"] for item in pages(busy, f"/v1/{noun}", 100)]
    assert len(ids) == len(set(ids)) >= 1
    for limit in (1, 2, 3):
        if noun in ("events", "ledger/transfers") and limit == 1:
            continue
        assert [item["id"] for item in pages(busy, f"/v1/{noun}", 7 if len(ids) > 30 else limit)] == ids, limit


@pytest.mark.parametrize("noun", [noun for noun in LISTS if noun != "requests"])
def test_what_a_list_shows_is_what_get_shows(busy, noun):
    for item in busy.get(f"/v1/{noun}?limit=3")["data"]:
        assert busy.get(f"/v1/{noun}/{item['id']}").json == item, noun


@pytest.mark.parametrize("noun", ["payins", "refunds", "virtual_accounts", "beneficiaries", "payouts", "attempts"])
def test_newest_first(busy, noun):
    ids = [item["id"] for item in busy.get(f"/v1/{noun}?limit=100")["data"]]
    assert ids == sorted(ids, reverse=True)


def ids(client, path):
    return [item["id"] for item in client.get(path)["data"]]


def test_filters_choose_by_field(busy):
    client = busy
    assert ids(client, "/v1/payins?status=paid") == client.payins[2::-1]
    assert ids(client, "/v1/payins?status=cancelled") == [client.payins[-1]]
    assert ids(client, "/v1/payins?status=created&reference_id=r1") == [client.payins[4]]
    assert ids(client, "/v1/payins?reference_id=nothing") == []
    assert ids(client, f"/v1/attempts?payin={client.payins[1]}") == [client.get("/v1/attempts?limit=100")["data"][1]["id"]]
    assert ids(client, f"/v1/refunds?payin={client.payins[0]}") == client.refunds[::-1]
    assert ids(client, f"/v1/refunds?payin={client.payins[1]}") == []
    assert ids(client, f"/v1/payouts?beneficiary={client.beneficiaries[1]}") == []
    assert ids(client, "/v1/payouts?reference_id=p3") == [client.payouts[3]]
    assert ids(client, "/v1/payouts?status=processed&limit=2") == client.payouts[:2:-1]
    assert ids(client, "/v1/virtual_accounts?status=closed") == []
    assert ids(client, "/v1/beneficiaries?status=active&limit=3") == ids(client, "/v1/beneficiaries?limit=3")
    assert {event["type"] for event in client.get("/v1/events?type=refund.created")["data"]} == {"refund.created"}
    of_refunds = {event["type"] for event in client.get("/v1/events?type=refund.*&limit=100")["data"]}
    assert of_refunds == {"refund.created", "refund.processed"}
    assert client.get("/v1/events?type=nothing.at_all").token == "field_malformed"
    assert len(ids(client, f"/v1/deliveries?webhook_endpoint={client.endpoint}&limit=100")) == len(client.payins)
    assert client.get("/v1/deliveries?webhook_endpoint=x").token == "field_malformed"


def test_the_keys_of_a_client_are_listed_in_pages_through_both_modes(server, client):
    person = server.keys[0]
    made = [server.issue(client.id, mode=mode)["id"] for mode in ("test", "live", "live", "test")]
    path = f"/v1/admin/clients/{client.id}/credentials"
    whole = [(key["mode"], key["id"]) for key in server.get(path, person)["data"]]
    assert [mode for mode, _ in whole] == ["test"] * 3 + ["live"] * 2 and {id for _, id in whole} >= set(made)

    class Person:
        def get(self, path):
            return server.get(path, person)
    for limit in (1, 2, 3, 4, 5):
        assert [(key["mode"], key["id"]) for key in pages(Person(), path, limit)] == whole, limit
    for wrong in ("x", "test", "later.", "test.x"):
        assert server.get(f"{path}?after={wrong}", person).token == "cursor_malformed", wrong
    assert server.get(path + "?status=active", person).token == "filter_unknown"


def test_events_can_be_followed_from_a_position_on(client):
    """Oldest first, from behind the last position that was seen, without gap or repeat."""
    client.fund(100_000_000)
    newest_first = [event["id"] for event in pages(client, "/v1/events", 100)]
    assert [event["id"] for event in pages(client, "/v1/events?order=asc", 2)] == newest_first[::-1]
    assert [event["id"] for event in pages(client, "/v1/events?order=desc", 100)] == newest_first
    seen, position = [], 0
    for step in range(4):
        client.payin()
        page = client.get(f"/v1/events?after_position={position}&limit=100").json
        assert not page["has_more"]
        positions = [event["position"] for event in page["data"]]
        assert positions == sorted(positions) and all(each > position for each in positions)
        seen += [event["id"] for event in page["data"]]
        position = positions[-1]
    assert seen == [event["id"] for event in pages(client, "/v1/events", 100)][::-1]
    assert client.get(f"/v1/events?order=asc&after_position={position}").json == {"data": [], "has_more": False, "next": None}
    assert client.get("/v1/events?after_position=18446744073709551615")["data"] == []
    assert [event["id"] for event in pages(client, "/v1/events?after_position=0", 2)] == seen
    created = [event["type"] for event in pages(client, "/v1/events?type=payin.*&after_position=1", 2)]
    assert created == ["payin.created"] * 4
    for wrong, field in [("order=up", "order"), ("after_position=x", "after_position"), ("after_position=-1", "after_position"),
                         ("order=desc&after_position=1", "order")]:
        answer = client.get("/v1/events?" + wrong)
        assert (answer.token, answer["field"]) == ("field_malformed", field), wrong


def test_time_filters_are_half_open(busy):
    middle = busy.get("/v1/payins/" + busy.payins[3])["created_at"]
    at_or_after = ids(busy, f"/v1/payins?limit=100&created_at[gte]={quote(middle)}")
    before = ids(busy, f"/v1/payins?limit=100&created_at[lt]={quote(middle)}")
    assert busy.payins[3] in at_or_after and busy.payins[3] not in before
    assert sorted(at_or_after + before) == sorted(busy.payins)
    assert ids(busy, f"/v1/payins?created_at[gte]={quote(middle)}&created_at[lt]={quote(middle)}") == []
    there = quote(middle.replace("Z", "+00:00"))
    assert ids(busy, f"/v1/payins?limit=100&created_at[gte]={there}") == at_or_after


def test_a_filter_goes_with_the_cursor(busy):
    wanted = ids(busy, "/v1/payouts?status=processed&limit=100")
    assert [item["id"] for item in pages(busy, "/v1/payouts?status=processed", 2)] == wanted


def test_a_page_can_be_asked_for_again_while_new_things_come(busy):
    first = busy.get("/v1/virtual_accounts?limit=1").json
    second = ids(busy, f"/v1/virtual_accounts?limit=2&after={first['next']}")
    busy.post("/v1/virtual_accounts")
    assert ids(busy, f"/v1/virtual_accounts?limit=2&after={first['next']}") == second


def test_a_cursor_of_one_client_shows_another_nothing(server, busy):
    cursor = busy.get("/v1/payins?limit=2")["next"]
    other = server.client()
    assert other.get("/v1/payins?after=" + cursor)["data"] == []


def test_the_operators_lists(server, busy):
    person = server.keys[0]
    listed = [item["id"] for item in server.get("/v1/admin/clients?limit=100", person)["data"]]
    assert busy.id in listed
    assert all(item["status"] == "approved" for item in server.get("/v1/admin/clients?status=approved&limit=100", person)["data"])
    keys = server.get(f"/v1/admin/clients/{busy.id}/credentials", person)["data"]
    assert [key["client"] for key in keys] == [busy.id] and "secret_hash" not in keys[0]
    assert server.get("/v1/admin/credentials/" + keys[0]["id"], person).json == keys[0]
    assert server.get("/v1/admin/clients/" + busy.id, person)["status"] == "approved"
    assert server.get("/v1/admin/clients/client_00000000000000000000000000", person).token == "not_found"
    assert server.get("/v1/admin/clients/client_00000000000000000000000000/credentials", person).token == "not_found"


def test_the_books_balance_and_say_how_they_stood(busy):
    accounts = {account["code"]: account for account in busy.get("/v1/ledger/accounts")["data"]}
    assert set(accounts) == {"client_collections", "client_payout", "client_held"}
    balances = busy.get("/v1/balances").json
    for code, account in accounts.items():
        shown = balances[code.removeprefix("client_")]
        assert shown == {"account": account["id"], "currency": "INR", "balance": account["balance"],
                         "available": account["available"], "reserved": account["balance"] - account["available"]}
        assert account["balance"] == account["credits_posted"] - account["debits_posted"]
    payout = sum(1_000 + n + 354 for n in range(5))
    assert balances["payout"]["balance"] == balances["payout"]["available"] == 50_000_000 - payout
    paid = [100_000, 100_001, 100_002]
    fees = sum((amount * 50 + 5_000) // 10_000 for amount in paid)
    taxes = sum(((amount * 50 + 5_000) // 10_000 * 18 + 50) // 100 for amount in paid)
    assert balances["collections"]["balance"] == sum(paid) - fees - taxes - (100 + 101 + 102)

    path = "/v1/ledger/accounts/" + accounts["client_payout"]["id"]
    present = busy.get(path).json
    assert busy.get(f"{path}?as_of={balances['position']}").json == present
    funded = next(event for event in pages(busy, "/v1/events?type=balance.funded", 100))
    assert busy.get(f"{path}?as_of={funded['position']}")["balance"] == 50_000_000
    assert busy.get(f"{path}?as_of={funded['position'] - 1}")["balance"] == 0
    for position in ("1", "0"):
        assert busy.get(f"{path}?as_of={position}").token == "position_unknown"
    assert busy.get(f"{path}?as_of=99999999").token == "position_unknown"
    for wrong, token in [("as_of=-1", "field_malformed"), ("as_of=1.5", "field_malformed"), ("at=5", "filter_unknown")]:
        assert busy.get(f"{path}?{wrong}").token == token


def test_every_transfer_names_its_event_and_adds_up(busy):
    transfers = pages(busy, "/v1/ledger/transfers", 50)
    account = busy.get("/v1/ledger/accounts")["data"]
    payout = next(a for a in account if a["code"] == "client_payout")
    posted = [t for t in transfers if t["kind"] in ("single", "post_pending")]
    debits = sum(t["amount"] for t in posted if t["debit"] == payout["id"])
    credits = sum(t["amount"] for t in posted if t["credit"] == payout["id"])
    assert (debits, credits) == (payout["debits_posted"], payout["credits_posted"])
    for transfer in transfers[:5]:
        event = busy.get("/v1/events/" + transfer["event"]).json
        assert (event["type"], event["position"]) == (transfer["event_type"], transfer["position"])
    assert busy.get("/v1/ledger/transfers/xfer_" + "0" * 26).token == "not_found"


def test_the_history_of_an_object_is_the_list_of_its_events(busy):
    payout = busy.payouts[0]
    history = [event for event in pages(busy, "/v1/events?type=payout.*", 100) if event["data"]["object"]["id"] == payout][::-1]
    assert [event["type"] for event in history] == ["payout.initiated", "payout.processed"]
    assert [event["sequence"] for event in history] == [1, 2]
    assert history[-1]["data"]["object"] == busy.get("/v1/payouts/" + payout).json


def test_a_virtual_account_collects_until_it_is_closed(client):
    account = client.post("/v1/virtual_accounts").json
    transfer = {"account_number": account["account_number"], "amount": 70_000, "payer_name": "Ravi Sharma"}
    assert client.post("/v1/sandbox/bank_transfers", transfer).status == 202
    client.until("/v1/virtual_accounts/" + account["id"], lambda object: object["amount_received"] == 70_000)
    payin = client.get("/v1/payins")["data"][0]
    assert (payin["status"], payin["amount_paid"], payin["virtual_account"]) == ("paid", 70_000, account["id"])
    closed = client.post(f"/v1/virtual_accounts/{account['id']}/close")
    assert closed["status"] == "closed"
    assert client.post(f"/v1/virtual_accounts/{account['id']}/close").token == "state_conflict"
    assert client.post("/v1/sandbox/bank_transfers", {**transfer, "amount": 0}).token == "amount_not_positive"


def test_a_bank_transfer_payin_gets_an_account_of_its_own(client):
    payin = client.payin(80_000, method="bank_transfer").json
    assert "upi" not in payin
    account = client.get("/v1/virtual_accounts/" + payin["virtual_account"]).json
    assert account["payin"] == payin["id"]
    assert client.post(f"/v1/sandbox/payins/{payin['id']}/pay").token == "state_conflict"
    client.post("/v1/sandbox/bank_transfers", {"account_number": account["account_number"], "amount": 80_000})
    client.until("/v1/payins/" + payin["id"], lambda object: object["status"] == "paid")
    assert client.get(f"/v1/payins/{payin['id']}/qr.png").token == "not_found"


def test_a_upi_payin_has_a_link_and_both_pictures(client):
    payin = client.payin(123_456, description="Tea & biscuits").json
    link = payin["upi"]["link"]
    assert link.startswith("upi://pay?pa=") and "&am=1234.56&cu=INR&mode=01" in link
    png = client.get(payin["upi"]["qr_png"])
    svg = client.get(payin["upi"]["qr_svg"])
    assert png.headers["Content-Type"] == "image/png" and png.body.startswith(b"\x89PNG\r\n")
    assert svg.headers["Content-Type"] == "image/svg+xml" and svg.body.startswith(b"<svg")
    assert "&mode=04" in client.payin(method="upi_intent")["upi"]["link"]


def test_the_sandbox_clock_moves_forward_only_and_brings_what_is_due(client):
    payin = client.payin().json
    now = client.get("/v1/sandbox/clock")["now"]
    assert client.post("/v1/sandbox/clock", {"now": "2020-01-01T00:00:00Z"}).token == "clock_backwards"
    assert client.post("/v1/sandbox/clock", {"now": "2099-01-01T00:00:00Z"}).token == "time_too_far"
    moved = client.post("/v1/sandbox/clock", {"now": payin["expires_at"]})
    assert moved.status == 200 and payin["expires_at"] > now
    client.until("/v1/payins/" + payin["id"], lambda object: object["status"] == "expired")
    assert client.get("/v1/sandbox/clock")["now"] >= payin["expires_at"]
    later = client.payin()
    assert later["created_at"] >= payin["expires_at"], "its times are on the client's clock"


def test_a_clock_that_jumps_brings_everything_in_the_order_of_its_time(client):
    client.fund()
    payin = client.payin()
    assert client.post(f"/v1/sandbox/payins/{payin['id']}/pay", {"as": "pending_then_succeed"}).status == 202
    client.until("/v1/payins/" + payin["id"], lambda object: object["status"] == "attempted")
    today = datetime.fromisoformat(client.get("/v1/sandbox/clock")["now"])
    scheduled_at, finished_at = ((today + timedelta(hours=6, minutes=minutes)).isoformat(timespec="milliseconds")
                                 .replace("+00:00", "Z") for minutes in (0, 2))
    payout = client.payout("000000000002", scheduled_at=scheduled_at)
    client.move_clock(days=9)
    paid = client.until("/v1/payins/" + payin["id"], lambda object: object["status"] != "attempted")
    assert paid["status"] == "paid", "the money came two minutes later, and the pay-in would have expired after fifteen"
    sent = client.until("/v1/payouts/" + payout["id"], lambda object: object["status"] == "processed")
    assert (sent["dispatched_at"], sent["finished_at"]) == (scheduled_at, finished_at)


@pytest.mark.parametrize("how, status, paid", [
    ({}, "paid", 50_000), ({"as": "succeed"}, "paid", 50_000), ({"as": "pay_less"}, "attempted", 49_900),
    ({"as": "pay_more"}, "paid", 50_100), ({"as": "succeed_twice"}, "paid", 100_000),
    ({"as": "fail", "reason": "insufficient_funds"}, "attempted", 0),
])
def test_the_sandbox_payer_does_as_told(client, how, status, paid):
    payin = client.payin(50_000)["id"]
    assert client.post(f"/v1/sandbox/payins/{payin}/pay", how).status == 202
    client.until("/v1/payins/" + payin, lambda object: (object["status"], object["amount_paid"]) == (status, paid))
    attempt = client.get("/v1/attempts?payin=" + payin)["data"][0]
    if "reason" in how:
        assert (attempt["status"], attempt["reason"]) == ("failed", how["reason"])


def test_wrong_words_to_the_sandbox_are_refused_by_name(client):
    payin = client.payin()["id"]
    for body, token, field in [({"as": "steal"}, "field_malformed", "as"), ({"payer": "x"}, "field_out_of_range", "payer"),
                               ({"how": "x"}, "field_unknown", "how"), (b"{", "body_malformed", None)]:
        answer = client.post(f"/v1/sandbox/payins/{payin}/pay", body)
        assert (answer.token, answer.json.get("field")) == (token, field)
    assert client.post("/v1/sandbox/payins/payin_00000000000000000000000000/pay").token == "not_found"
    assert client.post("/v1/sandbox/bank_transfers", {"amount": 1}).token == "field_missing"
    transfer = {"account_number": "990100000000", "amount": 9223372036854775807}
    assert client.post("/v1/sandbox/bank_transfers", transfer).token == "amount_above_maximum"


def test_the_states_refuse_what_they_do_not_allow(client):
    client.fund()
    paid = client.paid_payin(50_000)
    assert client.post(f"/v1/payins/{paid}/cancel").token == "state_conflict"
    assert client.refund(paid, amount=50_001).token == "refund_exceeds_paid"
    assert client.refund(paid, amount=0).token == "amount_not_positive"
    assert client.refund(paid, amount=50_000).token == "insufficient_balance", "the fee has left already"
    assert client.refund("payin_00000000000000000000000000").token == "not_found"
    payout = client.payout()["id"]
    assert client.post(f"/v1/payouts/{payout}/cancel").token == "state_conflict"
    assert client.payout(scheduled_at=client.get("/v1/sandbox/clock")["now"]).token == "time_not_in_future"
    queued = client.payout(amount=40_000_000, queue_if_low_balance=True)
    assert (queued["status"], queued["reason"]) == ("queued", "low_balance")
    assert client.post(f"/v1/payouts/{queued['id']}/cancel")["status"] == "cancelled"


def test_the_same_bank_reference_is_credited_once(server, client):
    body = {"mode": "test", "amount": 100, "currency": "INR", "utr": "UTR" + next(fresh_names)}
    path = f"/v1/admin/clients/{client.id}/fundings"
    assert server.post(path, server.keys[0], body, Idempotency_Key="f-" + next(fresh_names)).status == 201
    again = server.post(path, server.keys[1], body, Idempotency_Key="f-" + next(fresh_names))
    assert (again.token, again["field"]) == ("state_conflict", "utr")
    for changes, token, field in [({"amount": 0, "utr": "UTR0000000"}, "amount_not_positive", "amount"),
                                  ({"utr": "1"}, "field_out_of_range", "utr"), ({"mode": "real"}, "field_malformed", "mode")]:
        answer = server.post(path, server.keys[0], {**body, **changes}, Idempotency_Key="f-" + next(fresh_names))
        assert (answer.token, answer["field"]) == (token, field)


def test_money_for_a_queued_payout_lets_it_go(client):
    queued = client.payout(amount=500_000, queue_if_low_balance=True)["id"]
    client.fund(600_000)
    client.until("/v1/payouts/" + queued, lambda object: object["status"] == "processed")


def test_transfers_are_found_behind_many_events_that_moved_nothing(client):
    """A page looks at a bounded number of events, and goes on behind them."""
    client.fund()
    for _ in range(1_100):
        assert client.payin(100, checked=False).status == 201
    found = pages(client, "/v1/ledger/transfers", 3)
    assert [(transfer["kind"], transfer["event_type"]) for transfer in found] == [("single", "balance.funded")]
    client.fund()
    last = pages(client, "/v1/events?order=asc&type=balance.*", 2)
    assert [event["type"] for event in last] == ["balance.funded"] * 2


def test_a_cursor_of_transfers_has_a_form(client):
    for cursor in ("x", "AAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAA.", "AAAAAAAAAAAAAAAA.x", ".1", "AAAAAAAAAAAAAAAA.-1"):
        assert client.get("/v1/ledger/transfers?after=" + cursor).token == "cursor_malformed", cursor
    assert client.get("/v1/ledger/transfers?after=AAAAAAAAAAAAAAAA.1")["data"] == []
