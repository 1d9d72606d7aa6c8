"""A real server over real HTTPS, clients of it with everything they need, and a hand that checks what every answer must be.

Whatever the tests of this folder ask for, each answer is held against the server's own description (openapi.json): its body
against the schema of the operation, its problem against the list of those that the operation can give, and every problem
against the form of RFC 9457.
"""
import http.client
import itertools
import json
import os
import re
import signal
import ssl
import subprocess
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import jsonschema
import pytest

MOHUR = os.environ["MOHUR_BINARY"]
ROOT = Path(__file__).resolve().parents[2]
OPENAPI = json.loads((ROOT / "api/openapi.json").read_text())
EVERYTHING = {"purposes": ["salary", "vendor", "cashback", "incentive", "wallet_redemption", "refund", "settlement"],
              "payer_types": ["customer", "agent", "partner"], "rails": ["imps", "neft", "rtgs", "upi"],
              "methods": ["upi_intent", "upi_qr", "bank_transfer"]}
BUSINESS = {"business_type": "proprietorship", "pan": "ABCPM1234K", "gstin": "29ABCPM1234K1ZO",
            "registered_address": "12 Brigade Road",
            "expected_volumes": {"payouts": 10, "payout_amount": 100_000, "payins": 10, "payin_amount": 100_000}}
SMALLEST_PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="
PAPERS = ("pan_card", "bank_proof")
CHECKS = ("identity", "address", "bank_account", "sanctions", "business")
WIDE = {"quota": 600_000, "window_s": 60, "burst": 100_000}
PAYIN = {"amount": 100, "currency": "INR", "payer_type": "customer", "method": "upi_qr"}
PROBLEM_MEMBERS = {"type", "title", "status", "detail", "instance", "token", "clause", "field", "retry", "request_id", "reasons"}
APPROVALS = ["read_payouts", "write_payouts", "approve_payouts", "write_approval_workflows"]
fresh_names = (f"{number:06d}" for number in itertools.count(1))


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def token(self):
        """The problem's token, or `ok`."""
        return self.json["token"] if self.status >= 400 else "ok"

    def __getitem__(self, name):
        return self.json[name]


def operation_of(method, path):
    """The operation of the description that such a call reaches; None where there is none."""
    path = path.split("?")[0]
    best = None
    for template, operations in OPENAPI["paths"].items():
        if re.fullmatch(re.sub(r"\\{[^/]*\\}", "[^/]+", re.escape(template)), path) and method.lower() in operations:
            if best is None or "{" not in template:
                best = operations[method.lower()]
    return best


def schema(name_or_schema):
    inner = {"$ref": f"#/components/schemas/{name_or_schema}"} if isinstance(name_or_schema, str) else name_or_schema
    return {**inner, "components": OPENAPI["components"]}


def undescribed(value, described, path=""):
    """The members of an answer that its schema says nothing about."""
    while "$ref" in described:
        described = OPENAPI["components"]["schemas"][described["$ref"].rsplit("/", 1)[1]]
    for choices in ("anyOf", "oneOf"):
        fitting = [each for each in described.get(choices, []) if jsonschema.Draft202012Validator(schema(each)).is_valid(value)]
        if fitting:
            yield from undescribed(value, fitting[0], path)
            return
    if isinstance(value, list):
        for item in value:
            yield from undescribed(item, described["items"], path + "[]")
    elif isinstance(value, dict):
        for name, member in value.items():
            inner = described.get("properties", {}).get(name, described.get("additionalProperties"))
            if inner is None:
                yield f"{path}.{name}"
            else:
                yield from undescribed(member, inner, f"{path}.{name}")


def check_problem(answer, method, path):
    problem = answer.json
    by_oauth = path.startswith("/oauth/") and operation_of(method, path) is not None
    media, name = ("application/json", "OAuthProblem") if by_oauth else ("application/problem+json", "Problem")
    assert answer.headers["Content-Type"] == media
    jsonschema.Draft202012Validator(schema(name)).validate(problem)
    assert list(undescribed(problem, {"$ref": "#/components/schemas/" + name})) == []
    assert set(problem) - {"error", "error_description"} <= PROBLEM_MEMBERS, problem
    assert problem["type"] == "/problems/" + problem["token"]
    assert problem["status"] == answer.status
    assert problem["request_id"] == answer.headers["Request-Id"]
    assert problem["instance"] == path.split("?")[0]
    operation = operation_of(method, path)
    if operation is None:
        return
    documented = operation["responses"].get(str(answer.status), {"content": {media: {"examples": {}}}})
    assert problem["token"] in documented["content"][media]["examples"], \
        f"{method} {path} may answer {problem['token']}, which its description does not tell"


