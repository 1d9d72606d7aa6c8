"""How a business becomes a client: papers, review, and a second person's decision; over real HTTPS."""
import base64
import hashlib
import zlib

import pytest

from conftest import BUSINESS, EVERYTHING, PAPERS, SMALLEST_PNG, Server
from people import Member, Staff


def pdf(objects):
    return b"%PDF-1.7\n" + objects + b"\ntrailer\n<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


TRADER = {"legal_name": "Trader", "contact_email": "books@trader.example", "merchant_category": "5411", **EVERYTHING, **BUSINESS}
PAGE = b"1 0 obj\n<</Type/Catalog/Pages 2 0 R%s>>\nendobj"


def base64_of(data):
    return base64.b64encode(data).decode()


@pytest.fixture
def applicant(server):
    return server.apply()


def application(server, client):
    return server.get(f"/v1/admin/clients/{client}/application", server.keys[0])


def test_an_application_is_read_in_full_by_whom_it_concerns(server, applicant, client):
    seen = application(server, applicant)
    assert (seen["pan"], seen["gstin"], seen["registered_address"]) == ("ABCPM1234K", "29ABCPM1234K1ZO", "12 Brigade Road")
    assert client.get(f"/v1/admin/clients/{applicant}/application").token == "scope_missing"


@pytest.mark.parametrize("changes, token, field", [
    ({"pan": "ABCXE1234K"}, "field_malformed", "pan"),
    ({"pan": "ABCPM1234"}, "field_out_of_range", "pan"),
    ({"pan": "AAACM1234K", "gstin": "29AAACM1234K1ZJ"}, "field_malformed", "pan"),
    ({"gstin": "29ABCPM1234K1ZA"}, "field_malformed", "gstin"),
    ({"gstin": "29AAACM1234K1ZJ"}, "field_malformed", "gstin"),
    ({"registration_number": "AAB-1234"}, "field_unknown", "registration_number"),
    ({"business_type": "llp", "pan": "AAAFM1234K", "gstin": None}, "field_missing", "registration_number"),
    ({"business_type": "hobby"}, "field_malformed", "business_type"),
    ({"expected_volumes": {"payouts": 1, "payout_amount": -1, "payins": 0, "payin_amount": 0}}, "field_out_of_range",
     "expected_volumes"),
    ({"contacts": [{"role": "finance", "name": "A", "email": "a@b.example"}] * 11}, "field_out_of_range", "contacts"),
    ({"reapplies": "client_00000000000000000000000000"}, "not_found", "reapplies"),
])
def test_what_does_not_agree_is_refused_with_its_field(server, changes, token, field):
    body = {name: value for name, value in {**TRADER, "gstin": None, **changes}.items() if value is not None}
    answer = server.post("/v1/admin/clients", server.keys[0], body)
    assert (answer.token, answer["field"]) == (token, field)


@pytest.mark.parametrize("data", [base64.b64decode(SMALLEST_PNG), pdf(PAGE % b""), pdf(PAGE % b"") + b" " * 900 + b"%%EOF",
                                  b"\xff\xd8\xff\xe0" + bytes(1_500_000) + b"\xff\xd9"])
def test_a_document_comes_back_as_it_was_given(server, applicant, data):
    made = server.add_document(applicant, "other", base64_of(data))
    document = made["documents"][-1]
    assert (document["size"], document["hash"]) == (len(data), hashlib.sha256(data).hexdigest())
    file = server.get(f"/v1/admin/clients/{applicant}/documents/{document['id']}", server.keys[1])
    assert file.body == data
    other = server.add_document(server.apply(), "other", base64_of(data))["documents"][-1]
    assert other["hash"] == document["hash"], "the same bytes of another business"
    assert server.get(f"/v1/admin/clients/{applicant}/documents/{document['id']}", server.keys[1]).body == data
    assert file.headers["Content-Disposition"] == f'attachment; filename="{document["id"]}.{document["media"]}"'


@pytest.mark.parametrize("data, words", [
    (b"MZ\x90\x00", "neither a PDF"),
    (base64.b64decode(SMALLEST_PNG)[:-1], "PNG is cut off"),
    (pdf(PAGE % b"/OpenAction 3 0 R"), "/OpenAction"),
    (pdf(PAGE % b"/A<</S/J#61vaScript>>"), "/JavaScript"),
    (pdf(b"3 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode>>\nstream\n" + zlib.compress(b"1 0 <</S/Launch>>")
         + b"\nendstream\nendobj"), "/Launch"),
    (b"\xff\xd8\xff" + bytes(2 << 20) + b"\xff\xd9", None),
])
def test_a_file_that_is_no_document_is_refused(server, applicant, data, words):
    answer = server.add_document(applicant, "other", base64_of(data))
    if words is None:  # longer than any file may be, in base64
        assert (answer.token, answer["field"]) == ("field_out_of_range", "content")
    else:
        assert (answer.token, answer["field"]) == ("document_refused", "content") and words in answer["detail"]
    assert application(server, applicant)["documents"] == []


