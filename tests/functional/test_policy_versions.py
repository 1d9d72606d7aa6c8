"""The usage policy from its proposal to its acceptance: two people, public pages, and one record for each client and version."""
import hashlib
import re
import subprocess
from datetime import datetime, timedelta, timezone
from html.parser import HTMLParser

import pytest

from conftest import MOHUR, OPENAPI, Server


def ahead(**by):
    return (datetime.now(timezone.utc) + timedelta(**by)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


TEXT = "# Policy\n\n## P3.4 No sharing\n\nKeys stay with you.\n"


def propose(server, text=TEXT, effective_at=None, by=0, summary="Everything"):
    return server.post("/v1/admin/policy/versions", server.keys[by],
                       {"text": text, "effective_at": effective_at or ahead(), "reason": "A reason", "change_summary": summary})


def publish(server, version, by=1):
    return server.post(f"/v1/admin/policy/versions/{version}/publish", server.keys[by], {})


def published(server, **more):
    answer = publish(server, propose(server, **more)["id"])
    assert answer.token == "ok", answer.body
    return answer


@pytest.fixture
def own(tmp_path):
    """A server of its own: what is published holds for everybody."""
    running = Server(tmp_path, MOHUR_POLICY_NOTICE_DAYS="2")
    yield running
    if running.process.poll() is None:
        running.stop()


def acceptances(client):
    return client.get("/v1/policy/acceptances")["data"]


def recorded(client):
    """The client's acceptances, once the server has them: a call does not wait for the one that it brings about."""
    return client.until("/v1/policy/acceptances", lambda page: page["data"])["data"]


def test_two_people_publish_a_version_and_its_hash_is_that_of_the_text(own):
    text = "# Policy\n\nÜber alles: “fair use”.\n"
    made = propose(own, text)
    assert (made.status, made["status"], made["number"]) == (201, "proposed", None)
    assert made["hash"] == hashlib.sha256(text.encode()).hexdigest()
    assert publish(own, made["id"], by=0).token == "four_eyes_required"
    assert own.get("/policy").token == "not_found", "what is only proposed is not public"
    answer = publish(own, made["id"])
    assert (answer["status"], answer["number"], answer["text"]) == ("published", 1, text)
    assert publish(own, made["id"]).token == "state_conflict"


def test_clients_are_told_ahead_of_all_but_the_first(own):
    published(own)
    refused = propose(own, effective_at=ahead(days=1, hours=23))
    assert (refused.status, refused.token, refused["clause"]) == (422, "notice_too_short", "P9.1")
    assert refused["field"] == "effective_at"
    assert propose(own, effective_at=ahead(days=3_700)).token == "time_too_far"
    second = published(own, effective_at=ahead(days=3))
    assert second["number"] == 2
    rejected = own.post(f"/v1/admin/policy/versions/{propose(own, effective_at=ahead(days=9))['id']}/reject", own.keys[1], {})
    assert (rejected["status"], rejected["number"]) == ("rejected", None)


def test_a_client_sees_what_is_published_and_not_what_is_proposed(own):
    client = own.client()
    first = published(own)
    secret = propose(own, effective_at=ahead(days=5))
    assert [each["id"] for each in client.get("/v1/policy/versions")["data"]] == [first["id"]]
    assert client.get("/v1/policy/versions")["data"][0]["text"] == first["text"]
    seen = own.get("/v1/admin/policy/versions?status=proposed", own.keys[0])["data"]
    assert [each["id"] for each in seen] == [secret["id"]]
    assert client.post("/v1/admin/policy/versions", {}).token == "scope_missing"


def test_going_on_accepts_once_and_whoever_does_not_call_has_not_accepted(own):
    client, silent = own.client(), own.client()
    assert acceptances(client) == [], "there is nothing to accept yet"
    version = published(own)
    for _ in range(20):
        assert client.get("/v1/balances").token == "ok"
    [accepted] = recorded(client)
    assert (accepted["number"], accepted["hash"], accepted["manner"]) == (1, version["hash"], "continued_use")
    assert accepted["version"] == version["id"] and accepted["client"] == client.id
    assert count_of_events(own, client) == 1, "however many calls there are"
    register = own.get("/v1/policy/acceptances", own.keys[0])["data"]
    assert [each["client"] for each in register] == [client.id], "the other one was silent"
    assert own.get(f"/v1/policy/acceptances?client={silent.id}", own.keys[0])["data"] == []


def test_an_acceptance_is_recorded_once_also_after_a_restart(own):
    client = own.client()
    published(own)
    assert client.get("/v1/balances").token == "ok"
    [accepted] = recorded(client)
    own.kill()
    own.start()
    for _ in range(5):
        assert client.get("/v1/balances").token == "ok"
    again = client.post("/v1/policy/acceptances", {"number": 1})
    assert (again.status, again["id"]) == (200, accepted["id"])
    assert acceptances(client) == [accepted] and count_of_events(own, client) == 1


def test_a_client_accepts_by_a_call_of_its_own_also_ahead_of_time(own):
    client = own.client()
    published(own)
    published(own, effective_at=ahead(days=3))
    made = client.post("/v1/policy/acceptances", {"number": 2}, Idempotency_Key="accept-2")
    assert (made.status, made["number"], made["manner"]) == (201, 2, "explicit_call")
    assert client.post("/v1/policy/acceptances", {"number": 2}, Idempotency_Key="accept-2")["id"] == made["id"]
    assert client.post("/v1/policy/acceptances", {"number": 3}).token == "not_found"
    assert own.post("/v1/policy/acceptances", own.keys[0], {"number": 2}).token == "scope_missing"
    client.until("/v1/policy/acceptances", lambda page: [each["number"] for each in page["data"]] in ([1, 2], [2, 1]))
    live = own.issue(client.id, "live")["secret"]
    assert "policy.accepted" in [event["type"] for event in client.get("/v1/events", key=live)["data"]]


def count_of_events(server, client):
    live = server.issue(client.id, "live")["secret"]
    return len(client.get("/v1/events?type=policy.accepted&limit=100", key=live)["data"])


class Elements(HTMLParser):
    """The names of a page's elements, and those of their attributes that make a browser do something."""

    def __init__(self, page):
        super().__init__()
        self.names, self.ids, self.links = set(), set(), []
        self.feed(page)

    def handle_starttag(self, name, attributes):
        self.names.add(name)
        assert not [each for each, _ in attributes if each.startswith("on") or each in ("src", "style", "action")], attributes
        self.ids |= {value for each, value in attributes if each == "id"}
        self.links += [value for each, value in attributes if each == "href"]


def page(server, path):
    answer = server.get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-") and "unsafe" not in policy
    return Elements(answer.body.decode()), answer.body.decode()


def test_the_public_page_shows_the_version_in_force_its_history_and_what_changed(own):
    published(own, text="# Policy\n\n## P3.4 No sharing\n\nKeys stay with <b>you</b>, one day.\n", summary="The first")
    published(own, text="# Policy\n\n## P3.4 No sharing\n\nKeys stay with you, two days.\n", effective_at=ahead(days=3),
              summary="Longer & better")
    elements, text = page(own, "/policy")
    assert "script" not in elements.names and "b" not in elements.names, "HTML in the Markdown is left out"
    assert "P3.4" in elements.ids and "#P3.4" in elements.links
    assert "In force since" in text and "Longer &amp; better" in text and "/policy/versions/1/difference/2" in elements.links
    for link in elements.links:
        if link.startswith("/"):
            assert own.get(link).status == 200, link
    _, later = page(own, "/policy/versions/2")
    assert "Comes into force at" in later
    _, difference = page(own, "/policy/versions/1/difference/2")
    assert "<ins>two</ins>" in difference and "<del>one</del>" in difference
    for wrong in ("/policy/versions/3", "/policy/versions/x", "/policy/versions/0", "/policy/versions/1/difference/9",
                  "/policy/versions/99999999999999999999"):
        assert own.get(wrong).token == "not_found", wrong


def test_the_sample_policy_has_a_heading_for_every_clause_and_can_be_published(own):
    text = subprocess.run([MOHUR, "sample-policy"], capture_output=True, text=True, check=True).stdout
    published(own, text=text)
    elements, shown = page(own, "/policy")
    clauses = OPENAPI["components"]["schemas"]["Clause"]["enum"] if "Clause" in OPENAPI["components"]["schemas"] else \
        OPENAPI["components"]["schemas"]["GroundInput"]["properties"]["clause"]["enum"]
    assert len(clauses) == 29 and set(clauses) == elements.ids
    assert len(re.findall("<h3 id=", shown)) == 29


def test_a_text_that_is_no_markdown_or_too_long_is_refused(own):
    for text, token in (("", "field_out_of_range"), ("a\x00b", "field_malformed"), ("x" * 65_537, "field_out_of_range")):
        refused = propose(own, text)
        assert refused["field"] == "text" and refused.status == 422, refused.body
