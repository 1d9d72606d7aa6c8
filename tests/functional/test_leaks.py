"""A scanner for leaked secrets reports what it found, signed: what is ours ends at once, and the scanner is told what it was."""
import base64
import json

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from conftest import PAYIN, Server
from people import Member, Staff
from test_oauth import get_token
from test_program import run


class Scanner:
    """The partner: signs as GitHub's secret scanning does, with a key that the server was given."""

    def __init__(self, identifier="key-1"):
        self.identifier, self.private = identifier, ec.generate_private_key(ec.SECP256R1())

    @property
    def published(self):
        pem = self.private.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        return {"key_identifier": self.identifier, "key": pem.decode(), "is_current": True}

    def headers(self, body):
        signature = base64.b64encode(self.private.sign(body, ec.ECDSA(hashes.SHA256()))).decode()
        return {"Github_Public_Key_Identifier": self.identifier, "Github_Public_Key_Signature": signature}

    def report(self, server, findings, body=None, **headers):
        body = json.dumps(findings).encode() if body is None else body
        return server.call("POST", "/v1/leaks", body=body, **{**self.headers(body), **headers})


@pytest.fixture(scope="module")
def scanner():
    return Scanner()


@pytest.fixture(scope="module")
def server(tmp_path_factory, scanner):
    home = tmp_path_factory.mktemp("server")
    (home / "keys.json").write_text(json.dumps({"public_keys": [Scanner("older").published, scanner.published], "next": None}))
    running = Server(home, MOHUR_SCANNER_KEYS_FILE=str(home / "keys.json"))
    yield running
    running.stop()


def found(token, url="https://git.example/commit/1", **more):
    return {"token": token, "type": "mohur_api_key", "url": url, "source": "content", **more}


def told_but_notices(client):
    """The types of the client's events. Notices go their way meanwhile."""
    return [each["type"] for each in client.get("/v1/events?limit=100")["data"] if not each["type"].startswith("notice.")]


def labels(answer):
    return [each["label"] for each in answer.json]


def test_a_key_that_was_found_ends_at_once_and_opens_an_incident(server, client, scanner):
    leaked, connection = server.issue(client.id), server.connect()
    used = server.post("/v1/payins", leaked["secret"], PAYIN, connection=connection)
    assert used.status == 201
    server.logged(used)
    answer = scanner.report(server, [found(leaked["secret"])])
    assert (answer.status, labels(answer)) == (200, ["true_positive"])
    assert answer.json == [{"token_raw": leaked["secret"], "token_type": "mohur_api_key", "label": "true_positive"}]
    assert server.get("/v1/payins", leaked["secret"], connection=connection).token == "credential_revoked"
    connection.close()
    incident = client.get("/v1/incidents")["data"][0]
    assert (incident["credential"], incident["source"], incident["scanner"]) == (leaked["id"], "scanner", "github")
    assert incident["note"] == "Found in content: https://git.example/commit/1" and incident["reported_by"] is None
    types = [event["type"] for event in client.get("/v1/events?limit=2")["data"]]
    assert types == ["credential.revoked", "incident.opened"]
    did = client.get("/v1/requests?credential=" + leaked["id"])["data"]
    assert used.headers["Request-Id"] in [call["id"] for call in did]
    assert client.get("/v1/payins").token == "ok", "the client's other key is its own"


def test_each_finding_is_told_what_it_was(server, client, scanner):
    key, again, live = server.issue(client.id), server.issue(client.id), server.issue(client.id, mode="live")
    revoked = server.issue(client.id)
    server.post(f"/v1/admin/credentials/{revoked['id']}/revoke", server.keys[0])
    wrong = server.issue(client.id)["secret"]
    forged = wrong[:27] + ("0" if wrong[27] != "0" else "1") + wrong[28:]
    token = get_token(server, again["secret"])
    findings = [found(key["secret"]), found("hunter2"), found(forged), found(live["secret"]), found(revoked["secret"]),
                found(token, type="mohur_token"), found(key["secret"], url="https://git.example/commit/2")]
    answer = scanner.report(server, findings)
    yes, no = "true_positive", "false_positive"
    assert labels(answer) == [yes, no, no, yes, yes, yes, yes]
    assert [client.get("/v1/payins", key=each).token for each in (key["secret"], live["secret"])] == ["credential_revoked"] * 2
    assert client.get("/v1/payins", key=token).token == "token_revoked"
    assert client.get("/v1/payins", key=again["secret"]).token == client.get("/v1/payins", key=wrong).token == "ok"
    assert len([each for each in client.get("/v1/incidents")["data"] if each["credential"] == key["id"]]) == 1
    happened = told_but_notices(client)
    assert labels(scanner.report(server, findings)) == labels(answer), "told again, it is still what it was"
    assert told_but_notices(client) == happened, "and nothing is done twice"
    assert labels(scanner.report(server, [])) == []


def test_a_key_of_the_operators_people_ends_as_well(server, scanner):
    member = Member(Staff(server), "owner")
    session = member.sign_in()["secret"]
    issued = server.post("/v1/staff/credentials", session, {"label": "laptop"})
    assert labels(scanner.report(server, [found(issued["secret"])])) == ["true_positive"]
    assert server.get("/v1/admin/people", issued["secret"]).token == "credential_revoked"
    assert server.get("/v1/admin/incidents", server.keys[0])["data"][0]["credential"] == issued["id"]
    forged = session[:27] + ("0" if session[27] != "0" else "1") + session[28:]
    assert labels(scanner.report(server, [found(forged), found(session)])) == ["false_positive", "true_positive"]
    assert server.get("/v1/staff/me", session).token == "session_ended"
    assert server.get("/v1/admin/sessions?person=" + member.id, server.keys[0])["data"][0]["status"] == "ended"