def test_only_documents_may_be_long(server, applicant, client):
    long = "A" * (2 << 20)
    assert client.post("/v1/tickets", {"subject": "A question", "text": long}, checked=False).token == "body_too_large"
    path = f"/v1/admin/clients/{applicant}/documents"
    assert server.post(path, server.keys[0], {"content": "A" * (4 << 20)}, checked=False).token == "body_too_large"


def test_a_review_needs_papers_and_its_whole_check_list(server, applicant):
    assert server.review(applicant).token == "document_missing"
    for kind in PAPERS:
        server.add_document(applicant, kind)
    left_out = server.review(applicant, checks=("identity", "address", "bank_account", "sanctions"))
    assert (left_out.token, left_out["field"]) == ("field_missing", "checks") and "business" in left_out["detail"]
    assert server.review(applicant, failed=("sanctions",)).token == "ok"
    refused = server.decide(applicant, "approve")
    assert (refused.status, refused.token) == (409, "check_failed") and "sanctions" in refused["detail"]
    assert server.review(applicant, risk_grade="medium").token == "ok"
    approved = server.decide(applicant, "approve")
    assert (approved["status"], approved["risk_grade"]) == ("approved", "medium")


def test_high_risk_is_decided_by_whom_the_review_names_and_on_a_plan_for_it(server):
    pharmacy = {"merchant_category": "5912"}
    body = {"total": {"quota": 60, "window_s": 60, "burst": 10},
            "rates": [{"route_class": "reserved", "rate": {"quota": 60, "window_s": 60, "burst": 10}}], "concurrent_calls": 5}
    plan = server.post("/v1/admin/plans", server.keys[0], {"name": "careful", "allowance": body, "for_high_risk": True})["id"]
    assert server.post(f"/v1/admin/plans/{plan}/approve", server.keys[1]).token == "ok"
    asha = server.get("/v1/staff/me", server.keys[0])["person"]
    chitra = Member(Staff(server), "compliance")
    refused = server.post("/v1/admin/clients", server.keys[0], {**TRADER, **pharmacy})
    assert (refused.status, refused.token, refused["field"]) == (422, "plan_not_for_risk", "plan")
    client = server.apply(**pharmacy, plan=plan)
    for kind in PAPERS:
        server.add_document(client, kind)
    low = server.review(client)
    assert (low.token, low["field"]) == ("field_out_of_range", "risk_grade")
    assert server.review(client, risk_grade="high").token == "field_missing"
    assert server.review(client, risk_grade="high", approver=asha).token == "four_eyes_required"
    assert server.review(client, risk_grade="high", approver=chitra.id).token == "ok"
    refused = server.decide(client, "approve")
    assert (refused.status, refused.token, refused["clause"]) == (403, "approver_named", "P3.2"), "by Bina"
    approved = server.post(f"/v1/admin/clients/{client}/approve", chitra.sign_in()["secret"])
    assert (approved["status"], approved["risk_grade"]) == ("approved", "high")
    usual = server.plan()
    change = {"reason": "More calls", "plan": usual}
    refused = server.post(f"/v1/admin/clients/{client}/agreement_changes", server.keys[0], change)
    assert refused.token == "plan_not_for_risk"


def test_who_was_declined_applies_again_and_says_so(server, applicant):
    server.bring_before_decision(applicant)
    assert server.decide(applicant, "decline", "P1.1").token == "ok"
    assert server.add_document(applicant, "other").token == "state_conflict"
    again = server.apply(reapplies=applicant)
    assert server.get(f"/v1/admin/clients/{again}", server.keys[0])["previous"] == applicant


def test_documents_outlive_a_kill_and_are_sealed_on_disk(tmp_path):
    server = Server(tmp_path)
    client = server.apply()
    data = pdf(PAGE % b"/Title(PLANTED-NAME)")
    document = server.add_document(client, "pan_card", base64_of(data))["documents"][0]["id"]
    server.kill()
    assert not any(b"PLANTED-NAME" in file.read_bytes() for file in server.folder.rglob("*") if file.is_file())
    server.start()
    assert server.get(f"/v1/admin/clients/{client}/documents/{document}", server.keys[0]).body == data
    server.stop()
