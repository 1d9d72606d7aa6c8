"""Every operation is really asked, and each answer is what the description says: its schema, and what its example shows."""
import json
from datetime import datetime, timedelta, timezone

import pytest

from conftest import APPROVALS, EVERYTHING, OPENAPI, Server, fresh_names
from hooks import Receiver
from test_leaks import Scanner, found

GROUND = {"ground": "policy_breach", "clause": "P8.1"}


def example_of(method, path):
    operation = OPENAPI["paths"][path][method.lower()]
    content = operation["responses"][min(operation["responses"])]["content"]["application/json"]
    return content["example"]


def example_of_body(path):
    return OPENAPI["paths"][path]["post"]["requestBody"]["content"]["application/json"]["example"]


class Story:
    """Asks the server, and keeps what each operation answered; a path is the template of the description."""

    def __init__(self, server):
        self.server, self.answers = server, {}

    def ask(self, method, path, key, body=None, id=None, query="", document="", **headers):
        takes_key = any(each["name"] == "Idempotency-Key" for each in OPENAPI["paths"][path][method.lower()]["parameters"])
        if takes_key:
            headers["Idempotency_Key"] = "story-" + next(fresh_names)
        body = {} if body is None and method == "POST" else body
        asked = path.replace("{id}", id or "").replace("{document}", document) + query
        answer = self.server.call(method, asked, key, body, **headers)
        assert answer.status < 300, (method, path, answer.body)
        self.answers.setdefault((method, path), answer)
        return answer.json if answer.headers["Content-Type"] == "application/json" else None

    def until(self, path, key, id, status):
        return self.wait(lambda: self.ask("GET", path, key, id=id), lambda object: object["status"] == status)

    def wait(self, ask, holds):
        deadline = datetime.now() + timedelta(seconds=60)
        while not holds(answer := ask()):
            assert datetime.now() < deadline, answer
        return answer


@pytest.fixture(scope="module")
def receiver():
    with Receiver() as running:
        yield running


@pytest.fixture(scope="module")
def story(tmp_path_factory, receiver):
    """One life of a client, in which each operation of the API is asked at least once; on a server of its own, since a policy
    that is published holds for everybody."""
    home, scanner = tmp_path_factory.mktemp("story"), Scanner()
    (home / "keys.json").write_text(json.dumps({"public_keys": [scanner.published]}))
    server = Server(home, MOHUR_SCANNER_KEYS_FILE=str(home / "keys.json"))
    yield tell(server, receiver, scanner)
    server.stop()


