"""Signed calls, as a client's developer meets them: the example of docs/reference/signatures.md runs here as it stands."""
import json
import re
import time

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from conftest import PAYIN, ROOT, Server, fresh_names
from test_policy import agree
from test_program import run

EXAMPLE = re.search(r"```python\n(.*?)```", (ROOT / "docs/reference/signatures.md").read_text(), re.S)[1]


class Clock:
    """What the example takes for the time: as far ahead of it as a test likes."""
    ahead = 0

    def time(self):
        return time.time() + self.ahead


class Signer:
    """A client with a signing key, and the example's own code to sign with it."""

    def __init__(self, client, private=None):
        self.client, self.server, self.clock = client, client.server, Clock()
        self.code = {}
        exec(EXAMPLE, self.code)
        self.code["time"] = self.clock
        self.credential = self.server.issue(client.id)
        self.key = self.credential["secret"]
        self.set_key(private)

    def set_key(self, private=None, **more):
        body = {"algorithm": "hmac_sha256", **more}
        if private is not None:
            pem = private.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
            body = {"algorithm": "ed25519", "public_key": pem.decode(), **more}
        path = f"/v1/admin/credentials/{self.credential['id']}/signing_key"
        answer = self.server.post(path, self.server.keys[0], body)
        assert answer.status == 200, answer.body
        self.keyid = answer["signing_keys"][0]["id"]
        self.sign = private.sign if private is not None else self.code["by_secret"](answer["secret"])
        return answer

    def headers(self, method, path, body=None, host=None, **headers):
        data = json.dumps(body).encode() if body is not None else b""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        url = ("https://" + host if host else self.server.url) + path
        return self.code["signed"](method, url, sent, data, self.keyid, self.sign)

    def send(self, method, path, headers, body=None):
        data = json.dumps(body).encode() if body is not None else None
        return self.server.call(method, path, self.key, data, **{name.replace("-", "_"): text for name, text in headers.items()})

    def call(self, method, path, body=None, **headers):
        return self.send(method, path, self.headers(method, path, body, **headers), body)

    def payout(self, **more):
        return self.call("POST", "/v1/payouts", self.client.payout_body(**more), Idempotency_Key="signed-" + next(fresh_names))


@pytest.fixture(params=["hmac_sha256", "ed25519"])
def signer(server, request):
    client = server.client()
    client.fund()
    return Signer(client, private=Ed25519PrivateKey.generate() if request.param == "ed25519" else None)


@pytest.fixture
def by_secret(server):
    client = server.client()
    client.fund()
    return Signer(client)


def test_signed_calls_are_taken_and_each_once(signer):
    headers = signer.headers("POST", "/v1/payins", PAYIN)
    assert signer.send("POST", "/v1/payins", headers, PAYIN).status == 201
    again = signer.send("POST", "/v1/payins", headers, PAYIN)
    assert (again.status, again.token, again["clause"], again["retry"]) == (403, "signature_replayed", "P3.1", "after_change")
    assert signer.payout().status == 201
    looked = signer.headers("GET", "/v1/payouts?limit=1")
    assert [signer.send("GET", "/v1/payouts?limit=1", looked).token for _ in range(2)] == ["ok", "signature_replayed"]
    assert signer.send("GET", "/v1/payouts?limit=1", {}).token == "ok", "nobody asks for a signature here"


def test_a_retry_is_signed_anew_and_done_once(by_secret):
    order, once = by_secret.client.payout_body(), {"Idempotency_Key": "retry-" + next(fresh_names)}
    first = by_secret.headers("POST", "/v1/payouts", order, **once)
    made = by_secret.send("POST", "/v1/payouts", first, order)
    assert made.status == 201
    assert by_secret.send("POST", "/v1/payouts", first, order).token == "signature_replayed", "before the answer of the key"
    again = by_secret.call("POST", "/v1/payouts", order, **once)
    assert (again["id"], again.headers["Idempotent-Replayed"]) == (made["id"], "true")


def with_input(headers, old, new):
    return {**headers, "Signature-Input": headers["Signature-Input"].replace(old, new)}


