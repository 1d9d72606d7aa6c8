"""OAuth 2.0 client credentials: tokens for some minutes instead of the key, what they are, and their end at once."""
import base64
import threading
import time
import zlib
from urllib.parse import urlencode

import pytest

from conftest import PAYIN, Server, fresh_names

FORM = "application/x-www-form-urlencoded"
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """One of its own: what is wrong here counts against an address that the tests of others come from."""
    running = Server(tmp_path_factory.mktemp("server"))
    yield running
    running.stop()


def kid_of(key):
    return key.split("_")[3]


def basic(key, secret=None):
    return "Basic " + base64.b64encode(f"{kid_of(key)}:{secret or key}".encode()).decode()


def ask(server, what, authorization=None, form=None, **more):
    """One of OAuth's endpoints: token, introspect or revoke."""
    body = form if isinstance(form, bytes) else urlencode(form or {}).encode()
    more.setdefault("Content_Type", FORM)
    return server.call("POST", "/oauth/" + what, body=body, Authorization=authorization, **more)


def get_token(server, key, **form):
    answer = ask(server, "token", basic(key), {"grant_type": "client_credentials", **form})
    assert answer.status == 200, answer.body
    return answer["access_token"]


def introspect(server, key, token):
    answer = ask(server, "introspect", basic(key), {"token": token})
    assert answer.status == 200, answer.body
    return answer.json


def with_checksum(text):
    value, digits = zlib.crc32(text.encode()), ""
    for _ in range(6):
        value, digit = divmod(value, 62)
        digits = DIGITS[digit] + digits
    return text + digits


