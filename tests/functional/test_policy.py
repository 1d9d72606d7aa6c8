"""The usage policy, as a client and its operator meet it: plans, agreements, sectors, networks, rotated secrets."""
from datetime import datetime, timedelta, timezone

import pytest

from conftest import BUSINESS, PAYIN

RATE = {"quota": 5, "window_s": 86_400, "burst": 5}
SLOW = {"total": RATE, "rates": [{"route_class": "reserved", "rate": RATE}], "concurrent_calls": 10}


@pytest.fixture
def own(server):
    """A client that a test may change."""
    return server.client()


def plan(server, allowance):
    asha, bina = server.keys[:2]
    made = server.post("/v1/admin/plans", asha, {"name": "slow", "allowance": allowance})
    assert made.status == 201, made.body
    assert server.post(f"/v1/admin/plans/{made['id']}/approve", bina, {})["status"] == "active"
    return made["id"]


def agree(server, client, **change):
    """Proposes a change and has it approved by the other person; the answer is that of the approval."""
    asha, bina = server.keys[:2]
    proposed = server.post(f"/v1/admin/clients/{client.id}/agreement_changes", asha, {"reason": "as agreed by mail", **change})
    assert proposed.status == 201, proposed.body
    return server.post(f"/v1/admin/agreement_changes/{proposed['id']}/approve", bina, {})


def test_a_client_is_told_its_limits_and_held_to_them(server, own):
    assert agree(server, own, plan=plan(server, SLOW)).token == "ok"
    seen = own.get("/v1/limits")
    assert [(rate["name"], rate["remaining"]) for rate in seen["rates"]] == [("total", 5), ("reserved", 4)]
    for left in (4, 3, 2, 1, 0):
        answer = own.get("/v1/payins")
        assert answer.headers["RateLimit-Policy"] == '"total";q=5;w=86400'
        assert answer.headers["RateLimit"].startswith(f'"total";r={left};t=')
    refused = own.post("/v1/payins", PAYIN)
    assert (refused.status, refused.token, refused["clause"], refused["retry"]) == (429, "rate_exceeded", "P6.2", "later")
    assert 17_000 < int(refused.headers["Retry-After"]) <= 17_280
    assert own.get("/v1/payouts/payout_00000000000000000000000000").token == "not_found", "what is reserved goes on"


def test_a_plan_needs_two_people_and_sound_numbers(server):
    asha, bina = server.keys[:2]
    for allowance, token, field in (({**SLOW, "total": {**RATE, "burst": 6}}, "field_out_of_range", "total"),
                                    ({**SLOW, "rates": []}, "field_missing", "rates"),
                                    ({**SLOW, "concurrent_calls": 0}, "field_out_of_range", "concurrent_calls")):
        refused = server.post("/v1/admin/plans", asha, {"name": "x", "allowance": allowance})
        assert (refused.token, refused["field"]) == (token, field)
    made = server.post("/v1/admin/plans", asha, {"name": "x", "allowance": SLOW})
    assert server.post(f"/v1/admin/plans/{made['id']}/approve", asha, {}).token == "four_eyes_required"
    assert server.post(f"/v1/admin/plans/{made['id']}/reject", bina, {})["status"] == "rejected"


def test_a_client_asks_for_more_and_two_people_give_it(server, own):
    asha, bina = server.keys[:2]
    limits = [{"window": "day", "amount": 50_000_00}]
    path, admin = "/v1/agreement_changes", "/v1/admin/agreement_changes"
    nothing = own.post(path, {"reason": "More"})
    assert (nothing.token, nothing["field"]) == ("field_missing", "payout_limits")
    ends = (datetime.now(timezone.utc) + timedelta(days=30)).isoformat()
    asked = own.post(path, {"reason": "Festival season", "payout_limits": limits, "ends_at": ends})
    assert (asked.status, asked["status"], asked["proposed_by"]) == (201, "asked", None)
    assert own.post(path, {"reason": "More still", "payout_limits": limits}).token == "state_conflict", "one wish at a time"
    assert server.post(f"{admin}/{asked['id']}/approve", bina).token == "state_conflict", "nobody of the operator stands for it"
    taken = server.post(f"{admin}/{asked['id']}/take_up", asha)
    assert (taken["status"], taken["asked_by"] is None) == ("proposed", False)
    assert server.post(f"{admin}/{asked['id']}/approve", asha).token == "four_eyes_required"
    assert server.post(f"{admin}/{asked['id']}/approve", bina)["status"] == "approved"
    assert own.get("/v1/agreement")["agreement"]["payout_limits"][0]["amount"] == 50_000_00
    own.fund(60_000_00)
    assert own.payout(amount=50_000_01).token == "payout_limit_exceeded"


