"""The watch: what no single call shows is told to people, who close it with what came of it."""
import time

import pytest

from conftest import Server, fresh_names

EXACT = {"probing": 5, "key_sharing": 3, "shared_destination": 3, "failing_payouts": 3}


@pytest.fixture
def house(tmp_path):
    """A server of its own, whose rules are small, count in test mode too, and believe a proxy on this machine."""
    running = Server(tmp_path, MOHUR_PROXIES_TRUSTED="127.0.0.0/8")
    rules(running)
    yield running
    running.stop()


def rules(house, **counts):
    detectors = [{"kind": kind, "count": count, "window_s": 86_400, "test_mode": True}
                 for kind, count in {**EXACT, **counts}.items() if count]
    asha, bina = house.keys
    made = house.post("/v1/admin/watch_rules", asha, {"reason": "For a test", "detectors": detectors})
    assert made.status == 201, made.body
    assert house.post(f"/v1/admin/watch_rules/{made['id']}/approve", asha).token == "four_eyes_required"
    approved = house.post(f"/v1/admin/watch_rules/{made['id']}/approve", bina)
    assert approved["status"] == "approved"
    return approved


def alerts(house, count):
    """Those that there are, when they are so many; oldest first."""
    deadline = time.monotonic() + 60
    while len(listed := house.get("/v1/admin/alerts?limit=100", house.keys[0])["data"]) < count:
        assert time.monotonic() < deadline, listed
    assert len(listed) == count, listed
    return listed[::-1]


def no_others(house, known):
    """What is seen next is told next: nothing that was seen before it is still to come."""
    for n in range(5):
        house.get(f"/v1/next{n}", X_Forwarded_For=f"100.64.0.{len(known)}", checked=False)
    assert [each["id"] for each in alerts(house, len(known) + 1)[:-1]] == [each["id"] for each in known]


def the_one(house, kind):
    [alert] = alerts(house, 1)
    assert (alert["sighting"]["kind"], alert["status"]) == (kind, "open")
    no_others(house, [alert])
    return alert


def test_whoever_probes_is_seen_by_address_and_a_mistake_in_a_loop_is_not(house):
    for n in range(4):
        assert house.get(f"/v1/secret{n}", X_Forwarded_For="203.0.113.9", checked=False).token == "route_not_found"
    for _ in range(30):
        house.get("/v1/secret0", X_Forwarded_For="203.0.113.9", checked=False)
        house.get("/v1/payouts", "not_a_key", X_Forwarded_For="198.51.100.1")
    last = house.get("/.env", X_Forwarded_For="203.0.113.9", checked=False)
    alert = the_one(house, "probing")
    assert (alert["client"], alert["mode"], alert["clause"]) == (None, "live", "P3.1")
    assert (alert["sighting"]["address"], alert["sighting"]["credential"], alert["sighting"]["count"]) == ("203.0.113.9", None, 5)
    assert alert["sighting"]["examples"][-1] == last.headers["Request-Id"]
    logged = house.logged(last)
    assert logged["outcome"] == "route_not_found", "an example leads to the call"


def test_whoever_looks_for_other_peoples_objects_is_seen_by_key(house):
    client = house.client()
    for n in range(5):
        missing = client.get(f"/v1/payouts/payout_0000000000000000000000000{n}")
        assert missing.token == "not_found"
    alert = the_one(house, "probing")
    [credential] = house.get(f"/v1/admin/clients/{client.id}/credentials", house.keys[0])["data"]
    assert (alert["client"], alert["mode"], alert["sighting"]["credential"]) == (client.id, "test", credential["id"])
    assert alert["sighting"]["examples"][-1] == missing.headers["Request-Id"]


def test_a_key_that_comes_from_many_networks_is_seen_and_one_with_an_allow_list_is_refused(house):
    client = house.client()
    for address in ("192.0.2.1", "192.0.2.200", "198.51.100.1"):
        assert client.get("/v1/payins", X_Forwarded_For=address).token == "ok"
    bound = house.issue(client.id, networks=["192.0.2.0/24"])
    for address in ("192.0.2.1", "192.0.2.2", "192.0.2.3"):
        assert client.get("/v1/payins", key=bound["secret"], X_Forwarded_For=address).token == "ok"
    assert client.get("/v1/payins", X_Forwarded_For="203.0.113.1").token == "ok", "it hinders nobody"
    alert = the_one(house, "key_sharing")
    assert (alert["client"], alert["clause"], alert["sighting"]["count"]) == (client.id, "P3.4", 3)
    for address in ("198.51.100.1", "203.0.113.1", "203.0.114.1"):
        assert client.get("/v1/payins", key=bound["secret"], X_Forwarded_For=address).token == "network_not_allowed"
    stolen = alerts(house, 3)[2]
    assert (stolen["sighting"]["kind"], stolen["sighting"]["credential"]) == ("key_sharing", bound["id"])