def tell(server, receiver, scanner):
    story, (asha, bina) = Story(server), server.keys[:2]
    ask = story.ask
    application = {**OPENAPI["paths"]["/v1/admin/clients"]["post"]["requestBody"]["content"]["application/json"]["example"],
                   **EVERYTHING}

    def decide(client, verb, key=bina, body=None):
        return ask("POST", "/v1/admin/clients/{id}/" + verb, key, body, id=client)

    person = ask("GET", "/v1/admin/people", asha)["data"][0]["id"]  # the newest: Bina
    ask("GET", "/v1/admin/people/{id}", asha, id=person)
    ask("GET", "/v1/admin/roles", asha)
    appointed, unwanted = (ask("POST", "/v1/admin/people", asha, {**example_of_body("/v1/admin/people"), "email": email})
                           for email in ("asha@mohur.example", "nobody@mohur.example"))
    ask("POST", "/v1/admin/person_changes/{id}/approve", bina, id=appointed["id"])
    ask("POST", "/v1/admin/person_changes/{id}/reject", bina, id=unwanted["id"])
    ask("POST", "/v1/admin/people/{id}/roles", asha, example_of_body("/v1/admin/people/{id}/roles"), id=appointed["person"])
    reason = {"reason": "As agreed with the board"}
    disabling = ask("POST", "/v1/admin/people/{id}/disable", asha, reason, id=appointed["person"])["id"]
    ask("POST", "/v1/admin/person_changes/{id}/approve", bina, id=disabling)
    ask("POST", "/v1/admin/people/{id}/enable", asha, reason, id=appointed["person"])
    tell_of_signing_in(ask, asha, bina, person)
    ask("GET", "/v1/admin/person_changes", asha)
    ask("GET", "/v1/admin/person_changes/{id}", asha, id=disabling)
    assert ask("GET", "/v1/admin/credentials", asha)["data"]
    declined = ask("POST", "/v1/admin/clients", asha, application)["id"]
    papers = ("pan_card", "registration", "bank_proof", "owners")
    review = example_of_body("/v1/admin/clients/{id}/review")

    def prepare(client):
        for kind in papers:
            made = ask("POST", "/v1/admin/clients/{id}/documents", asha, {**document, "kind": kind}, id=client)
        ask("POST", "/v1/admin/clients/{id}/review", asha, review, id=client)
        return made["documents"][-1]["id"]

    document = example_of_body("/v1/admin/clients/{id}/documents")
    prepare(declined)
    decide(declined, "decline", body=GROUND)
    client = ask("POST", "/v1/admin/clients", asha, application)["id"]
    file = prepare(client)
    assert ask("GET", "/v1/admin/clients/{id}/application", asha, id=client)["pan"] == application["pan"]
    ask("GET", "/v1/admin/clients/{id}/documents/{document}", asha, id=client, document=file)
    decide(client, "approve")
    key = ask("POST", "/v1/admin/clients/{id}/credentials", asha, {"mode": "test", "label": "story"}, id=client)["secret"]
    spare = ask("POST", "/v1/admin/clients/{id}/credentials", asha, {"mode": "test", "label": "spare"}, id=client)["id"]
    ask("GET", "/v1/admin/credentials/{id}", asha, id=spare)
    ask("POST", "/v1/admin/credentials/{id}/signing_key", asha, {"algorithm": "hmac_sha256"}, id=spare)
    thumbprint = example_of_body("/v1/admin/credentials/{id}/certificates")
    ask("POST", "/v1/admin/credentials/{id}/certificates", asha, thumbprint, id=spare)
    ask("POST", "/v1/admin/credentials/{id}/certificates/remove", asha, {"thumbprint": thumbprint["thumbprint"]}, id=spare)
    ask("POST", "/v1/admin/credentials/{id}/revoke", asha, id=spare)
    bound = ask("POST", "/v1/admin/clients/{id}/credentials", asha, {"mode": "test", "label": "bound"}, id=client)["id"]
    ask("POST", "/v1/admin/credentials/{id}/networks", asha, {"networks": ["203.0.113.0/24"]}, id=bound)
    ask("POST", "/v1/admin/credentials/{id}/rotate", asha, {"overlap_s": 60}, id=bound)
    ask("GET", "/v1/admin/clients/{id}/credentials", asha, id=client)
    ask("GET", "/v1/admin/clients", asha)
    ask("GET", "/v1/admin/clients/{id}", asha, id=client)
    ask("POST", "/v1/admin/clients/{id}/fundings", asha,
        {"mode": "test", "amount": 5_000_000, "currency": "INR", "utr": "SBIN" + next(fresh_names)}, id=client)

    leaked = [ask("POST", "/v1/admin/clients/{id}/credentials", asha, {"mode": "test", "label": "leaked"}, id=client)
              for _ in range(2)]
    note = {"note": "Committed to a public repository"}
    incident = ask("POST", "/v1/credentials/report_compromise", leaked[0]["secret"], note)["id"]
    ask("POST", "/v1/admin/credentials/{id}/report_compromise", asha, note, id=leaked[1]["id"])
    ask("POST", "/v1/admin/incidents/{id}/close", asha, {"finding": "Nobody else used it"}, id=incident)
    story.answers["POST", "/v1/leaks"] = scanner.report(server, [found(leaked[0]["secret"]), found("hunter2")])
    ask("GET", "/v1/incidents", key)
    ask("GET", "/v1/incidents/{id}", key, id=incident)
    ask("GET", "/v1/admin/incidents", asha)
    watched = {"reason": "As clause P5.1 has it", "detectors": []}
    rules = [ask("POST", "/v1/admin/watch_rules", asha, watched)["id"] for _ in range(2)]
    for n in range(60):
        server.get(f"/v1/nothing/{n}", checked=False)
    alert = story.wait(lambda: ask("GET", "/v1/admin/alerts", asha), lambda page: page["data"])["data"][0]["id"]
    ask("GET", "/v1/admin/alerts/{id}", asha, id=alert)
    ask("POST", "/v1/admin/alerts/{id}/close", asha, {"decision": "harmless", "finding": "It was a test"}, id=alert)
    ask("POST", "/v1/admin/watch_rules/{id}/approve", bina, id=rules[0])
    ask("POST", "/v1/admin/watch_rules/{id}/reject", bina, id=rules[1])
    ask("GET", "/v1/admin/watch_rules", asha)
    ask("GET", "/v1/admin/watch_rules/{id}", asha, id=rules[0])
    a_plan = example_of("POST", "/v1/admin/plans")
    plan, unwanted = (ask("POST", "/v1/admin/plans", asha, {"name": name, "allowance": a_plan["allowance"]})["id"]
                      for name in ("growth", "unwanted"))
    ask("POST", "/v1/admin/plans/{id}/approve", bina, id=plan)
    ask("POST", "/v1/admin/plans/{id}/reject", bina, id=unwanted)
    ask("GET", "/v1/admin/plans", asha)
    ask("GET", "/v1/admin/plans/{id}", asha, id=plan)
    applicant = ask("POST", "/v1/admin/clients", asha, {**application, "reapplies": declined})["id"]
    begins, ends = ((datetime.now(timezone.utc) + timedelta(days=n)).isoformat() for n in (2, 32))
    wanted = {"reason": "Festival season", "plan": plan, "effective_at": begins, "ends_at": ends}
    change, unwanted = (
        ask("POST", "/v1/admin/clients/{id}/agreement_changes", asha, wanted, id=applicant)["id"] for _ in range(2))
    ask("POST", "/v1/admin/agreement_changes/{id}/approve", bina, id=change)
    ask("POST", "/v1/admin/agreement_changes/{id}/reject", bina, id=unwanted)
    ask("GET", "/v1/admin/agreement_changes", asha)
    filed = ask("POST", "/v1/admin/clients/{id}/documents", asha, {**document, "kind": "authority"}, id=client)["documents"]
    licence = {**example_of_body("/v1/admin/clients/{id}/sublicences"), "approval": filed[-1]["id"]}
    third, unwanted, short = (ask("POST", "/v1/admin/clients/{id}/sublicences", asha, licence, id=client)["id"] for _ in range(3))
    for sublicence in (third, short):
        ask("POST", "/v1/admin/sublicences/{id}/approve", bina, id=sublicence)
    ask("POST", "/v1/admin/sublicences/{id}/reject", bina, id=unwanted)
    ask("GET", "/v1/sublicences", key)
    ask("GET", "/v1/sublicences/{id}", key, id=third)
    ask("GET", "/v1/sublicences/{id}/usage", key, id=third)
    live = ask("POST", "/v1/admin/clients/{id}/credentials", asha, {"mode": "live", "label": "live"}, id=client)["secret"]
    ask("POST", "/v1/sublicences/{id}/end", live, id=third)
    ask("POST", "/v1/admin/sublicences/{id}/end", asha, id=short)
    wish = example_of_body("/v1/agreement_changes")
    first = ask("POST", "/v1/agreement_changes", key, wish)
    ask("GET", "/v1/agreement_changes", key)
    ask("POST", "/v1/agreement_changes/{id}/withdraw", key, id=first["id"])
    second = ask("POST", "/v1/agreement_changes", key, wish)
    ask("GET", "/v1/agreement_changes/{id}", key, id=second["id"])
    ask("POST", "/v1/admin/agreement_changes/{id}/take_up", asha, id=second["id"])
    ask("GET", "/v1/admin/agreement_changes/{id}", asha, id=change)
    ask("POST", "/v1/admin/plans/{id}/retire", bina, id=plan)
    ask("POST", "/v1/admin/clients/{id}/limit_trials", asha, example_of_body("/v1/admin/clients/{id}/limit_trials"), id=client)
    ask("GET", "/v1/limits", key)

    ladder = example_of("POST", "/v1/admin/ladders")
    rules = {**ladder["rules"], "ignored_calls": 1, "quiet_s": 1, "longest_s": 3,
             "rungs": [{"strikes": 1, "consequence": "tier_review"}]}
    ladders = [ask("POST", "/v1/admin/ladders", asha, {"reason": ladder["reason"], "rules": rules})["id"] for _ in range(2)]
    ask("POST", "/v1/admin/ladders/{id}/approve", bina, id=ladders[0])
    ask("POST", "/v1/admin/ladders/{id}/reject", bina, id=ladders[1])
    ask("GET", "/v1/admin/ladders", asha)
    ask("GET", "/v1/admin/ladders/{id}", asha, id=ladders[0])
    busy = server.client()
    assert server.agree(busy.id, plan=server.plan(daily_quota={"calls": 1})).token == "ok"

    def episodes_of_busy():
        assert busy.get("/v1/payins").token in ("ok", "quota_exceeded")
        return ask("GET", "/v1/throttle_episodes", busy.key)

    def was_struck(page):
        return [each for each in page["data"] if each["strike"]]

    episode = was_struck(story.wait(episodes_of_busy, was_struck))[0]["id"]
    ask("GET", "/v1/throttle_episodes/{id}", busy.key, id=episode)
    notice = story.wait(lambda: ask("GET", "/v1/usage_notices", busy.key), lambda page: page["data"])["data"][0]["id"]
    ask("GET", "/v1/usage_notices/{id}", busy.key, id=notice)
    review = ask("GET", "/v1/admin/tier_reviews", asha)["data"][0]["id"]
    ask("GET", "/v1/admin/tier_reviews/{id}", asha, id=review)
    ask("POST", "/v1/admin/tier_reviews/{id}/close", bina, {"decision": "change_plan", "finding": "Too small"}, id=review)
    ask("GET", "/v1/agreement", key)

    endpoint = ask("POST", "/v1/webhook_endpoints", key, {"url": receiver.url, "event_types": ["payin.created"]})["id"]
    payin = ask("POST", "/v1/payins", key, {"amount": 125_000, "currency": "INR", "payer_type": "customer", "method": "upi_qr"})
    for picture in ("png", "svg"):
        ask("GET", "/v1/payins/{id}/qr." + picture, key, id=payin["id"])
    ask("POST", "/v1/sandbox/payins/{id}/pay", key, {}, id=payin["id"])
    story.until("/v1/payins/{id}", key, payin["id"], "paid")
    unpaid = ask("POST", "/v1/payins", key, {"amount": 1, "currency": "INR", "payer_type": "customer", "method": "upi_intent"})
    ask("POST", "/v1/payins/{id}/cancel", key, id=unpaid["id"])
    attempt = ask("GET", "/v1/attempts", key)["data"][0]["id"]
    ask("GET", "/v1/attempts/{id}", key, id=attempt)
    refund = ask("POST", "/v1/refunds", key, {"payin": payin["id"], "amount": 25_000})["id"]
    story.until("/v1/refunds/{id}", key, refund, "processed")
    account = ask("POST", "/v1/virtual_accounts", key)
    ask("GET", "/v1/virtual_accounts/{id}", key, id=account["id"])
    ask("POST", "/v1/sandbox/bank_transfers", key, {"account_number": account["account_number"], "amount": 100})
    other = ask("POST", "/v1/virtual_accounts", key)
    ask("POST", "/v1/virtual_accounts/{id}/close", key, id=other["id"])

    destination = {"ifsc": "HDFC0000123", "account_number": "000000000001"}
    ravi = {"name": "Ravi Sharma", "kind": "vendor", "destination": destination}
    beneficiary = ask("POST", "/v1/beneficiaries", key, ravi)["id"]
    ask("GET", "/v1/beneficiaries/{id}", key, id=beneficiary)
    order = {"beneficiary": beneficiary, "amount": 150_000, "currency": "INR", "purpose": "vendor", "narration": "Invoice 42"}
    payout = ask("POST", "/v1/payouts", key, order)["id"]
    story.until("/v1/payouts/{id}", key, payout, "processed")
    now = datetime.fromisoformat(ask("GET", "/v1/sandbox/clock", key)["now"])
    later = ask("POST", "/v1/payouts", key, {**order, "scheduled_at": (now + timedelta(days=1)).isoformat()})["id"]
    ask("POST", "/v1/payouts/{id}/cancel", key, id=later)
    threshold = ask("POST", "/v1/balance_thresholds", key, {"amount": 100_000, "currency": "INR"})["id"]
    ask("GET", "/v1/balance_thresholds", key)
    ask("GET", "/v1/balance_thresholds/{id}", key, id=threshold)
    ask("POST", "/v1/balance_thresholds/{id}/remove", key, id=threshold)
    rhythm = {"every": "month", "month_day": 1, "at": "10:00", "starts_on": str((now + timedelta(days=1)).date())}
    schedule = ask("POST", "/v1/payout_schedules", key, {**order, "rhythm": rhythm})["id"]
    for deed in ("pause", "resume", "cancel"):
        ask("POST", "/v1/payout_schedules/{id}/" + deed, key, id=schedule)
    ask("GET", "/v1/payout_schedules", key)
    ask("GET", "/v1/payout_schedules/{id}", key, id=schedule)
    approver = {"mode": "test", "label": "approver", "scopes": APPROVALS, "approver_roles": ["finance"]}
    first, second = (ask("POST", "/v1/admin/clients/{id}/credentials", asha, approver, id=client)["secret"] for _ in range(2))
    step = {"match": "all", "needs": [{"role": "finance", "approvals": 1}]}
    rules = {"rules": [{"min_amount": 10_000, "purposes": [], "steps": [step]}]}
    workflow, unwanted = (ask("POST", "/v1/approval_workflows", first, rules)["id"] for _ in range(2))
    ask("POST", "/v1/approval_workflows/{id}/approve", second, id=workflow)
    ask("POST", "/v1/approval_workflows/{id}/reject", second, id=unwanted)
    ask("GET", "/v1/approval_workflows", key)
    ask("GET", "/v1/approval_workflows/{id}", key, id=workflow)
    wanted, unwanted = (ask("POST", "/v1/payouts", key, order)["id"] for _ in range(2))
    ask("POST", "/v1/payouts/{id}/approve", first, {"remarks": "As ordered"}, id=wanted)
    ask("POST", "/v1/payouts/{id}/reject", first, {"remarks": "Paid before"}, id=unwanted)
    for deed in ("approve", "reject"):
        several = [ask("POST", "/v1/payouts", key, order)["id"] for _ in range(2)]
        ask("POST", "/v1/payouts/" + deed, first, {"payouts": several, "remarks": "As a whole"})
    rows = json.dumps({"beneficiary": beneficiary, "amount": 150_000, "purpose": "vendor"})

    def checked():
        batch = ask("POST", "/v1/batches", key, {})["id"]
        ask("POST", "/v1/batches/{id}/rows", key, rows.encode(), id=batch, Content_Type="application/jsonl")
        ask("POST", "/v1/batches/{id}/check", key, id=batch)
        story.until("/v1/batches/{id}", key, batch, "validated")
        ask("GET", "/v1/batches/{id}/rows", key, id=batch)
        ask("GET", "/v1/batches/{id}/result", key, id=batch)
        return batch

    wanted, unwanted, undone = (checked() for _ in range(3))
    for batch in (wanted, unwanted):
        ask("POST", "/v1/batches/{id}/accept", key, {"take": "all_rows"}, id=batch)
    ask("POST", "/v1/batches/{id}/approve", first, {"remarks": "As ordered"}, id=wanted)
    ask("POST", "/v1/batches/{id}/reject", first, {"remarks": "Paid before"}, id=unwanted)
    ask("POST", "/v1/batches/{id}/cancel", key, id=undone)
    ask("GET", "/v1/batches", key)
    tried = {name: order[name] for name in ("beneficiary", "amount", "currency", "purpose")}
    ask("POST", "/v1/policy/evaluate", key, {"payout": tried})
    ask("POST", "/v1/beneficiaries/{id}/deactivate", key, id=beneficiary)

    ask("GET", "/v1/webhook_endpoints/{id}", key, id=endpoint)
    delivery = story.wait(lambda: ask("GET", "/v1/deliveries", key, query="?limit=1"), lambda page: page["data"])["data"][0]["id"]
    story.until("/v1/deliveries/{id}", key, delivery, "succeeded")
    ask("POST", "/v1/webhook_endpoints/{id}/disable", key, id=endpoint)
    ask("POST", "/v1/webhook_endpoints/{id}/enable", key, id=endpoint)
    ask("POST", "/v1/webhook_endpoints/{id}/rotate_secret", key, id=endpoint)
    ask("POST", "/v1/sandbox/clock", key, {"now": (now + timedelta(days=10)).isoformat()})
    ask("POST", "/v1/deliveries/{id}/redeliver", key, id=delivery)

    for noun in ("payins", "refunds", "virtual_accounts", "beneficiaries", "payouts", "webhook_endpoints", "requests"):
        ask("GET", "/v1/" + noun, key)
    call = ask("GET", "/v1/requests", key, query="?limit=1")["data"][0]["id"]
    ask("GET", "/v1/requests/{id}", key, id=call)
    ask("GET", "/v1/balances", key)
    ask("GET", "/v1/balances", asha)
    for noun in ("accounts", "transfers"):
        one = ask("GET", "/v1/ledger/" + noun, key, query="?limit=100")["data"][0]["id"]
        ask("GET", "/v1/ledger/" + noun + "/{id}", key, id=one)
    account = next(each["id"] for each in ask("GET", "/v1/ledger/accounts", key, query="?limit=100")["data"]
                   if each["code"] == "client_payout")
    for kind in ("statement", "statement/lines", "statement.csv"):
        ask("GET", "/v1/ledger/accounts/{id}/" + kind, key, id=account)
    event = ask("GET", "/v1/events", key, query="?limit=100")["data"][0]["id"]
    ask("GET", "/v1/events/{id}", key, id=event)
    policy = example_of_body("/v1/admin/policy/versions")
    version, unwanted = (ask("POST", "/v1/admin/policy/versions", asha, policy)["id"] for _ in range(2))
    ask("POST", "/v1/admin/policy/versions/{id}/publish", bina, id=version)
    ask("POST", "/v1/admin/policy/versions/{id}/reject", bina, id=unwanted)
    ask("GET", "/v1/admin/policy/versions", asha)
    ask("GET", "/v1/admin/policy/versions/{id}", asha, id=version)
    ask("GET", "/v1/policy/versions", key)
    ask("POST", "/v1/policy/acceptances", key, {"number": 1})
    for noun in ("policy/acceptances", "policy/coverage"):
        ask("GET", "/v1/" + noun, key)
    notice = story.wait(lambda: ask("GET", "/v1/notices", key), lambda page: page["data"])["data"][0]["id"]
    story.wait(lambda: ask("GET", "/v1/notices/{id}", key, id=notice), lambda object: object["sendings"][1]["status"] == "failed")

    def measure(**more):
        body = {**example_of_body("/v1/admin/clients/{id}/measures"), **more}
        return ask("POST", "/v1/admin/clients/{id}/measures", asha, body, id=client)["id"]

    waiting = measure()
    ask("POST", "/v1/admin/measures/{id}/withdraw", asha, id=waiting)
    ask("POST", "/v1/admin/measures/{id}/reject", bina, id=measure(kind="terminate"))
    ask("POST", "/v1/admin/measures/{id}/confirm", bina, id=measure(critical=True))
    ask("GET", "/v1/admin/measures", asha)
    ask("GET", "/v1/admin/measures/{id}", asha, id=waiting)
    ask("POST", "/v1/notices/{id}/acknowledge", key, id=notice)
    ticket = ask("POST", "/v1/tickets", key, example_of_body("/v1/tickets"))["id"]
    ask("POST", "/v1/tickets/{id}/reply", asha, {"text": "The bank had an outage."}, id=ticket)
    ask("POST", "/v1/tickets/{id}/close", key, id=ticket)
    ask("GET", "/v1/tickets/{id}", key, id=ticket)
    ask("GET", "/v1/tickets", key)
    return story