def altered(token, at):
    """The token with one bit of what it seals turned, and its checksum put right."""
    prefix, text = token[:14], token[14:-6]
    raw = bytearray(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    raw[at] ^= 1
    return with_checksum(prefix + base64.urlsafe_b64encode(bytes(raw)).decode().rstrip("="))


def error(answer):
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.status, answer["error"], answer.token


def test_a_token_is_taken_wherever_the_key_is(server, client):
    client.fund()
    answer = ask(server, "token", basic(client.key), {"grant_type": "client_credentials"})
    assert answer.headers["Cache-Control"] == "no-store" and answer.headers["Content-Type"] == "application/json"
    assert set(answer.json) == {"access_token", "token_type", "expires_in", "scope"}
    assert (answer["token_type"], answer["expires_in"]) == ("Bearer", 900)
    token = answer["access_token"]
    assert token.startswith("mohur_test_at_") and kid_of(client.key) not in token
    assert client.get("/v1/balances", key=token)["payout"]["available"] == 1_000_000
    made = client.post("/v1/payins", PAYIN, key=token)
    assert made.status == 201
    assert client.get("/v1/payins/" + made["id"])["id"] == made["id"], "it is the same client's"
    payout = client.post("/v1/payouts", client.payout_body(), key=token, Idempotency_Key="token-" + next(fresh_names))
    assert payout.status == 201
    logged = server.logged(made)
    assert logged["caller"]["credential"] == server.logged(client.payin())["caller"]["credential"]


@pytest.mark.parametrize("show", [
    lambda key: ("Basic " + base64.b64encode(f"{kid_of(key)}:{key}".encode()).decode(), {}),
    lambda key: (basic(key, key.split("_")[4][:32]), {}),
    lambda key: ("basic" + basic(key)[5:], {}),
    lambda key: (None, {"client_id": kid_of(key), "client_secret": key}),
    lambda key: (None, {"client_id": kid_of(key), "client_secret": key.split("_")[4][:32]}),
    lambda key: (basic(key), {"client_id": kid_of(key)}),
    lambda key: ("Bearer " + key, {}),
])
def test_the_client_shows_its_key_by_basic_or_in_the_form(server, client, show):
    authorization, form = show(client.key)
    answer = ask(server, "token", authorization, {"grant_type": "client_credentials", **form})
    assert answer.status == 200, answer.body


@pytest.mark.parametrize("show, told", [
    (lambda key: (None, {}), (401, "invalid_client", "credential_missing")),
    (lambda key: (basic(key[:24] + "0" * 32), {}), (401, "invalid_client", "credential_malformed")),
    (lambda key: (basic(key, "0" * 32), {}), (401, "invalid_client", "credential_invalid")),
    (lambda key: ("Basic " + base64.b64encode(b"0" * 12 + b":" + b"0" * 32).decode(), {}),
     (401, "invalid_client", "credential_invalid")),
    (lambda key: ("Basic !!", {}), (401, "invalid_client", "credential_malformed")),
    (lambda key: ("Basic " + base64.b64encode(b"no colon").decode(), {}), (401, "invalid_client", "credential_malformed")),
    (lambda key: (None, {"client_id": "0" * 12, "client_secret": key}), (401, "invalid_client", "credential_malformed")),
    (lambda key: (None, {"client_secret": key}), (400, "invalid_request", "field_missing")),
    (lambda key: (basic(key), {"client_id": kid_of(key), "client_secret": key}), (400, "invalid_request", "field_unknown")),
    (lambda key: (basic(key), {"client_id": "0" * 12}), (401, "invalid_client", "credential_malformed")),
    (lambda key: ("Digest x", {}), (401, "invalid_client", "credential_malformed")),
    (lambda key: (basic(key), {"grant_type": ""}), (400, "invalid_request", "field_missing")),
    (lambda key: (basic(key), {"grant_type": "password"}), (400, "unsupported_grant_type", "grant_type_unsupported")),
    (lambda key: (basic(key), {"scope": "read_payouts read_everything"}), (400, "invalid_scope", "field_malformed")),
    (lambda key: (basic(key), {"scope": "read_payouts admin_read"}), (400, "invalid_scope", "scope_missing")),
])
def test_refusals_are_told_in_the_words_of_the_standard_and_in_ours(server, client, show, told):
    authorization, form = show(client.key)
    answer = ask(server, "token", authorization, {"grant_type": "client_credentials", **form})
    assert error(answer) == told
    assert (answer.status == 401) == (answer.headers["WWW-Authenticate"] == 'Basic realm="mohur"')
    assert not set(answer["error_description"]) & set('"\\`')
    assert client.key not in answer.body.decode()


@pytest.mark.parametrize("body, media, told", [
    (b"grant_type=client_credentials&grant_type=client_credentials", FORM, (400, "invalid_request", "field_repeated")),
    (b"grant_type=client%GGcredentials", FORM, (400, "invalid_request", "body_malformed")),
    (b"grant_type=client_credentials&x=%00", FORM, (400, "invalid_request", "body_malformed")),
    (b"grant_type=client_credentials&x=\xff", FORM, (400, "invalid_request", "body_malformed")),
    (b'{"grant_type":"client_credentials"}', "application/json", (400, "invalid_request", "media_type_unsupported")),
    (b"", FORM, (400, "invalid_request", "field_missing")),
    ("&".join(f"p{n}=x" for n in range(33)).encode(), FORM, (400, "invalid_request", "body_malformed")),
])
def test_a_form_is_read_strictly(server, client, body, media, told):
    assert error(ask(server, "token", basic(client.key), body, Content_Type=media)) == told


def test_parameters_that_nobody_knows_are_passed_over(server, client):
    form = b"&grant_type=client_credentials&audience=x&scope=&=&"
    answer = ask(server, "token", basic(client.key), form, Content_Type=FORM + "; charset=utf-8")
    assert answer.status == 200 and "write_payouts" in answer["scope"].split()


def test_no_scope_is_had_that_was_not_asked_for_or_that_the_key_has_not(server, client):
    narrow = server.issue(client.id, scopes=["read_payins", "write_payins"])["secret"]
    token = get_token(server, narrow, scope="read_payins")
    assert client.get("/v1/payins", key=token).token == "ok"
    assert client.post("/v1/payins", PAYIN, key=token).token == "scope_missing"
    assert client.get("/v1/payouts", key=token).token == "scope_missing"
    more = ask(server, "token", basic(narrow), {"grant_type": "client_credentials", "scope": "read_payins read_payouts"})
    assert error(more) == (400, "invalid_scope", "scope_missing")
    assert introspect(server, narrow, token)["scope"] == "read_payins"
    again = ask(server, "token", "Bearer " + token, {"grant_type": "client_credentials"})
    assert error(again) == (400, "unauthorized_client", "scope_missing"), "a token gets no other token"
    assert server.post("/v1/credentials/report_compromise", token, {}).token == "scope_missing", "nor does it end its key"


def test_tokens_are_for_clients(server):
    answer = ask(server, "token", basic(server.keys[0]), {"grant_type": "client_credentials"})
    assert error(answer) == (400, "unauthorized_client", "scope_missing")


def test_a_token_that_was_changed_or_is_of_another_server_is_refused(server, client, tmp_path):
    token = get_token(server, client.key)
    assert client.get("/v1/payins", key=token[:-1]).token == "credential_malformed"
    mistyped = token[:60] + ("A" if token[60] != "A" else "B") + token[61:]
    assert client.get("/v1/payins", key=mistyped).token == "credential_malformed"
    for at in (1, 4, 5, 16, 17, 40, -1):
        assert client.get("/v1/payins", key=altered(token, at)).token == "credential_invalid", at
    as_live = with_checksum("mohur_live" + token[10:-6])
    assert client.get("/v1/payins", key=as_live).token == "credential_invalid"
    assert introspect(server, client.key, as_live) == introspect(server, client.key, "nonsense") == {"active": False}
    other = Server(tmp_path)
    foreign = get_token(other, other.client().key)
    other.stop()
    refused = client.get("/v1/payins", key=foreign)
    assert (refused.status, refused.token, refused["clause"]) == (401, "credential_invalid", "P4.2")
    assert client.get("/v1/payins", key=token).token == "ok"


def test_a_token_ends_with_its_key_its_secret_and_its_client(server, client):
    issued, rotated = server.issue(client.id), server.issue(client.id)
    token, other = get_token(server, issued["secret"]), get_token(server, rotated["secret"])
    kept = get_token(server, client.key)
    server.post(f"/v1/admin/credentials/{issued['id']}/revoke", server.keys[0])
    assert client.get("/v1/payins", key=token).token == "credential_revoked"
    assert introspect(server, client.key, token) == {"active": False}
    path = f"/v1/admin/credentials/{rotated['id']}/rotate"
    fresh = server.post(path, server.keys[0], {"overlap_s": 3_600})["secret"]
    assert client.get("/v1/payins", key=other).token == "ok", "its secret is right for an hour more"
    server.post(path, server.keys[0], {"overlap_s": 0})
    refused = client.get("/v1/payins", key=other)
    assert (refused.status, refused.token, refused["clause"]) == (401, "token_revoked", "P1.3")
    assert refused.headers["WWW-Authenticate"] == 'Bearer realm="mohur", error="invalid_token"'
    assert fresh
    assert server.measure(client.id, "suspend").token == "ok"
    assert client.get("/v1/payins", key=kept).token == "ok"
    assert client.post("/v1/payins", PAYIN, key=kept).token == "client_suspended"
    assert get_token(server, client.key), "whoever may read may do so with a token"
    assert server.measure(client.id, "terminate").token == "ok"
    assert client.get("/v1/payins", key=kept).token == "client_terminated"
    assert error(ask(server, "token", basic(client.key), {"grant_type": "client_credentials"}))[1:] == \
        ("unauthorized_client", "client_terminated")


def test_a_token_is_used_from_where_its_key_is(server, client):
    elsewhere = server.issue(client.id, networks=["203.0.113.0/24"])
    refused = ask(server, "token", basic(elsewhere["secret"]), {"grant_type": "client_credentials"})
    assert error(refused) == (400, "unauthorized_client", "network_not_allowed")
    here = server.issue(client.id)
    token = get_token(server, here["secret"])
    assert client.get("/v1/payins", key=token).token == "ok"
    server.post(f"/v1/admin/credentials/{here['id']}/networks", server.keys[0], {"networks": ["203.0.113.0/24"]})
    assert client.get("/v1/payins", key=token).token == "network_not_allowed"


def test_introspection_tells_the_client_of_its_own_tokens_only(server, client):
    token = get_token(server, client.key, scope="write_payins read_payins")
    told = introspect(server, client.key, token)
    assert told["exp"] - told["iat"] == 900 and abs(told["iat"] - time.time()) < 600
    assert (told["active"], told["client_id"], told["token_type"]) == (True, kid_of(client.key), "Bearer")
    assert (told["scope"], told["sub"], told["mode"]) == ("read_payins write_payins", client.id, "test")
    assert told["jti"].startswith("token_") and "cnf" not in told
    assert introspect(server, server.issue(client.id)["secret"], token) == told
    assert introspect(server, server.keys[0], token) == told, "the operator's people may know"
    live = server.issue(client.id, mode="live")["secret"]
    for other in (server.client().key, live):
        assert introspect(server, other, token) == {"active": False}
    assert introspect(server, client.key, client.key) == {"active": False}, "a key is no token"
    assert error(ask(server, "introspect", basic(client.key), {})) == (400, "invalid_request", "field_missing")
    assert error(ask(server, "introspect", None, {"token": token}))[1] == "invalid_client"


def test_a_revoked_token_is_refused_at_once_and_only_it(server, client):
    token, other = get_token(server, client.key), get_token(server, client.key)
    answer = ask(server, "revoke", basic(client.key), {"token": token, "token_type_hint": "access_token"})
    assert (answer.status, answer.json, answer.headers["Cache-Control"]) == (200, {}, "no-store")
    refused = client.get("/v1/payins", key=token)
    assert (refused.status, refused.token) == (401, "token_revoked")
    assert introspect(server, client.key, token) == {"active": False}
    assert client.get("/v1/payins", key=other).token == "ok"
    for unknown in (token, "nonsense", altered(other, -1)):
        assert ask(server, "revoke", basic(client.key), {"token": unknown}).status == 200, "there is nothing to end"
    assert error(ask(server, "revoke", basic(client.key), {"token": client.key})) == \
        (400, "unsupported_token_type", "field_malformed")
    event = next(each for each in client.get("/v1/events?type=token.revoked")["data"])
    assert event["data"]["object"]["expires_at"] > event["created_at"]
    stranger = ask(server, "revoke", basic(server.client().key), {"token": other})
    assert error(stranger) == (400, "unauthorized_client", "scope_missing")
    assert client.get("/v1/payins", key=other).token == "ok"
    assert ask(server, "revoke", "Bearer " + other, {"token": other}).status == 200, "whoever holds it may end it"
    assert client.get("/v1/payins", key=other).token == "token_revoked"
    third = get_token(server, client.key)
    assert ask(server, "revoke", basic(server.keys[0]), {"token": third}).status == 200, "and the operator's people"
    assert client.get("/v1/payins", key=third).token == "token_revoked"


def test_no_restart_and_no_kill_forgets_a_revocation(tmp_path):
    server = Server(tmp_path)
    client = server.client()
    token, other = get_token(server, client.key), get_token(server, client.key)
    assert ask(server, "revoke", basic(client.key), {"token": token}).status == 200
    server.kill()
    for end in (server.stop, server.kill):
        server.start()
        server.connection = None
        assert client.get("/v1/payins", key=token).token == "token_revoked"
        assert client.get("/v1/payins", key=other).token == "ok", "a token outlives the server that gave it"
        end()


def test_a_token_ends_at_its_moment(tmp_path):
    server = Server(tmp_path, MOHUR_OAUTH_TOKEN_LIFETIME_S="1")
    client = server.client()
    answer = ask(server, "token", basic(client.key), {"grant_type": "client_credentials"})
    assert answer["expires_in"] == 1
    token, deadline = answer["access_token"], time.monotonic() + 60
    while (refused := client.get("/v1/payins", key=token)).token == "ok":
        assert time.monotonic() < deadline
    assert (refused.status, refused.token, refused["clause"]) == (401, "token_expired", "P1.2")
    assert introspect(server, client.key, token) == {"active": False}
    assert ask(server, "revoke", basic(client.key), {"token": token}).status == 200
    assert client.get("/v1/events?type=token.revoked")["data"] == [], "what is over need not be ended"
    server.stop()


class Hammer:
    """Connections that call without a pause, and tell what each call that began after a moment was answered."""

    def __init__(self, server, token, connections):
        self.acknowledged, self.late, self.accepted, self.faults = None, [0] * connections, [0] * connections, []
        self.stopped = threading.Event()
        self.threads = [threading.Thread(target=self.run, args=(server, token, n)) for n in range(connections)]
        for thread in self.threads:
            thread.start()

    def run(self, server, token, n):
        connection = server.connect()
        while not self.stopped.is_set():
            began_after = self.acknowledged
            connection.request("GET", "/v1/balances", headers={"Authorization": "Bearer " + token})
            response = connection.getresponse()
            response.read()
            if response.status == 200:
                self.accepted[n] += 1
            elif response.status != 401:
                self.faults.append(response.status)
            if began_after:
                self.late[n] += 1
                if response.status == 200:
                    self.faults.append("accepted after the revocation")
        connection.close()


def test_no_call_is_accepted_after_an_acknowledged_revoke_however_many_hammer(server):
    client = server.client()
    assert server.agree(client.id, plan=server.plan()).token == "ok"
    token = get_token(server, client.key)
    hammer = Hammer(server, token, 64)
    deadline = time.monotonic() + 120
    while min(hammer.accepted) < 1 and time.monotonic() < deadline:
        hammer.stopped.wait(0.01)
    assert ask(server, "revoke", basic(client.key), {"token": token}).status == 200
    hammer.acknowledged = True
    while min(hammer.late) < 3 and time.monotonic() < deadline:
        hammer.stopped.wait(0.01)
    hammer.stopped.set()
    for thread in hammer.threads:
        thread.join()
    assert hammer.faults == [] and min(hammer.accepted) >= 1 and min(hammer.late) >= 3


def test_the_metadata_of_a_token_stays_out_of_the_log(server, client):
    token = get_token(server, client.key)
    answer = ask(server, "revoke", basic(client.key), {"token": token})
    logged = server.logged(answer)
    assert logged["route"] == "/oauth/revoke" and token not in str(logged) and client.key not in str(logged)
