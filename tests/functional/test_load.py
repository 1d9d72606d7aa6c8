"""The load generator against the real server: it makes the calls that it counts, and tells of those that are refused."""
import json
import subprocess
from pathlib import Path

import pytest
from conftest import MOHUR, Server

LOAD = Path(MOHUR).with_name("https_load")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("load"))
    yield server
    server.stop()


def load(server, tmp_path, request, *options):
    (tmp_path / "request").write_text(request)
    port = server.url.rsplit(":", 1)[1]
    command = [LOAD, "--port", port, "--request", tmp_path / "request", "--seconds", "0", *options]
    done = subprocess.run(list(map(str, command)), input="go\n", capture_output=True, text=True, timeout=60)
    ready, line = done.stdout.splitlines()
    assert ready == "ready" and done.returncode == 0
    return json.loads(line)


def payin_request(key, amount=125000):
    body = json.dumps({"amount": amount, "currency": "INR", "payer_type": "customer", "method": "upi_qr",
                       "reference_id": "order-@@@@@@@@@@@@@@@@"})
    return (f"POST /v1/payins HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\n"
            f"Idempotency-Key: @@@@@@@@@@@@@@@@\r\nContent-Length: {len(body)}\r\n\r\n{body}")


def references(server, key):
    found, after = set(), ""
    while True:
        page = server.get("/v1/payins?limit=100" + after, key).json
        found |= {payin["reference_id"] for payin in page["data"]}
        if not page["has_more"]:
            return found
        after = "&after=" + page["next"]


def test_every_call_that_is_counted_was_made_in_either_loop(server, tmp_path):
    key = server.client().key
    closed = load(server, tmp_path, payin_request(key), "--connections", 8, "--calls", 60, "--warm-up", 10, "--first", 1000)
    paced = load(server, tmp_path, payin_request(key), "--connections", 8, "--calls", 50, "--rate", 500, "--first", 2000)
    assert (closed["calls"], closed["failures"], paced["calls"], paced["failures"]) == (60, 0, 50, 0)
    assert paced["wall_ns"] >= 49 * 2_000_000, "calls are not made before they are due"
    assert references(server, key) == {f"order-{number:016x}" for number in [*range(1000, 1070), *range(2000, 2050)]}


def test_an_answer_that_is_not_2xx_is_a_failure_and_is_told(server, tmp_path):
    key = server.client().key
    refused = load(server, tmp_path, payin_request(key, amount=-1), "--connections", 2, "--calls", 5)
    assert (refused["calls"], refused["failures"]) == (5, 5)
    assert "amount_not_positive" in refused["first_failure"]