@pytest.mark.parametrize("alter, token", [
    (lambda headers: {**headers, "Signature": headers["Signature"].replace("sig=:", "sig=:AAAA")}, "signature_invalid"),
    (lambda headers: {**headers, "Signature": "sig=:AAA:"}, "signature_malformed"),
    (lambda headers: with_input(headers, ";nonce=", "; nonce="), "signature_malformed"),
    (lambda headers: with_input(headers, ";nonce=", ";tag=\"t\";nonce="), "signature_invalid"),
    (lambda headers: with_input(headers, "keyid=\"sig", "keyid=\"sog"), "signature_invalid"),
    (lambda headers: {**headers, "Signature-Input": "sig=()"}, "signature_malformed"),
    (lambda headers: {**headers, "Content-Digest": "sha-256=:AAAA:"}, "signature_invalid"),
    (lambda headers: {**headers, "Idempotency-Key": "another"}, "signature_malformed"),
    (lambda headers: {name: headers[name] for name in headers if name != "Signature"}, "signature_malformed"),
    (lambda headers: {name: headers[name] for name in headers if name != "Signature-Input"}, "signature_malformed"),
    (lambda headers: {name: headers[name] for name in headers if name != "Content-Digest"}, "signature_invalid"),
    (lambda headers: headers, "ok"),
])
def test_an_altered_signature_is_told_for_what_it_is(by_secret, alter, token):
    answer = by_secret.send("POST", "/v1/payins", alter(by_secret.headers("POST", "/v1/payins", PAYIN)), PAYIN)
    assert answer.token == token
    assert token == "ok" or answer["clause"] == "P3.1"


def test_a_call_is_held_to_what_was_signed(by_secret):
    headers = by_secret.headers("POST", "/v1/payins", PAYIN)
    altered = by_secret.send("POST", "/v1/payins", headers, {**PAYIN, "amount": 900})
    assert (altered.status, altered.token, altered["field"]) == (400, "digest_mismatch", "Content-Digest")
    fitted = {**headers, "Content-Digest": by_secret.headers("POST", "/v1/payins", {**PAYIN, "amount": 900})["Content-Digest"]}
    assert by_secret.send("POST", "/v1/payins", fitted, {**PAYIN, "amount": 900}).token == "signature_invalid"
    assert by_secret.send("POST", "/v1/virtual_accounts", headers, PAYIN).token == "signature_invalid"
    looked = by_secret.headers("GET", "/v1/payins?limit=1")
    assert by_secret.send("GET", "/v1/payins?limit=2", looked).token == "signature_invalid"
    assert by_secret.send("POST", "/v1/payins", headers, PAYIN).token == "ok"
    unsigned = {"Content-Digest": headers["Content-Digest"]}
    assert by_secret.send("POST", "/v1/payins", unsigned, PAYIN).token == "ok"
    assert by_secret.send("POST", "/v1/payins", unsigned, {**PAYIN, "amount": 900}).token == "digest_mismatch"


@pytest.mark.parametrize("ahead, token", [(-330, "signature_expired"), (-270, "ok"), (270, "ok"), (330, "signature_expired")])
def test_a_clock_may_be_five_minutes_wrong_either_way(by_secret, ahead, token):
    by_secret.clock.ahead = ahead
    assert by_secret.call("POST", "/v1/payins", PAYIN).token == token


def test_a_signature_is_by_a_key_of_the_same_credential(server, by_secret):
    other = Signer(by_secret.client)
    headers = other.headers("POST", "/v1/payins", PAYIN)
    assert by_secret.send("POST", "/v1/payins", headers, PAYIN).token == "signature_invalid"
    keyless = server.issue(by_secret.client.id)["secret"]
    refused = server.call("POST", "/v1/payins", keyless, json.dumps(PAYIN).encode(),
                          **{name.replace("-", "_"): text for name, text in headers.items()})
    assert refused.token == "signature_invalid" and "no signing key" in refused["detail"]


def test_an_agreement_can_ask_for_signed_money_out(server, by_secret):
    client = by_secret.client
    assert agree(server, client, signed_money_out=True).token == "ok"
    assert client.get("/v1/agreement")["agreement"]["signed_money_out"] is True
    refused = client.payout()
    assert (refused.status, refused.token, refused["clause"]) == (403, "signature_missing", "P3.1")
    assert refused["detail"].startswith("Version 2 of the agreement asks for signed calls")
    assert '"content-digest" "idempotency-key"' in refused["detail"]
    assert by_secret.payout().status == 201
    assert client.post("/v1/payins", PAYIN).status == 201, "only money out is asked for it"
    asked = server.apply(signed_money_out=True)
    assert server.get(f"/v1/admin/clients/{asked}", server.keys[0])["agreement"]["signed_money_out"] is True


