"""Measures: a client is told before its access is narrowed; what cannot wait says so and needs a second person; tickets go on."""
from datetime import datetime, timedelta, timezone

from conftest import Client, Server, fresh_names


def status_of(server, client):
    return server.get(f"/v1/admin/clients/{client.id}", server.keys[0])["status"]


def until(server, measure, holds):
    return Client(server, None, server.keys[0]).until(f"/v1/admin/measures/{measure['id']}", holds)


def test_a_suspension_waits_until_the_client_was_told(server, client):
    measure = server.measure(client.id, "suspend", critical=False, clause="P3.4", evidence="Case 2026-117")
    assert (measure.status, measure["status"], measure["critical"]) == (201, "scheduled", False)
    until(server, measure, lambda object: object["is_overdue"])
    assert client.payin().token == "ok", "nobody has told the client yet: nothing has changed"
    [notice] = client.get("/v1/notices")["data"]
    assert (notice["id"], notice["about"], notice["kind"]) == (measure["notice"], measure["id"], "suspension")
    for said in ("policy breach", "P3.4", "Case 2026-117", "client_not_allowed", "payouts that were sent to a bank are finished"):
        assert said in notice["text"], said
    assert client.post(f"/v1/notices/{notice['id']}/acknowledge")["status"] == "sent"
    assert until(server, measure, lambda object: object["status"] == "in_force")["is_overdue"] is False
    assert client.payin().token == "client_suspended"
    assert status_of(server, client) == "suspended"


def test_a_measure_takes_effect_at_its_time_and_not_before(server, client):
    soon = datetime.now(timezone.utc) + timedelta(seconds=3)
    measure = server.measure(client.id, "restrict", critical=False, effective_at=soon.isoformat())
    assert client.post(f"/v1/notices/{measure['notice']}/acknowledge")["status"] == "sent"
    assert status_of(server, client) == "approved"
    done = until(server, measure, lambda object: object["status"] == "in_force")
    assert datetime.now(timezone.utc) >= soon and done["updated_at"] >= done["effective_at"]
    assert status_of(server, client) == "restricted"


def test_a_critical_measure_acts_at_once_and_says_so(server, client):
    measure = server.measure(client.id, "suspend", by=0)
    assert (measure["status"], measure["critical"]) == ("in_force", True) and measure["confirm_by"]
    assert client.payin().token == "client_suspended"
    assert "before you were told" in client.get(f"/v1/notices/{measure['notice']}")["text"]
    path = f"/v1/admin/measures/{measure['id']}/confirm"
    assert server.post(path, server.keys[0]).token == "four_eyes_required"
    confirmed = server.post(path, server.keys[1])
    assert confirmed["confirm_by"] is None and confirmed["confirmed_by"] != confirmed["proposed_by"]
    assert server.post(path, server.keys[1]).token == "state_conflict"


def test_a_critical_measure_that_is_rejected_leaves_a_restriction(server, client):
    measure = server.measure(client.id, "suspend", by=0)
    rejected = server.post(f"/v1/admin/measures/{measure['id']}/reject", server.keys[1])
    assert rejected["status"] == "lapsed" and status_of(server, client) == "restricted"


def test_the_end_of_access_and_its_return_take_two_people(server, client):
    proposed = server.post(f"/v1/admin/clients/{client.id}/measures", server.keys[0],
                           {"kind": "terminate", "ground": "no_cooperation", "clause": "P5.2", "evidence": "Case 9"})
    assert proposed["status"] == "proposed" and proposed["notice"] is None
    assert client.get("/v1/notices")["data"] == [], "what is only proposed is not told"
    path = f"/v1/admin/measures/{proposed['id']}"
    assert server.post(path + "/confirm", server.keys[0]).token == "four_eyes_required"
    scheduled = server.post(path + "/confirm", server.keys[1])
    assert scheduled["status"] == "scheduled"
    client.post(f"/v1/notices/{scheduled['notice']}/acknowledge")
    until(server, proposed, lambda object: object["status"] == "in_force")
    assert client.get("/v1/balances").token == "client_terminated"


def test_what_is_under_way_ends_by_rule(server, client):
    client.fund()
    now = datetime.fromisoformat(client.get("/v1/sandbox/clock")["now"])
    later = client.payout(scheduled_at=(now + timedelta(days=1)).isoformat())
    sent = client.payout()
    assert server.measure(client.id, "restrict").token == "ok"
    assert client.until(f"/v1/payouts/{sent['id']}", lambda payout: payout["status"] == "processed")
    client.move_clock(days=2)
    failed = client.until(f"/v1/payouts/{later['id']}", lambda payout: payout["status"] == "failed")
    assert failed["reason"] == "client_not_allowed" and failed["fee"] == 0


