"""The reference page: its calls work as they stand in a shell, and what it tells is what the documents tell."""
import json
import os
import re
import subprocess

import pytest

from conftest import OPENAPI, ROOT, Server

CALLS = {(verb, path): operation["x-codeSamples"][0]["source"]
         for path, verbs in OPENAPI["paths"].items() for verb, operation in verbs.items()}


@pytest.fixture(scope="module")
def shell(tmp_path_factory):
    """Runs the call of an operation as it stands; curl itself says whether it was answered well."""
    server = Server(tmp_path_factory.mktemp("server"), MOHUR_SECURITY_CONTACT="mailto:security@operator.example")
    home = tmp_path_factory.mktemp("home")
    (home / ".curlrc").write_text("silent\nshow-error\nfail-with-body\n")
    variables = {"MOHUR": server.url, "CERTIFICATE": server.certificate, "OPERATOR_KEY": server.keys[0]}

    def run(verb, path, keep=None):
        done = subprocess.run(["sh", "-c", CALLS.pop((verb, path))], cwd=home, capture_output=True, text=True, timeout=60,
                              env={"PATH": os.environ["PATH"], "CURL_HOME": str(home), **variables})
        assert done.returncode == 0, (verb, path, done.stdout, done.stderr)
        if keep:
            variables[keep] = json.loads(done.stdout)["id"]
        return done.stdout

    yield run, variables, server
    server.stop()


def test_the_calls_work_as_they_stand(shell):
    run, variables, server = shell
    run("post", "/v1/admin/policy/versions", "VERSION")
    run("post", "/v1/admin/clients", "CLIENT")
    variables["DOCUMENT"] = json.loads(run("post", "/v1/admin/clients/{id}/documents"))["documents"][0]["id"]
    for kind in ("registration", "bank_proof", "owners"):
        server.add_document(variables["CLIENT"], kind)
    run("post", "/v1/admin/clients/{id}/review")
    variables["OPERATOR_KEY"] = server.keys[1]
    run("post", "/v1/admin/policy/versions/{id}/publish")
    run("post", "/v1/admin/clients/{id}/approve")
    variables["KEY"] = json.loads(run("post", "/v1/admin/clients/{id}/credentials", "CREDENTIAL"))["secret"]
    variables["KID"] = variables["KEY"].split("_")[3]
    assert json.loads(run("post", "/oauth/token"))["token_type"] == "Bearer"
    assert json.loads(run("post", "/oauth/introspect")) == {"active": False}
    assert json.loads(run("post", "/oauth/revoke")) == {}
    run("post", "/v1/admin/clients/{id}/fundings")
    run("post", "/v1/beneficiaries", "BENEFICIARY")
    run("post", "/v1/payouts", "PAYOUT")
    run("post", "/v1/payins", "PAYIN")
    run("post", "/v1/sandbox/payins/{id}/pay")
    run("post", "/v1/virtual_accounts", "VIRTUAL_ACCOUNT")
    run("post", "/v1/webhook_endpoints", "WEBHOOK_ENDPOINT")
    assert run("get", "/v1/payins/{id}/qr.svg") == ""
    variables["PROBLEM"] = "not_found"
    made = {"clients", "credentials", "beneficiaries", "payouts", "payins", "virtual_accounts", "webhook_endpoints", "problems"}
    for verb, path in list(CALLS):
        if "/openid/" in path:
            continue  # this server has no provider
        if verb == "get" and ("{" not in path or made & set(path.split("/"))):
            run(verb, path)
    for action in ("webhook_endpoints/{id}/rotate_secret", "webhook_endpoints/{id}/disable", "webhook_endpoints/{id}/enable",
                   "virtual_accounts/{id}/close", "beneficiaries/{id}/deactivate", "sandbox/bank_transfers", "sandbox/clock"):
        run("post", "/v1/" + action)
    run("post", "/v1/admin/clients/{id}/measures")
    run("post", "/v1/admin/credentials/{id}/revoke")


def test_calls_of_the_operator_take_an_operators_key_and_all_trust_the_certificate():
    for path, verbs in OPENAPI["paths"].items():
        for operation in verbs.values():
            call = operation["x-codeSamples"][0]["source"]
            assert '--cacert "$CERTIFICATE"' in call and "{" not in call.split(chr(10))[0], path
            of_people = path.startswith(("/v1/admin", "/v1/staff"))
            assert ("$OPERATOR_KEY" in call) == (of_people and bool(operation["security"])), path
            is_a_clients = path.startswith(("/v1/", "/oauth/")) and not of_people and path != "/v1/leaks"
            assert ("$KEY" in call) == is_a_clients, path


def test_the_sandbox_values_of_the_page_are_those_of_the_document(server):
    document = (ROOT / "docs/reference/sandbox.md").read_text()
    page = server.get("/docs").body.decode()
    rows = re.findall(r"<tr><td><code>(\d{12})</code><td>([^<]+?)(?:<|\n)", page)
    assert len(rows) == 6
    for number, what in rows:
        assert re.search(rf"\| `{number}` \| [^|]*\| {re.escape(what)} \|", document), (number, what)