def tell_of_signing_in(ask, asha, bina, person):
    password, other = "seven lanterns on the lake", "nine kites over the river"
    enrolled = ask("POST", "/v1/staff/enrolment", bina, {"email": "bina@mohur.example", "password": password})
    signed_in = ask("POST", "/v1/staff/sessions", None, {"email": "bina@mohur.example", "password": password,
                                                         "code": enrolled["recovery_codes"][0]})
    ask("GET", "/v1/staff/sessions", bina)
    ask("GET", "/v1/staff/me", bina)
    ask("POST", "/v1/staff/sessions/{id}/end", bina, id=signed_in["id"])
    ask("POST", "/v1/staff/password", bina, {"current_password": password, "password": other})
    second = ask("POST", "/v1/staff/sessions", None, {"email": "bina@mohur.example", "password": other,
                                                      "code": enrolled["recovery_codes"][1]})
    tell_of_own_keys(ask, enrolled["recovery_codes"][2], other)
    ask("GET", "/v1/admin/sessions", asha)
    ask("POST", "/v1/admin/sessions/{id}/end", asha, id=second["id"])
    ask("GET", "/v1/admin/people/{id}/sign_in", asha, id=person)
    guest = ask("POST", "/v1/admin/people", asha, {**example_of_body("/v1/admin/people"), "email": "guest@mohur.example"})
    ask("POST", "/v1/admin/person_changes/{id}/approve", bina, id=guest["id"])
    first = ask("POST", "/v1/admin/people/{id}/invite", asha, {"reason": "As agreed with the board"}, id=guest["person"])
    approved = ask("POST", "/v1/admin/person_changes/{id}/approve", bina, id=first["id"])
    ask("POST", "/v1/staff/invitations/accept", None, {"email": "guest@mohur.example", "first_half": first["secret"],
                                                       "second_half": approved["secret"], "password": password})