def test_a_signing_key_is_set_anew_without_a_gap(server, by_secret):
    first = by_secret.keyid, by_secret.sign
    asked = by_secret.set_key(Ed25519PrivateKey.generate(), overlap_s=3_600)
    assert [key["algorithm"] for key in asked["signing_keys"]] == ["ed25519", "hmac_sha256"]
    assert (asked["signing_keys"][0]["expires_at"], asked["signing_keys"][1]["public_key"]) == (None, None)
    assert by_secret.call("POST", "/v1/payins", PAYIN).token == "ok"
    by_secret.keyid, by_secret.sign = first
    assert by_secret.call("POST", "/v1/payins", PAYIN).token == "ok"
    by_secret.set_key(overlap_s=0)
    by_secret.keyid, by_secret.sign = first
    assert by_secret.call("POST", "/v1/payins", PAYIN).token == "signature_invalid"
    assert "credential.signing_key_set" in [event["type"] for event in by_secret.client.get("/v1/events")["data"]]


def test_a_signing_key_is_shown_once_and_only_to_whom_it_is_made_for(server, client):
    issued = server.issue(client.id)
    path, once = f"/v1/admin/credentials/{issued['id']}/signing_key", {"Idempotency_Key": "set-" + next(fresh_names)}
    made = server.post(path, server.keys[0], {"algorithm": "hmac_sha256"}, **once)
    assert re.fullmatch(r"mohur_sign_[A-Za-z0-9+/]{43}=", made["secret"])
    assert "secret" not in server.post(path, server.keys[0], {"algorithm": "hmac_sha256"}, **once).json
    shown = server.get(f"/v1/admin/credentials/{issued['id']}", server.keys[0])
    assert "secret" not in shown.json
    assert set(shown["signing_keys"][0]) == {"id", "algorithm", "created_at", "expires_at", "public_key"}
    pair, secret = {"algorithm": "ed25519"}, {"algorithm": "hmac_sha256"}
    for body, token, field in ((pair, "field_missing", "public_key"),
                               ({**pair, "public_key": "A" * 44}, "field_malformed", "public_key"),
                               ({**pair, "public_key": "!" + "A" * 43}, "field_malformed", "public_key"),
                               ({**secret, "public_key": "A" * 43 + "="}, "field_unknown", "public_key"),
                               ({"algorithm": "rsa"}, "field_malformed", "algorithm"),
                               ({**secret, "overlap_s": 604_801}, "field_out_of_range", "overlap_s")):
        refused = server.post(path, server.keys[0], body)
        assert (refused.token, refused["field"]) == (token, field), body
    assert server.post(path, client.key, {"algorithm": "hmac_sha256"}).token == "scope_missing"


def test_an_operators_own_signing_key_is_set_by_another_person(server):
    asha, bina = server.keys[:2]
    own = next(row for row in server.get("/v1/admin/credentials?limit=100", asha)["data"] if f"_{row['kid']}_" in asha)
    path = f"/v1/admin/credentials/{own['id']}/signing_key"
    assert server.post(path, asha, {"algorithm": "hmac_sha256"}).token == "four_eyes_required"


def test_no_restart_forgets_what_was_signed(tmp_path):
    server = Server(tmp_path)
    client = server.client()
    client.fund()
    signer = Signer(client)
    order, host = client.payout_body(), {"host": "api.example.com"}
    path, kept = "/v1/payouts", {"Idempotency_Key": "once", **host}
    headers = {**signer.headers("POST", path, order, **kept), "Host": host["host"]}
    assert signer.send("POST", path, headers, order).status == 201
    server.kill()
    server.start()
    server.connection = None
    replayed = signer.send("POST", path, headers, order)
    assert (replayed.token, replayed["clause"]) == ("signature_replayed", "P3.1")
    assert len(client.get("/v1/payouts")["data"]) == 1
    fresh = {**signer.headers("POST", path, order, **kept), "Host": host["host"]}
    assert signer.send("POST", path, fresh, order).headers["Idempotent-Replayed"] == "true"
    server.stop()
    assert run("verify", **server.settings).returncode == 0, "the state that was recovered is the one that is replayed"