def check_success(answer, method, path):
    operation = operation_of(method, path)
    assert operation is not None, f"{method} {path} is not in the description"
    usual = next(status for status in operation["responses"] if status < "400")
    assert str(answer.status) == usual or (usual == "201" and answer.status == 200), f"{method} {path}: {answer.status}"
    content = operation["responses"][usual]["content"]
    media = answer.headers["Content-Type"].split(";")[0]
    assert media in content, f"{method} {path} answers {media}"
    described = content[media].get("schema")
    assert (described is not None) == (media == "application/json" and path.startswith(("/v1/", "/oauth/"))), f"{method} {path}"
    if described is not None:
        jsonschema.Draft202012Validator(schema(described)).validate(answer.json)
        assert list(undescribed(answer.json, described)) == [], f"{method} {path} shows what its description does not tell"


class Server:
    """A server of its own, with its two founders' keys."""

    def __init__(self, folder, **settings):
        self.settings = {"MOHUR_DATA_FOLDER": str(Path(folder) / "data"), "MOHUR_SERVER_PORT": "0", "MOHUR_OPERATOR_PORT": "0",
                         "MOHUR_WEBHOOKS_PRIVATE_TARGETS": "true", "MOHUR_LOG_LEVEL": "error", **settings}
        self.folder = Path(self.settings["MOHUR_DATA_FOLDER"])
        self.keys = []
        self.start()

    def start(self):
        self.process = subprocess.Popen([MOHUR, "serve"], stdout=subprocess.PIPE, text=True, env={**os.environ, **self.settings})
        facts = {}
        for line in self.process.stdout:
            name, value = line.rstrip("\n").split(" ", 1)
            self.keys.append(value) if name == "founder_key" else facts.update({name: value})
            if name == "api":
                break
        self.url, self.operator_url, self.certificate = facts["api"], facts["operator"], facts["certificate"]
        self.context = ssl.create_default_context(cafile=self.certificate)
        self.connection = None

    def connect(self):
        """A new TLS connection, on which bytes can be sent as they are."""
        there = urlsplit(self.url)
        return http.client.HTTPSConnection(there.hostname, there.port, context=self.context, timeout=20)

    def call(self, method, path, key=None, body=None, checked=True, connection=None, **headers):
        """Names of headers are written with underscores. Without `connection`, the server's own one is kept alive."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else None
        sent = {} if body is None else {"Content-Type": "application/json"}
        sent.update({name.replace("_", "-"): value for name, value in headers.items() if value is not None})
        if key:
            sent["Authorization"] = "Bearer " + key
        if connection is None:
            self.connection = connection = self.connection or self.connect()
        try:
            connection.request(method, path, body=data, headers=sent)
            response = connection.getresponse()
        except (http.client.BadStatusLine, ConnectionError, ssl.SSLEOFError):  # the server ended it meanwhile
            connection.close()
            connection.request(method, path, body=data, headers=sent)
            response = connection.getresponse()
        answer = Answer(response.status, response.headers, response.read())
        if checked:
            (check_problem if answer.status >= 400 else check_success)(answer, method, path)
        return answer

    def get(self, path, key=None, **more):
        return self.call("GET", path, key, **more)

    def post(self, path, key=None, body=None, **more):
        return self.call("POST", path, key, {} if body is None else body, **more)

    def raw(self, text):
        """The status and the body that bytes are answered with, sent as they are on a connection of their own."""
        connection = self.connect()
        connection.connect()
        connection.sock.sendall(text)
        response = http.client.HTTPResponse(connection.sock)
        response.begin()
        answer = Answer(response.status, response.headers, response.read())
        connection.close()
        return answer

    def apply(self, **agreement):
        name = "Trader " + next(fresh_names)
        return self.post("/v1/admin/clients", self.keys[0],
                         {"legal_name": name, "contact_email": "books@trader.example", "merchant_category": "5411",
                          **EVERYTHING, **BUSINESS, **agreement})["id"]

    def add_document(self, client, kind, content=SMALLEST_PNG, **more):
        return self.post(f"/v1/admin/clients/{client}/documents", self.keys[0],
                         {"kind": kind, "file_name": "scan.png", "content": content, **more})

    def review(self, client, by=0, risk_grade="low", failed=(), checks=CHECKS, **more):
        return self.post(f"/v1/admin/clients/{client}/review", self.keys[by], {
            "risk_grade": risk_grade, "checks": [{"check": check, "passed": check not in failed} for check in checks], **more})

    def bring_before_decision(self, client, kinds=PAPERS, checks=CHECKS):
        for kind in kinds:
            assert self.add_document(client, kind).status == 201
        assert self.review(client, checks=checks).token == "ok"

    def measure(self, client, kind, clause="P8.1", by=1, ground="policy_breach", critical=True, **more):
        """Taken by one person, and confirmed by the other where nothing happens before."""
        made = self.post(f"/v1/admin/clients/{client}/measures", self.keys[by],
                         {"kind": kind, "ground": ground, "clause": clause, "evidence": "Case 1", "critical": critical, **more})
        if made.token == "ok" and made["status"] == "proposed":
            return self.post(f"/v1/admin/measures/{made['id']}/confirm", self.keys[1 - by])
        return made

    def decide(self, client, verb, clause=None, by=1, ground="policy_breach"):
        return self.post(f"/v1/admin/clients/{client}/{verb}", self.keys[by],
                         {"ground": ground, "clause": clause} if clause else {})

    def issue(self, client, mode="test", scopes=None, **more):
        body = {"mode": mode, "label": "test", **({"scopes": scopes} if scopes is not None else {}), **more}
        return self.post(f"/v1/admin/clients/{client}/credentials", self.keys[0], body)

    def client(self, **agreement):
        client = self.apply(**agreement)
        self.bring_before_decision(client)
        assert self.decide(client, "approve").token == "ok"
        return Client(self, client, self.issue(client)["secret"])

    def plan(self, **allowance):
        """A plan that two people put into force."""
        whole = {"total": WIDE, "rates": [{"route_class": "reserved", "rate": WIDE}], "concurrent_calls": 100, **allowance}
        made = self.post("/v1/admin/plans", self.keys[0], {"name": "own", "allowance": whole})
        assert made.status == 201, made.body
        assert self.post(f"/v1/admin/plans/{made['id']}/approve", self.keys[1], {})["status"] == "active"
        return made["id"]

    def agree(self, client, **change):
        """A change of an agreement that two people make; the answer is that of the approval."""
        path = f"/v1/admin/clients/{client}/agreement_changes"
        proposed = self.post(path, self.keys[0], {"reason": "as agreed by mail", **change})
        assert proposed.status == 201, proposed.body
        return self.post(f"/v1/admin/agreement_changes/{proposed['id']}/approve", self.keys[1], {})

    def propose_sublicence(self, client, **more):
        """With the written approval, on file with the client's application."""
        documents = self.add_document(client, "authority")["documents"]
        return self.post(f"/v1/admin/clients/{client}/sublicences", self.keys[0],
                         {"name": "Kaveri Logistics", "reason": "Pays its drivers", "approval": documents[-1]["id"], **more})

    def sublicence(self, client, **more):
        """One that two people made, with a key of its own: a client like others, seen by what it may do."""
        proposed = self.propose_sublicence(client, **more)
        assert proposed.status == 201, proposed.body
        assert self.post(f"/v1/admin/sublicences/{proposed['id']}/approve", self.keys[1])["status"] == "active"
        return Client(self, proposed["id"], self.issue(client, sublicence=proposed["id"])["secret"])

    def ladder(self, **rules):
        """An escalation ladder in force, by two people: episodes are told after a second."""
        whole = {"ignored_calls": 1, "strike_lasts_s": 3_600, "quiet_s": 1, "longest_s": 3, "rungs": [],
                 "notices_at_percent": [80, 90, 100], **rules}
        made = self.post("/v1/admin/ladders", self.keys[0], {"reason": "For a test", "rules": whole})
        assert made.status == 201, made.body
        return self.post(f"/v1/admin/ladders/{made['id']}/approve", self.keys[1], {})

    def logged(self, answer):
        """What the log of calls has of the call that was answered so, once it is written."""
        deadline = time.monotonic() + 60
        while (found := self.get("/v1/requests/" + answer.headers["Request-Id"], self.keys[0])).token == "not_found":
            assert time.monotonic() < deadline, f"{answer.headers} was never logged"
        return found.json

    def position(self):
        """Of the last event."""
        return self.get(f"/v1/balances?mode=test", self.keys[0])["position"]

    def stop(self):
        self.process.terminate()
        assert self.process.wait(60) == 0
        self.process.stdout.close()

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(20)
        self.process.stdout.close()