def tell_of_own_keys(ask, code, password):
    session = ask("POST", "/v1/staff/sessions", None, {"email": "bina@mohur.example", "password": password, "code": code,
                                                       "kind": "bearer"})["secret"]
    made = ask("POST", "/v1/staff/credentials", session, {"label": "laptop"})
    ask("GET", "/v1/staff/credentials", session)
    ask("POST", "/v1/staff/credentials/{id}/revoke", session, id=made["id"])


# test_openid.py asks them, with a provider.
AT_A_PROVIDER = {("GET", "/v1/staff/openid/start"), ("GET", "/v1/staff/openid/callback")}


def test_every_operation_was_asked_and_answered_as_described(story):
    described = {(verb.upper(), path) for path, verbs in OPENAPI["paths"].items() for verb in verbs if path.startswith("/v1/")}
    assert described - set(story.answers) - AT_A_PROVIDER == set()


WRITES = [path for path, verbs in OPENAPI["paths"].items()
          if "post" in verbs and path.startswith("/v1/") and path != "/v1/leaks"]  # which answers with a list


@pytest.mark.parametrize("path", WRITES)
def test_the_example_of_a_write_shows_the_state_that_it_leaves_behind(story, path):
    example, answer = example_of("POST", path), story.answers["POST", path].json
    for name in ("object", "status", "reason", "mode"):
        assert example.get(name) == answer.get(name), name
    assert (example.get("sequence") == 1) == (answer.get("sequence") == 1)
    assert set(example) == set(answer)
    for name in set(example) - {"reference_id", "scheduled_at", "narration"}:  # these are the caller's to give
        assert (example[name] is None) == (answer[name] is None), name


def test_a_secret_is_in_the_description_of_the_answers_that_show_it_and_of_no_other():
    schemas = OPENAPI["components"]["schemas"]
    assert {name for name, schema in schemas.items() if "secret" in schema.get("properties", {})} == \
        {"CredentialWithSecret", "WebhookEndpointWithSecret", "PersonChangeWithSecret", "SessionWithTokens"}
    assert all("secret" not in schema.get("required", []) for schema in schemas.values()), "a replay leaves it out"