def test_a_client_takes_a_wish_back_and_sees_its_own_wishes_alone(server, own):
    asha, bina = server.keys[:2]
    wish = {"reason": "More", "payout_limits": [{"window": "day", "count": 500}]}
    first = own.post("/v1/agreement_changes", wish)
    assert own.post(f"/v1/agreement_changes/{first['id']}/withdraw")["status"] == "withdrawn"
    assert own.post(f"/v1/agreement_changes/{first['id']}/withdraw").token == "state_conflict"
    second = own.post("/v1/agreement_changes", wish)
    assert server.post(f"/v1/admin/agreement_changes/{second['id']}/reject", bina)["status"] == "rejected"
    hidden = server.post(f"/v1/admin/clients/{own.id}/agreement_changes", asha, {"reason": "Less", "rails": ["imps"]})
    assert [each["id"] for each in own.get("/v1/agreement_changes")["data"]] == [second["id"], first["id"]]
    assert own.get(f"/v1/agreement_changes/{hidden['id']}").token == "not_found"
    assert own.post(f"/v1/agreement_changes/{hidden['id']}/withdraw").token == "not_found"
    other = server.client()
    assert other.get(f"/v1/agreement_changes/{second['id']}").token == "not_found"
    assert other.post(f"/v1/agreement_changes/{first['id']}/withdraw").token == "not_found"
    live = server.issue(own.id, "live")["secret"]
    told = [event["type"] for event in own.get("/v1/events", key=live)["data"]]
    assert "agreement_change.declined" in told and "agreement_change.proposed" not in told


def test_a_refusal_names_the_version_of_the_agreement(server, own):
    changed = agree(server, own, purposes=["salary"])
    assert changed["proposed"]["agreement"]["version"] == 2
    refused = own.payout(purpose="vendor")
    assert refused.token == "purpose_not_approved"
    assert refused["detail"] == "Version 2 of the agreement approves salary."
    assert own.get("/v1/agreement")["agreement"]["purposes"] == ["salary"]
    live = server.issue(own.id, "live")["secret"]
    assert "client.agreement_changed" in [event["type"] for event in own.get("/v1/events", key=live)["data"]]


def test_what_is_raised_for_a_time_is_shown_before_it_begins(server, own):
    begins, ends = ((datetime.now(timezone.utc) + timedelta(days=n)).strftime("%Y-%m-%dT00:00:00.000Z") for n in (2, 32))
    agree(server, own, purposes=["salary"], effective_at=begins, ends_at=ends)
    seen = own.get("/v1/agreement")
    assert len(seen["agreement"]["purposes"]) == 7
    assert (seen["next_agreement"]["effective_at"], seen["next_agreement"]["ends_at"]) == (begins, ends)
    second = agree(server, own, purposes=["vendor"])
    assert second.token == "state_conflict" and begins in second["detail"]


def test_a_banned_sector_does_not_get_in(server):
    refused = server.post("/v1/admin/clients", server.keys[0], {
        "legal_name": "Lucky Seven", "contact_email": "a@lucky.example", "merchant_category": "7995", "purposes": ["vendor"],
        "payer_types": ["customer"], "rails": ["imps"], "methods": ["upi_qr"], **BUSINESS})
    assert (refused.status, refused.token, refused["clause"], refused["retry"]) == (403, "sector_prohibited", "P3.2", "never")
    assert refused["field"] == "merchant_category" and "Betting" in refused["detail"]


