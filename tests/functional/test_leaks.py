"""A scanner for leaked secrets reports what it found, signed: what is ours ends at once, and the scanner is told what it was."""
import base64
import json

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from conftest import PAYIN, Server
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
    position = server.position()
    assert labels(scanner.report(server, findings)) == labels(answer), "told again, it is still what it was"
    assert server.position() == position, "and nothing is done twice"
    assert labels(scanner.report(server, [])) == []


def test_a_key_of_the_operators_people_ends_as_well(server, scanner):
    people = server.get("/v1/admin/persons", server.keys[0])["data"]
    by = server.keys[1 if _is_of(server, 0, people[0]) else 0]
    issued = server.post(f"/v1/admin/persons/{people[0]['id']}/credentials", by, {"label": "laptop"})
    assert labels(scanner.report(server, [found(issued["secret"])])) == ["true_positive"]
    assert server.get("/v1/admin/persons", issued["secret"]).token == "credential_revoked"
    assert server.get("/v1/admin/incidents", server.keys[0])["data"][0]["credential"] == issued["id"]


def _is_of(server, number, person):
    rows = server.get("/v1/admin/credentials?limit=100", server.keys[0])["data"]
    return any(row["person"] == person["id"] and f"_{row['kid']}_" in server.keys[number] for row in rows)


def test_only_the_partner_is_believed(server, client, scanner):
    key = server.issue(client.id)["secret"]
    body = json.dumps([found(key)]).encode()
    right, stranger = scanner.headers(body), Scanner()
    cases = [({}, "signature_malformed"),
             ({**right, "Github_Public_Key_Signature": None}, "signature_malformed"),
             ({**right, "Github_Public_Key_Identifier": None}, "signature_malformed"),
             ({**right, "Github_Public_Key_Signature": "!"}, "signature_malformed"),
             ({**right, "Github_Public_Key_Signature": "AAAA"}, "signature_invalid"),
             ({**right, "Github_Public_Key_Identifier": "older"}, "signature_invalid"),
             ({**right, "Github_Public_Key_Identifier": "unknown"}, "signature_invalid"),
             (stranger.headers(body), "signature_invalid"),
             (scanner.headers(body + b" "), "signature_invalid")]
    for headers, token in cases:
        answer = server.call("POST", "/v1/leaks", body=body, **headers)
        assert answer.token == token, headers
        assert key not in answer.body.decode()
    assert client.get("/v1/payins", key=key).token == "ok"


def test_a_stranger_who_goes_on_is_told_to_wait(tmp_path, scanner):
    (tmp_path / "keys.json").write_text(json.dumps({"public_keys": [scanner.published]}))
    server = Server(tmp_path, MOHUR_SCANNER_KEYS_FILE=str(tmp_path / "keys.json"))
    told = [Scanner().report(server, []).token for _ in range(31)]
    assert told[:30] == ["signature_invalid"] * 30 and told[30] == "address_blocked"
    assert labels(scanner.report(server, [])) == [], "the partner is heard"
    server.stop()


@pytest.mark.parametrize("body, token", [
    (b"", "body_malformed"), (b"{}", "body_malformed"), (b'[{"token":"x"', "body_malformed"), (b'["x"]', "body_malformed"),
    (b'[{"type":"x"}]', "field_missing"), (b'[{"token":7}]', "field_missing"), (b"[]x", "body_malformed"),
    (b'[{"token":"x","extra":{"a":[1,null]}}]', "ok"), (b'[{"token":"x","url":null}]', "ok"),
])
def test_a_report_is_read_for_what_it_has(server, scanner, body, token):
    assert scanner.report(server, None, body).token == token


def test_more_live_secrets_than_one_command_takes_are_refused_whole(server, client, scanner):
    keys = [server.issue(client.id)["secret"] for _ in range(2)]
    many = [found(keys[n % 2]) for n in range(101)]
    assert scanner.report(server, many).token == "field_out_of_range"
    assert client.get("/v1/payins", key=keys[0]).token == "ok"


def test_without_a_partner_there_is_no_such_endpoint_and_wrong_keys_are_told_at_the_start(tmp_path):
    server = Server(tmp_path)
    assert Scanner().report(server, []).token == "not_found"
    server.stop()
    for name, text in (("none", "{}"), ("rubbish", "x"), ("no_key", '{"public_keys":[{"key_identifier":"a","key":"x"}]}')):
        (tmp_path / name).write_text(text)
        refused = run("serve", **{**server.settings, "MOHUR_SCANNER_KEYS_FILE": str(tmp_path / name)})
        assert refused.returncode == 1 and name in refused.stderr, refused.stderr