def test_a_person_is_called_when_the_notice_cannot_be_sent(server, client):
    measure = server.measure(client.id, "restrict", critical=False)
    until(server, measure, lambda object: object["is_overdue"])
    assert status_of(server, client) == "approved"
    assert server.post(f"/v1/admin/measures/{measure['id']}/withdraw", server.keys[0])["status"] == "withdrawn"
    client.post(f"/v1/notices/{measure['notice']}/acknowledge")
    assert status_of(server, client) == "approved", "what was taken back does not come back"


def test_an_overdue_measure_is_still_there_after_a_restart(tmp_path):
    server = Server(tmp_path)
    client = server.client()
    waiting = server.measure(client.id, "suspend", critical=False)
    until(server, waiting, lambda object: object["is_overdue"])
    server.kill()
    server.start()
    client.post(f"/v1/notices/{waiting['notice']}/acknowledge")
    until(server, waiting, lambda object: object["status"] == "in_force")
    server.stop()


def test_a_suspended_client_may_ask_and_be_answered(server, client):
    assert server.measure(client.id, "suspend").token == "ok"
    asked = client.post("/v1/tickets", {"subject": "Why?", "text": "What did we do?\nWe are at a loss.", "about": client.id})
    assert (asked.status, asked["status"]) == (201, "open")
    answered = server.post(f"/v1/tickets/{asked['id']}/reply", server.keys[0], {"text": "See the notice."})
    assert answered["status"] == "answered"
    seen = client.get(f"/v1/tickets/{asked['id']}")
    assert [message["text"] for message in seen["messages"]] == ["What did we do?\nWe are at a loss.", "See the notice."]
    assert seen["messages"][0]["person"] is None and seen["messages"][1]["person"].startswith("person_")
    assert client.post(f"/v1/tickets/{asked['id']}/reply", {"text": "We see."})["status"] == "open"
    assert client.post(f"/v1/tickets/{asked['id']}/close")["status"] == "closed"
    assert client.post(f"/v1/tickets/{asked['id']}/reply", {"text": "More"}).token == "state_conflict"
    assert asked["id"] in [ticket["id"] for ticket in server.get("/v1/tickets?limit=100", server.keys[0])["data"]]


def test_the_words_of_a_ticket_are_sealed_in_the_journal_and_masked_in_events(server, client):
    words = "Our cashier is Meera " + next(fresh_names)
    client.post("/v1/tickets", {"subject": "A name", "text": words})
    live = server.issue(client.id, "live")["secret"]
    events = client.get("/v1/events?type=ticket.opened", key=live)
    assert events["data"] and words not in events.body.decode()
    assert not any(words.encode() in file.read_bytes() for file in (server.folder / "journal").iterdir())


def test_coverage_counts_what_was_refused(server, client):
    def counts(key):
        clauses = server.get("/v1/policy/coverage", key)["clauses"]
        assert len(clauses) == 29
        return {clause["clause"]: clause for clause in clauses}

    before = counts(client.key)["P4.2"]["refusals"]
    scopeless = server.issue(client.id, scopes=["read_payins"])["secret"]
    for _ in range(3):
        assert client.get("/v1/balances", key=scopeless).token == "scope_missing"
    client.until("/v1/policy/coverage", lambda page: next(
        clause["refusals"] for clause in page["clauses"] if clause["clause"] == "P4.2") == before + 3)
    seen = counts(server.keys[0])
    assert seen["P4.2"]["refusals"] >= 3 and seen["P1.1"]["events"] > 0 and counts(client.key)["P1.1"]["events"] is None
    assert "scope_missing" in seen["P4.2"]["outcomes"] and "GET /policy" in seen["P9.1"]["operations"]


def test_refusals_are_counted_on_after_a_restart(tmp_path):
    server = Server(tmp_path)
    client = server.client()

    def refusals():
        page = client.get("/v1/policy/coverage").json
        return next(clause["refusals"] for clause in page["clauses"] if clause["clause"] == "P4.2")

    scopeless = server.issue(client.id, scopes=["read_payins"])["secret"]
    for round_ in range(2):
        assert client.get("/v1/balances", key=scopeless).token == "scope_missing"
        client.until("/v1/policy/coverage", lambda _: refusals() == round_ + 1)
        server.stop() if round_ else server.kill()
        if not round_:
            server.start()


def test_security_txt_is_made_of_the_settings(tmp_path, server):
    assert server.get("/.well-known/security.txt").token == "not_found"
    own = Server(tmp_path, MOHUR_SECURITY_CONTACT="mailto:security@operator.example",
                 MOHUR_SECURITY_POLICY="https://operator.example/security", MOHUR_SECURITY_LANGUAGES="en, hi")
    answer = own.get("/.well-known/security.txt")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    lines = dict(line.split(": ", 1) for line in answer.body.decode().splitlines())
    assert lines["Contact"] == "mailto:security@operator.example" and lines["Preferred-Languages"] == "en, hi"
    assert lines["Policy"] == "https://operator.example/security"
    ahead = datetime.fromisoformat(lines["Expires"]) - datetime.now(timezone.utc)
    assert timedelta(days=178) < ahead < timedelta(days=366), "RFC 9116: less than a year"
    own.stop()