def test_a_key_stays_in_its_networks(server, own):
    asha = server.keys[0]
    made = server.issue(own.id, networks=["203.0.113.0/24"])
    assert own.get("/v1/payins", key=made["secret"]).token == "network_not_allowed"
    server.post(f"/v1/admin/credentials/{made['id']}/networks", asha, {"networks": ["127.0.0.0/8", "2001:db8::/32"]})
    assert own.get("/v1/payins", key=made["secret"]).token == "ok"
    for network in ("127.0.0.1/8", "2001:DB8::/32", "example.com", "10.0.0.0/33"):
        refused = server.post(f"/v1/admin/credentials/{made['id']}/networks", asha, {"networks": [network]})
        assert (refused.token, refused["field"]) == ("field_malformed", "networks[0]"), network


def test_a_live_key_from_anywhere_sends_no_money(server, own):
    live = server.issue(own.id, "live")["secret"]
    order = {"beneficiary": "ben_00000000000000000000000000", "amount": 1, "currency": "INR", "purpose": "vendor"}
    refused = own.post("/v1/payouts", order, key=live, Idempotency_Key="n1")
    assert (refused.status, refused.token, refused["clause"]) == (403, "networks_required", "P3.4")
    assert own.get("/v1/payouts", key=live).token == "ok"


def test_a_key_is_rotated_under_its_own_name(server, own):
    asha = server.keys[0]
    made = server.issue(own.id)
    rotated = server.post(f"/v1/admin/credentials/{made['id']}/rotate", asha, {"overlap_s": 3_600})
    assert (rotated["id"], rotated["kid"]) == (made["id"], made["kid"]) and rotated["secret"] != made["secret"]
    assert [own.get("/v1/payins", key=key).token for key in (made["secret"], rotated["secret"])] == ["ok", "ok"]
    again = server.post(f"/v1/admin/credentials/{made['id']}/rotate", asha, {"overlap_s": 0})
    tokens = [own.get("/v1/payins", key=key).token for key in (made["secret"], rotated["secret"], again["secret"])]
    assert tokens == ["credential_invalid", "credential_invalid", "ok"], "two at most are right, and with no overlap one"
    assert server.post(f"/v1/admin/credentials/{made['id']}/rotate", asha, {"overlap_s": 604_801}).token == "field_out_of_range"


def test_a_limit_on_money_out_admits_exactly_what_it_says(server, own):
    own.fund()
    limits = [{"window": "day", "amount": 100_000}, {"window": "transaction", "amount": 60_000}]
    assert agree(server, own, payout_limits=limits).token == "ok"
    assert own.payout(amount=60_001)["detail"].endswith("allows ₹600.00 at a time for payouts.")
    paid = own.payout(account_number="000000000003", amount=60_000)
    assert paid.status == 201
    refused = own.payout(amount=40_001)
    assert (refused.status, refused.token, refused["clause"]) == (422, "payout_limit_exceeded", "P3.3")
    assert refused["field"] == "amount"
    assert "₹1,000.00 a day for payouts, and ₹600.00 are used" in refused["detail"]
    day = own.get("/v1/limits")["payout_limits"][0]
    assert (day["used_amount"], day["used_count"]) == (60_000, 1) and day["window_ends_at"].endswith("T18:30:00.000Z")
    assert own.payout(amount=40_000).status == 201
    own.move_clock(days=1)
    assert own.payout(amount=60_000).status == 201, "a new day on the client's clock"


def test_limits_that_come_with_the_application_hold_from_the_first_payout(server):
    client = server.client(payout_limits=[{"window": "day", "count": 1}])
    client.fund()
    assert [client.payout().token for _ in range(2)] == ["ok", "payout_limit_exceeded"]


