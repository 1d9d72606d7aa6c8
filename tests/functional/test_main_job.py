"""The main job, played by the real program over real HTTPS with a real webhook receiver, a kill in the middle, and the proof."""
import json
import os
import ssl
import subprocess
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

MOHUR = os.environ["MOHUR_BINARY"]


def test_the_demo_goes_as_told():
    done = subprocess.run([MOHUR, "demo", "--once"], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "verified   every rupee" in done.stdout
    assert done.stdout.endswith("Everything went as told.\n")


def test_a_wrong_setting_stops_the_start_with_its_name_its_value_and_what_is_allowed():
    environment = {**os.environ, "MOHUR_SERVER_PORT": "70000"}
    done = subprocess.run([MOHUR, "serve"], capture_output=True, text=True, timeout=20, env=environment)
    assert done.returncode == 2
    assert "server.port" in done.stderr and "70000" in done.stderr and "0 to 65535" in done.stderr


class Server:
    """A server of its own, with its two founders' keys."""

    def __init__(self, folder):
        settings = {"MOHUR_DATA_FOLDER": str(Path(folder) / "data"), "MOHUR_SERVER_PORT": "0", "MOHUR_OPERATOR_PORT": "0",
                    "MOHUR_WEBHOOKS_PRIVATE_TARGETS": "true", "MOHUR_LOG_LEVEL": "error"}
        self.folder = Path(settings["MOHUR_DATA_FOLDER"])
        self.process = subprocess.Popen([MOHUR, "serve"], stdout=subprocess.PIPE, text=True, env={**os.environ, **settings})
        self.keys, facts = [], {}
        for line in self.process.stdout:
            name, value = line.rstrip("\n").split(" ", 1)
            self.keys.append(value) if name == "founder_key" else facts.update({name: value})
            if name == "api":
                break
        self.url, self.context = facts["api"], ssl.create_default_context(cafile=facts["certificate"])

    def call(self, method, path, key=None, body=None, **headers):
        data = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else None
        headers = {"Content-Type": "application/json", **headers}
        request = urllib.request.Request(self.url + path, data=data, method=method, headers=headers)
        if key:
            request.add_header("Authorization", "Bearer " + key)
        try:
            with urllib.request.urlopen(request, context=self.context, timeout=20) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as problem:
            return problem.code, json.loads(problem.read())

    def client_key(self):
        first, second = self.keys
        application = {"legal_name": "Planted Legal Name", "contact_email": "planted@example.com", "merchant_category": "5411",
                       "purposes": ["vendor"], "payer_types": ["customer"], "rails": ["imps", "upi"],
                       "methods": ["upi_qr", "bank_transfer"]}
        status, client = self.call("POST", "/v1/admin/clients", first, application)
        assert status == 201, client
        path = "/v1/admin/clients/" + client["id"]
        assert self.call("POST", path + "/review", first, {})[0] == 200
        assert self.call("POST", path + "/approve", second, {})[0] == 200
        return self.call("POST", path + "/credentials", first, {"mode": "test", "label": "test"})[1]["secret"]

    def stop(self):
        self.process.terminate()
        assert self.process.wait(30) == 0
        self.process.stdout.close()


BAD_PAYINS = [
    (b"{", 400, "body_malformed", None),
    (b'{"amount":1,"amount":2}', 400, "field_repeated", "amount"),
    ({"amount": 1.5, "currency": "INR", "payer_type": "customer", "method": "upi_qr"}, 422, "field_type_wrong", "amount"),
    ({"amount": 100, "currency": "INR", "payer_type": "customer", "method": "upi_qr", "amuont": 1}, 422, "field_unknown", "amuont"),
    ({"amount": 100, "currency": "INR", "payer_type": "customer"}, 422, "field_missing", "method"),
    ({"amount": 100, "currency": "QQQ", "payer_type": "customer", "method": "upi_qr"}, 422, "field_malformed", "currency"),
    ({"amount": 0, "currency": "INR", "payer_type": "customer", "method": "upi_qr"}, 422, "amount_not_positive", "amount"),
    ({"amount": 100, "currency": "INR", "payer_type": "agent", "method": "upi_qr"}, 403, "payer_type_not_approved", "payer_type"),
    ({"amount": 100, "currency": "INR", "payer_type": "customer", "method": "upi_qr", "description": "card 4111 1111 1111 1111"}, 422,
     "card_number_refused", None),
]


def test_bad_input_is_refused_by_name_and_personal_data_is_nowhere_in_clear():
    with tempfile.TemporaryDirectory() as folder:
        server = Server(folder)
        key = server.client_key()
        for body, status, token, field in BAD_PAYINS:
            got_status, problem = server.call("POST", "/v1/payins", key, body)
            assert (got_status, problem["token"], problem.get("field")) == (status, token, field), problem
        assert server.call("GET", "/v1/payouts")[1]["token"] == "credential_missing"
        mistyped = key[:-1] + ("1" if key[-1] == "0" else "0")
        assert server.call("GET", "/v1/payouts", mistyped)[1]["token"] == "credential_malformed"
        assert server.call("POST", "/v1/payouts", key, {})[1]["token"] == "idempotency_key_missing"
        assert server.call("GET", "/v1/nothing", key)[1]["token"] == "route_not_found"
        person = {"name": "Planted Person", "kind": "vendor", "destination": {"vpa": "planted.vpa@okbank"}}
        status, beneficiary = server.call("POST", "/v1/beneficiaries", key, person)
        assert status == 201 and beneficiary["name"] == "P••• P•••", beneficiary
        assert server.call("GET", "/v1/events?limit=100", key)[1]["data"]
        server.stop()
        planted = [b"Planted Legal", b"planted@example", b"Planted Person", b"planted.vpa"]
        for file in server.folder.rglob("*"):
            if file.is_file():
                content = file.read_bytes()
                assert not [word for word in planted if word in content], file
