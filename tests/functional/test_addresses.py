"""From where a call comes: proxies that are believed, forged headers that are not, and addresses that guess at keys."""
import pytest

from conftest import Server
from test_gate import altered


@pytest.fixture(scope="module")
def behind_proxy(tmp_path_factory):
    """A server whose proxies are on this machine, and in 10.0.0.0/8."""
    running = Server(tmp_path_factory.mktemp("proxied"), MOHUR_PROXIES_TRUSTED="127.0.0.0/8, 10.0.0.0/8")
    yield running
    running.stop()


def test_a_key_is_held_to_its_networks_by_the_address_that_a_proxy_tells(behind_proxy):
    client = behind_proxy.client()
    key = behind_proxy.issue(client.id, networks=["203.0.113.0/24", "2001:db8:4::/48"])["secret"]
    for headers, token in (({"X_Forwarded_For": "203.0.113.9"}, "ok"),
                           ({"X_Forwarded_For": "203.0.113.9, 10.1.2.3"}, "ok"),
                           ({"X_Forwarded_For": "203.0.113.9, 198.51.100.7"}, "network_not_allowed"),
                           ({"Forwarded": 'for=198.51.100.7, for="[2001:db8:4::1]:4711";proto=https'}, "ok"),
                           ({"Forwarded": "for=203.0.113.9", "X_Forwarded_For": "203.0.113.9"}, "ok"),
                           ({}, "network_not_allowed")):
        answer = client.get("/v1/payins", key=key, **headers)
        assert answer.token == token, (headers, answer.body)
    told = client.get("/v1/payins", key=key, X_Forwarded_For="203.0.113.9, 198.51.100.7")
    assert "198.51.100.7" in told["detail"]


def test_what_a_proxy_says_and_nobody_can_read_is_refused(behind_proxy):
    client = behind_proxy.client()
    for headers, field in (({"X_Forwarded_For": "unknown"}, "X-Forwarded-For"), ({"X_Forwarded_For": ""}, "X-Forwarded-For"),
                           ({"Forwarded": "203.0.113.9"}, "Forwarded"),
                           ({"Forwarded": "for=192.0.2.1", "X_Forwarded_For": "203.0.113.9"}, "X-Forwarded-For")):
        refused = client.get("/v1/payins", **headers)
        assert (refused.status, refused.token, refused["field"]) == (400, "forwarding_malformed", field), refused.body
        assert (refused["clause"], refused["retry"]) == ("P4.2", "after_change")


def test_the_log_of_calls_has_the_callers_address(behind_proxy):
    client = behind_proxy.client()
    logged = behind_proxy.logged(client.get("/v1/payins", X_Forwarded_For="192.0.2.77"))
    assert (logged["from"], logged["forwarding_ignored"]) == ("192.0.2.77", False)


def test_forged_headers_of_anybody_else_are_ignored_and_noted(server):
    client = server.client()
    key = server.issue(client.id, networks=["203.0.113.0/24"])["secret"]
    for headers in ({"X_Forwarded_For": "203.0.113.9"}, {"Forwarded": "for=203.0.113.9"}, {"X_Forwarded_For": "nonsense"},
                    {"X_Real_IP": "203.0.113.9", "True_Client_IP": "203.0.113.9"}):
        assert client.get("/v1/payins", key=key, **headers).token == "network_not_allowed", headers
    logged = server.logged(client.get("/v1/payins", X_Forwarded_For="203.0.113.9"))
    assert (logged["from"], logged["forwarding_ignored"]) == ("127.0.0.1", True)


def test_a_proxy_that_is_everybody_stops_the_start(tmp_path):
    from test_program import run
    for value in ("0.0.0.0/0", "::/0", "10.0.0.1/8", "proxy.example", "10.0.0.0/8,"):
        refused = run("serve", MOHUR_DATA_FOLDER=str(tmp_path / "data"), MOHUR_PROXIES_TRUSTED=value)
        assert refused.returncode == 2 and "proxies.trusted" in refused.stderr, value


def test_an_address_that_guesses_is_blocked_and_right_keys_go_on_from_there(behind_proxy):
    client = behind_proxy.client()
    wrong = [altered(client.key, secret="0" * 32), altered(client.key, kid="0" * 12)]

    def guess(n, address="198.51.100.1"):
        return behind_proxy.get("/v1/payins", wrong[n % 2], X_Forwarded_For=address)

    assert [guess(n).token for n in range(30)] == ["credential_invalid"] * 30
    blocked = guess(30)
    assert (blocked.status, blocked.token, blocked["clause"], blocked["retry"]) == (429, "address_blocked", "P3.1", "later")
    assert 1 <= int(blocked.headers["Retry-After"]) <= 60
    assert guess(31).token == "address_blocked", "of an unknown key as of a known one"
    assert client.get("/v1/payins", X_Forwarded_For="198.51.100.1").token == "ok", "nobody locks out their neighbours"
    assert guess(0, "198.51.100.2").token == "credential_invalid", "another address"
    assert client.get("/v1/payins").token == "ok", "the key is as good as before"


def test_a_forged_address_does_not_block_another(server):
    client = server.client()
    wrong = altered(client.key, secret="0" * 32)
    assert server.get("/v1/payins", wrong, X_Forwarded_For="198.51.100.9").token == "credential_invalid"
    logged = server.get("/v1/requests?limit=50", server.keys[0])
    assert all(call["from"] == "127.0.0.1" for call in logged["data"])


def test_a_kid_that_nobody_has_is_answered_as_a_wrong_secret_is(server):
    client = server.client()
    answers = [server.get("/v1/payins", altered(client.key, **part)) for part in ({"secret": "0" * 32}, {"kid": "0" * 12})]
    same = [{**answer.json, "request_id": None} for answer in answers]
    assert same[0] == same[1] and answers[0].token == "credential_invalid"
    headers = [sorted(set(answer.headers.keys())) for answer in answers]
    assert headers[0] == headers[1]