def test_a_payout_that_fails_gives_its_limit_back(server, own):
    own.fund()
    agree(server, own, payout_limits=[{"window": "month", "count": 1}])
    failing = own.payout(account_number="000000000011")["id"]
    own.until(f"/v1/payouts/{failing}", lambda payout: payout["status"] == "failed")
    assert own.payout().status == 201
    assert own.payout().token == "payout_limit_exceeded"


def test_limits_that_say_nothing_or_too_much_are_refused(server, own):
    asha = server.keys[0]
    for limits, token, field in (([{"window": "day"}], "field_missing", "payout_limits[0].amount"),
                                 ([{"window": "week", "count": 1}], "field_malformed", "payout_limits[0].window"),
                                 ([{"window": "transaction", "count": 1}], "field_out_of_range", "payout_limits[0].count")):
        refused = server.post(f"/v1/admin/clients/{own.id}/agreement_changes", asha, {"reason": "r", "payout_limits": limits})
        assert (refused.token, refused["field"]) == (token, field)


def test_whoever_holds_a_key_ends_it_at_once_from_anywhere(server, own):
    made = server.issue(own.id, scopes=["read_payins"], networks=["203.0.113.0/24"])
    report = server.post("/v1/credentials/report_compromise", made["secret"], {"note": "Seen in a log"})
    assert (report.status, report["status"], report["source"]) == (201, "open", "holder")
    assert report["credential"] == made["id"]
    assert own.get("/v1/payins", key=made["secret"]).token == "credential_revoked"
    assert server.post("/v1/credentials/report_compromise", made["secret"], {}).token == "credential_revoked"
    assert own.get(f"/v1/incidents/{report['id']}")["note"] == "Seen in a log"
    assert [event["type"] for event in own.get("/v1/events?limit=2")["data"]] == ["credential.revoked", "incident.opened"]
    notice = own.get("/v1/notices")["data"][0]
    assert (notice["kind"], notice["about"]) == ("incident", report["id"]) and made["last_four"] in notice["text"]
    assert [sending["channel"] for sending in notice["sendings"]] == ["console", "email"]


def test_a_person_reports_a_key_and_people_close_the_incident(server, own):
    asha, bina = server.keys[:2]
    made = server.issue(own.id)
    opened = server.post(f"/v1/admin/credentials/{made['id']}/report_compromise", asha, {})
    assert (opened["source"], opened["reported_by"] is not None) == ("person", True)
    closed = server.post(f"/v1/admin/incidents/{opened['id']}/close", bina, {"finding": "A false alarm"})
    assert (closed["status"], closed["finding"]) == ("closed", "A false alarm")
    assert server.post(f"/v1/admin/incidents/{opened['id']}/close", bina, {"finding": "x"}).token == "state_conflict"
    assert opened["id"] in [each["id"] for each in server.get("/v1/admin/incidents?limit=100", asha)["data"]]
    assert server.client().get(f"/v1/incidents/{opened['id']}").token == "not_found", "another client's"


def test_what_is_raised_for_a_time_does_not_become_lasting_by_another_change(server, own):
    ends = (datetime.now(timezone.utc) + timedelta(days=2)).isoformat()
    assert agree(server, own, purposes=["salary"], ends_at=ends).token == "ok"
    assert own.get("/v1/agreement")["agreement"]["purposes"] == ["salary"]
    proposed = server.post(f"/v1/admin/clients/{own.id}/agreement_changes", server.keys[0], {"reason": "r", "rails": ["imps"]})
    assert len(proposed["proposed"]["agreement"]["purposes"]) == 7


def test_of_two_changes_of_one_version_the_second_is_proposed_again(server, own):
    asha, bina = server.keys[:2]
    one, other = (server.post(f"/v1/admin/clients/{own.id}/agreement_changes", asha, {"reason": "r", **change})["id"]
                  for change in ({"purposes": ["salary"]}, {"rails": ["imps"]}))
    assert server.post(f"/v1/admin/agreement_changes/{one}/approve", bina, {}).token == "ok"
    refused = server.post(f"/v1/admin/agreement_changes/{other}/approve", bina, {})
    assert refused.token == "state_conflict" and "version 2 holds by now" in refused["detail"]