def test_an_account_that_many_clients_pay_is_seen_also_over_a_restart(house):
    clients = [house.client() for _ in range(3)]
    made = [client.beneficiary("000000000007", name=f"Trader {n}")["id"] for n, client in enumerate(clients[:2])]
    clients[0].beneficiary("000000000007", name="The same again")
    house.stop()
    house.start()
    made.append(clients[2].beneficiary("000000000007", name="Somebody")["id"])
    [alert] = alerts(house, 1)
    assert (alert["client"], alert["clause"], sorted(alert["sighting"]["examples"])) == (None, "P1.5", sorted(made))
    house.stop()
    house.start()
    house.client().beneficiary("000000000007")
    house.client().beneficiary("SAME@mohur")
    no_others(house, [alert])


def test_payouts_that_fail_for_their_beneficiaries_are_seen(house):
    client = house.client()
    client.fund()
    for account in ("000000000013", "invalid@mohur", "000000000013"):
        payout = client.payout(account)["id"]
        client.until("/v1/payouts/" + payout, lambda payout: payout["status"] == "failed")
    alert = the_one(house, "failing_payouts")
    assert (alert["client"], alert["clause"], len(alert["sighting"]["examples"])) == (client.id, "P1.5", 3)
    measure = house.measure(client.id, "restrict", clause="P1.5")
    close = f"/v1/admin/alerts/{alert['id']}/close"
    refused = house.post(close, house.keys[0], {"decision": "measure_taken", "finding": "Tries accounts out"})
    assert (refused.token, refused["field"]) == ("field_missing", "measure")
    closed = house.post(close, house.keys[0],
                        {"decision": "measure_taken", "finding": "Tries accounts out", "measure": measure["id"]})
    assert (closed["status"], closed["measure"], closed["finding"]) == ("closed", measure["id"], "Tries accounts out")
    assert house.post(close, house.keys[1], {"decision": "harmless", "finding": "x"}).token == "state_conflict"


def test_clients_are_told_nothing_of_alerts(house):
    client = house.client()
    for address in ("192.0.2.1", "198.51.100.1", "203.0.113.1"):
        client.get("/v1/payins", X_Forwarded_For=address)
    alert = the_one(house, "key_sharing")
    assert alert["client"] == client.id
    assert client.get("/v1/admin/alerts").token == "scope_missing"
    assert client.get("/v1/admin/alerts/" + alert["id"]).token == "scope_missing"
    assert b"alert" not in client.get("/v1/events?limit=100").body


def test_what_is_not_watched_for_is_not_seen(house):
    rules(house, shared_destination=0)
    for _ in range(4):
        house.client().beneficiary("000000000007")
    house.get("/v1/a", checked=False), house.get("/v1/b", checked=False)
    for n in range(3):
        house.get(f"/v1/c{n}", checked=False)
    the_one(house, "probing")


def test_watch_rules_need_two_people_and_sound_numbers(house):
    asha, bina = house.keys
    for detectors, token, field in (([{"kind": "probing", "count": 1, "window_s": 60, "test_mode": False}], "field_out_of_range",
                                     "detectors[0].count"),
                                    ([{"kind": "probing", "count": 2, "window_s": 60, "test_mode": False}] * 2, "field_repeated",
                                     "detectors[1].kind")):
        refused = house.post("/v1/admin/watch_rules", asha, {"reason": "r", "detectors": detectors})
        assert (refused.token, refused["field"]) == (token, field)
    late = {"reason": "r", "detectors": [], "effective_at": "2199-01-01T00:00:00Z"}
    assert house.post("/v1/admin/watch_rules", asha, late).token == "time_too_far"
    made = house.post("/v1/admin/watch_rules", asha, {"reason": "r", "detectors": []})
    assert house.post(f"/v1/admin/watch_rules/{made['id']}/reject", bina)["status"] == "rejected"
    assert house.post(f"/v1/admin/watch_rules/{made['id']}/approve", bina).token == "state_conflict"
    assert house.get("/v1/admin/watch_rules/" + made["id"], asha)["version"] is None