class Client:
    """A client with a test key, and short ways to do what clients do."""

    def __init__(self, server, client_id, key):
        self.server, self.id, self.key = server, client_id, key

    def get(self, path, **more):
        return self.server.get(path, more.pop("key", self.key), **more)

    def post(self, path, body=None, **more):
        return self.server.post(path, more.pop("key", self.key), body, **more)

    def fund(self, amount=1_000_000, mode="test"):
        answer = self.server.post(f"/v1/admin/clients/{self.id}/fundings", self.server.keys[0],
                                  {"mode": mode, "amount": amount, "currency": "INR", "utr": "SBIN" + next(fresh_names)},
                                  Idempotency_Key="fund-" + next(fresh_names))
        assert answer.status == 201, answer.body
        return answer

    def approver(self, *roles):
        """A key that approves payouts as these roles, and proposes and decides workflows."""
        issued = self.server.issue(self.id, scopes=APPROVALS, approver_roles=list(roles))
        assert issued.status == 201, issued.body
        return issued["secret"]

    def workflow(self, *rules):
        """An approval workflow in force, by two keys."""
        made = self.post("/v1/approval_workflows", {"rules": list(rules)}, key=self.approver())
        assert made.status == 201, made.body
        return self.post(f"/v1/approval_workflows/{made['id']}/approve", key=self.approver())

    def beneficiary(self, account_number="000000000001", name="Ravi Sharma", kind="vendor", Idempotency_Key=None, **more):
        bank_account = {"ifsc": "HDFC0000123", "account_number": account_number}
        destination = {"vpa": account_number} if "@" in account_number else bank_account
        return self.post("/v1/beneficiaries", {"name": name, "kind": kind, "destination": destination, **more},
                         Idempotency_Key=Idempotency_Key)

    def payout_body(self, account_number="000000000001", amount=10_000, **more):
        beneficiary = self.beneficiary(account_number)["id"]
        return {"beneficiary": beneficiary, "amount": amount, "currency": "INR", "purpose": "vendor", **more}

    def payout(self, account_number="000000000001", amount=10_000, key=None, **more):
        return self.post("/v1/payouts", self.payout_body(account_number, amount, **more),
                         Idempotency_Key=key or "payout-" + next(fresh_names))

    def payin(self, amount=125_000, checked=True, **more):
        return self.post("/v1/payins", {**PAYIN, "amount": amount, **more}, checked=checked)

    def paid_payin(self, amount=125_000, **more):
        payin = self.payin(amount, **more)["id"]
        assert self.post(f"/v1/sandbox/payins/{payin}/pay").status == 202
        return self.until(f"/v1/payins/{payin}", lambda object: object["status"] == "paid")["id"]

    def refund(self, payin, **more):
        return self.post("/v1/refunds", {"payin": payin, **more}, Idempotency_Key="refund-" + next(fresh_names))

    def move_clock(self, **by):
        """Moves the client's sandbox clock forward by a time delta."""
        now = datetime.fromisoformat(self.get("/v1/sandbox/clock")["now"]) + timedelta(**by)
        return self.post("/v1/sandbox/clock", {"now": now.isoformat()})

    def until(self, path, holds):
        """Asks until it holds: the server works on it meanwhile."""
        deadline = time.monotonic() + 60
        while True:
            answer = self.get(path)
            assert answer.status == 200, answer.body
            if holds(answer.json):
                return answer
            assert time.monotonic() < deadline, f"{path} never came to it: {answer.body}"


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    running = Server(tmp_path_factory.mktemp("server"))
    yield running
    running.stop()


@pytest.fixture
def client(server):
    return server.client()


@pytest.fixture(scope="session")
def shared(server):
    """A client for tests that only look, or only add."""
    client = server.client()
    client.fund(100_000_000)
    return client
