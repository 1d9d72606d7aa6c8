"""Batches of payouts: handed in as rows, checked, accepted, approved as a whole, and followed until all of them are final."""
import csv
import io
import json

import openpyxl
import pytest

from conftest import Server

FINAL = ("processed", "rejected", "cancelled")
COLUMNS = "name,kind,ifsc,account_number,amount,purpose,reference_id"


@pytest.fixture
def own(server):
    client = server.client()
    client.fund(10_000_000)
    return client


def csv_of(*rows):
    return "\n".join([COLUMNS, *rows]) + "\n"


def salary(number, amount=10_000, account="000000000001", purpose="salary", kind="employee"):
    return f"Employee {number},{kind},HDFC0000123,{account},{amount},{purpose},"


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def hand_in(client, batch, rows, media="text/csv", **more):
    body = rows if isinstance(rows, bytes) else rows.encode()
    return client.post(f"/v1/batches/{batch}/rows", body, Content_Type=media, **more)


def workbook_of(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def opened(client, *texts, media="text/csv", **more):
    """A batch with these parts."""
    batch = client.post("/v1/batches", more or None)
    assert batch.status == 201, batch.body
    for text in texts:
        assert hand_in(client, batch["id"], text, media).status == 200
    return batch["id"]


def checked(client, *texts, **more):
    batch = opened(client, *texts, **more)
    assert client.post(f"/v1/batches/{batch}/check")["status"] == "validating"
    return client.until(f"/v1/batches/{batch}", lambda seen: seen["status"] != "validating")


def accept(client, batch, take="all_rows", **more):
    return client.post(f"/v1/batches/{batch['id']}/accept", {"take": take}, **more)


def ended(client, batch):
    return client.until(f"/v1/batches/{batch['id']}", lambda seen: seen["status"] in FINAL)


def findings(client, batch):
    page = client.get(f"/v1/batches/{batch['id']}/rows?limit=100")
    return [(row["row"], row["status"], row["token"], row["field"]) for row in page["data"]]


def results(client, batch, query=""):
    """The result file, as records, and where it goes on."""
    answer = client.get(f"/v1/batches/{batch['id']}/result{query}")
    assert answer.headers["Content-Type"].startswith("text/csv"), answer.body
    return list(csv.DictReader(io.StringIO(answer.body.decode()))), answer.headers.get("Link")


def payouts_of(client, batch):
    payouts, page = {}, client.get("/v1/payouts?limit=100")
    while True:
        payouts.update({payout["batch"]["row"]: payout for payout in page["data"]
                        if payout["batch"] and payout["batch"]["batch"] == batch["id"]})
        if not page["has_more"]:
            return payouts
        page = client.get("/v1/payouts?limit=100&after=" + page["next"])


def test_rows_become_payouts_once_the_batch_is_accepted(own):
    lines = [{"name": "Meera Rao", "kind": "vendor", "vpa": "meera@upi", "amount": 12_345, "purpose": "vendor"}]
    batch = checked(own, csv_of(salary(1), salary(2, account="000000000011")))
    assert (batch["status"], batch["rows"], batch["report"]["valid"], batch["report"]["amount"]) == ("validated", 2, 2, 20_000)
    assert payouts_of(own, batch) == {}, "nothing moves before"
    assert accept(own, batch)["status"] == "processing"
    done = ended(own, batch)
    assert done["status"] == "processed"
    assert done["outcome"] == {"processed": 1, "processed_amount": 10_000, "unpaid": 1, "refused": 0}, "the bank fails the second"
    made = payouts_of(own, batch)
    assert [made[row]["status"] for row in (1, 2)] == ["processed", "failed"]
    rows, more = results(own, batch)
    assert more is None
    assert [(row["row"], row["status"], row["payout"], row["amount"]) for row in rows] == [
        (str(row), made[row]["status"], made[row]["id"], "10000") for row in (1, 2)]
    assert rows[0]["utr"] == made[1]["utr"]
    assert rows[1]["token"] == made[2]["reason"]
    other = checked(own, "\n".join(map(json.dumps, lines)), media="application/jsonl")
    assert other["report"]["valid"] == 1, findings(own, other)


def test_every_wrong_row_is_told_and_moves_nothing(own):
    inactive = own.beneficiary("000000000077")["id"]
    own.post(f"/v1/beneficiaries/{inactive}/deactivate")
    assert own.payout(reference_id="used-before").status == 201
    text = "\n".join([
        "beneficiary,name,kind,ifsc,account_number,amount,purpose,reference_id",
        ",A,vendor,HDFC0000123,000000000001,100,vendor,first",
        f"{inactive},,,,,100,vendor,",
        "ben_00000000000000000000000000,,,,,100,vendor,",
        ",B,employee,HDFC0000123,000000000001,100,vendor,",
        ",C,vendor,HDFC0000123,000000000001,0,vendor,",
        ",D,vendor,HDFC0000123,000000000001,1e3,vendor,",
        ",=HYPERLINK(1),vendor,HDFC,000000000001,100,vendor,",
        ",E,vendor,HDFC0000123,000000000001,100,vendor,used-before",
        ",F,vendor,HDFC0000123,000000000001,100,vendor,first",
        ",G,vendor,HDFC0000123,000000000001,100",
        ",A,vendor,HDFC0000123,000000000001,100,vendor,"])
    batch = checked(own, text)
    assert (batch["report"]["valid"], batch["report"]["invalid"], batch["report"]["doubtful"]) == (2, 9, 1)
    assert findings(own, batch) == [
        (2, "invalid", "beneficiary_inactive", "beneficiary"), (3, "invalid", "not_found", "beneficiary"),
        (4, "invalid", "purpose_destination_mismatch", "purpose"), (5, "invalid", "amount_not_positive", "amount"),
        (6, "invalid", "field_type_wrong", "amount"), (7, "invalid", "field_out_of_range", "ifsc"),
        (8, "invalid", "reference_id_reused", "reference_id"), (9, "invalid", "reference_id_reused", "reference_id"),
        (10, "invalid", "body_malformed", ""), (11, "doubtful", "paid_before", "beneficiary")]
    refused = accept(own, batch)
    assert (refused.token, refused["field"]) == ("batch_row_invalid", "take")
    assert accept(own, batch, take="valid_rows")["status"] == "processing"
    done = ended(own, batch)
    assert (done["outcome"]["processed"], done["outcome"]["refused"]) == (2, 9)
    assert sorted(payouts_of(own, batch)) == [1, 11]


def test_rows_of_an_excel_workbook_are_rows_as_well(own):
    book = workbook_of(COLUMNS.replace("amount", "amount_rupees").split(","),
                       ["Asha \u0930\u093e\u0935", "employee", "HDFC0000123", "000000000001", 1234.5, "salary", "x-1"],
                       ["Bina", "employee", "HDFC0000123", 1, 1234.5, "salary", "x-2"],
                       ["Chitra", "employee", "HDFC0000123", "000000000001", "=1+1", "salary", "x-3"],
                       ["Devi", "employee", "HDFC0000123", "000000000001", 1.1 + 2.2, "salary", None])
    batch = checked(own, book, media=XLSX)
    assert (batch["parts"][0]["format"], batch["rows"]) == ("xlsx", 4)
    assert findings(own, batch) == [(2, "invalid", "field_malformed", "account_number"), (3, "invalid", "body_malformed", "")]
    assert batch["report"]["amount"] == 123_450 + 330
    for bad in (b"", b"PK\x03\x04rubbish", book[:-100]):
        assert hand_in(own, opened(own), bad, XLSX).token == "body_malformed"


def test_who_had_a_hand_in_a_batch_does_not_approve_it(own):
    step = {"match": "all", "needs": [{"role": "finance", "approvals": 1}]}
    own.workflow({"purposes": [], "min_amount": 1, "steps": [step]})
    finance, other = own.approver("finance"), own.approver("finance")
    hand = own.server.issue(own.id, scopes=["write_payouts", "approve_payouts", "write_beneficiaries"],
                            approver_roles=["finance"])["secret"]
    batch = opened(own, csv_of(salary(1)))
    body = csv_of(salary(2)).encode()
    assert own.post(f"/v1/batches/{batch}/rows", body, key=hand, Content_Type="text/csv").status == 200
    own.post(f"/v1/batches/{batch}/check")
    seen = own.until(f"/v1/batches/{batch}", lambda seen: seen["status"] == "validated")
    assert accept(own, seen)["status"] == "pending_approval"
    assert own.post(f"/v1/batches/{batch}/approve", {}, key=hand).token == "four_eyes_required"
    assert own.post(f"/v1/batches/{batch}/approve", {}, key=finance)["status"] == "processing"
    assert own.post(f"/v1/batches/{batch}/approve", {}, key=other).token == "state_conflict"


def test_a_key_that_may_make_no_beneficiaries_pays_known_ones_only(own):
    key = own.server.issue(own.id, scopes=["write_payouts", "read_payouts"])["secret"]
    known = own.beneficiary("000000000001")["id"]
    batch = own.post("/v1/batches", None, key=key)["id"]
    text = "\n".join(["beneficiary,name,kind,ifsc,account_number,amount,purpose", f"{known},,,,,100,vendor",
                      ",New,vendor,HDFC0000123,000000000009,100,vendor",
                      ",Ravi Sharma,vendor,HDFC0000123,000000000001,100,vendor"])
    assert own.post(f"/v1/batches/{batch}/rows", text.encode(), key=key, Content_Type="text/csv").status == 200
    own.post(f"/v1/batches/{batch}/check", key=key)
    seen = own.until(f"/v1/batches/{batch}", lambda seen: seen["status"] == "validated")
    assert findings(own, seen) == [(2, "invalid", "scope_missing", "beneficiary"),
                                   (3, "doubtful", "paid_before", "beneficiary")]


def test_who_was_paid_the_same_today_is_told(own):
    own.payout("000000000001", amount=70_000)
    failed = own.payout("000000000011", amount=70_000)
    own.until(f"/v1/payouts/{failed['id']}", lambda payout: payout["status"] == "failed")
    paid, unpaid = own.beneficiary("000000000001")["id"], own.beneficiary("000000000011")["id"]
    text = "\n".join(["beneficiary,amount,purpose", f"{paid},70000,vendor", f"{paid},70001,vendor", f"{unpaid},70000,vendor"])
    batch = opened(own, text)
    own.post(f"/v1/batches/{batch}/check")
    seen = own.until(f"/v1/batches/{batch}", lambda seen: seen["status"] == "validated")
    assert findings(own, seen) == [(1, "doubtful", "paid_today", "beneficiary")]
    own.move_clock(days=1)
    tomorrow = opened(own, text)
    own.post(f"/v1/batches/{tomorrow}/check")
    seen = own.until(f"/v1/batches/{tomorrow}", lambda seen: seen["status"] == "validated")
    assert findings(own, seen) == [], "another day"


def test_the_same_file_in_another_batch_is_told(own):
    text = csv_of(salary(1))
    first = opened(own, text)
    assert hand_in(own, first, text).token == "batch_part_repeated"
    second = own.get(f"/v1/batches/{opened(own, text)}")
    assert second["parts"][0]["handed_in_before"] == first
    assert own.get(f"/v1/batches/{first}")["parts"][0]["handed_in_before"] is None


def test_no_sum_of_amounts_is_too_large_to_be_counted(own):
    most = 2**63 - 1
    lines = [{"name": f"E {n}", "kind": "vendor", "ifsc": "HDFC0000123", "account_number": "000000000001", "amount": amount,
              "purpose": "vendor", "rail": "neft"} for n, amount in enumerate((most, most, 100))]
    batch = checked(own, "\n".join(map(json.dumps, lines)), media="application/jsonl")
    assert [row[:3] for row in findings(own, batch)] == [(2, "invalid", "amount_too_large"), (3, "invalid", "amount_too_large")]
    assert batch["report"]["amount"] == most


def test_a_batch_waits_while_its_client_may_not_send_money(server):
    client = server.client()
    client.fund(10_000_000)
    batch = checked(client, csv_of(*(salary(n, amount=100 + n % 50) for n in range(9_000))))
    server.measure(client.id, "restrict")
    assert accept(client, batch).token == "client_restricted"
    server.measure(client.id, "reinstate")
    accept(client, batch)
    server.measure(client.id, "restrict")
    left = [sum(row["status"] == "waiting" for row in results(client, batch)[0]) for _ in range(5)]
    assert left[0] > 0 and set(left) == {left[0]}, "once it is restricted, no row becomes a payout"
    server.measure(client.id, "reinstate")
    assert ended(client, batch)["outcome"]["processed"] == 9_000


def test_a_client_has_a_hundred_batches_that_are_not_over_at_the_most(server):
    client = server.client()
    first, *_, last = [client.post("/v1/batches")["id"] for _ in range(100)]
    refused = client.post("/v1/batches")
    assert (refused.status, refused.token) == (409, "batches_unfinished")
    assert hand_in(client, last, csv_of(salary(1))).status == 200, "those that are there go on"
    assert server.client().post("/v1/batches").status == 201, "others are not asked to wait"
    assert client.post(f"/v1/batches/{first}/cancel").status == 200
    client.until(f"/v1/batches/{first}", lambda _: client.post("/v1/batches").status == 201)


def test_rows_of_a_batch_that_is_over_are_not_kept(tmp_path):
    server = Server(tmp_path)
    try:
        client = server.client()
        client.fund(1_000_000)
        folder = server.folder / "batches" / "rows"
        over, open_one = checked(client, csv_of(salary(1))), opened(client, csv_of(salary(2)))
        assert len(list(folder.iterdir())) == 3, "two parts and the verdicts of one"
        client.post(f"/v1/batches/{over['id']}/cancel")
        client.until(f"/v1/batches/{over['id']}", lambda _: len(list(folder.iterdir())) == 1)
        (folder / "rubbish.unfinished").write_text("of a crash")
        server.kill()
        server.start()
        assert len(list(folder.iterdir())) == 1
        client.post(f"/v1/batches/{open_one}/check")
        seen = client.until(f"/v1/batches/{open_one}", lambda seen: seen["status"] == "validated")
        assert seen["report"]["valid"] == 1
    finally:
        server.stop()


def test_a_result_comes_in_pages(own):
    batch = checked(own, csv_of(*(salary(n, amount=0 if n else 100) for n in range(10_005))))
    rows, more = results(own, batch)
    assert (len(rows), rows[0]["status"]) == (10_000, "waiting")
    assert (rows[1]["status"], rows[1]["token"]) == ("invalid", "amount_not_positive")
    assert "after=10001" in more
    rows, more = results(own, batch, "?after=10001")
    assert ([row["row"] for row in rows], more) == (["10001", "10002", "10003", "10004", "10005"], None)
    assert own.get(f"/v1/batches/{batch['id']}/result?after=0").token == "cursor_malformed"
    own.post(f"/v1/batches/{batch['id']}/cancel")
    assert results(own, batch)[0][0]["status"] == "left"


def test_a_batch_without_a_valid_row_is_rejected(own):
    batch = checked(own, csv_of(salary(1, amount=0)))
    assert (batch["status"], batch["reason"]) == ("rejected", "no_valid_rows")
    assert accept(own, batch, take="valid_rows").token == "state_conflict"


@pytest.mark.parametrize("text, media, token, field", [
    ("", "text/csv", "batch_empty", None),
    ("amount,purpose\n", "text/csv", "batch_empty", None),
    ("amount,purpose,colour\n1,vendor,red\n", "text/csv", "field_unknown", "colour"),
    ("amount,amount,purpose\n1,1,vendor\n", "text/csv", "field_repeated", "amount"),
    ("purpose\nvendor\n", "text/csv", "field_missing", "amount"),
    ("a\xff", "text/csv", "field_unknown", "aÿ"),
    ("{}", "application/json", "media_type_unsupported", "Content-Type"),
    ("\n\n", "application/jsonl", "batch_empty", None),
])
def test_a_part_that_cannot_be_rows_is_refused_as_a_whole(own, text, media, token, field):
    batch = opened(own)
    refused = hand_in(own, batch, text, media)
    assert (refused.token, refused.json.get("field")) == (token, field), refused.body
    assert own.get(f"/v1/batches/{batch}")["rows"] == 0


def test_a_part_may_be_sent_again_with_its_key_and_is_one_part(own):
    batch = opened(own)
    first = hand_in(own, batch, csv_of(salary(1)), Idempotency_Key="part-1")
    again = hand_in(own, batch, csv_of(salary(1)), Idempotency_Key="part-1")
    assert hand_in(own, batch, csv_of(salary(1))).token == "batch_part_repeated"
    assert (first["rows"], again["rows"], again.headers["Idempotent-Replayed"]) == (1, 1, "true")
    assert hand_in(own, batch, csv_of(salary(2)), Idempotency_Key="part-1").token == "idempotency_key_reused"
    assert hand_in(own, batch, csv_of(salary(2)))["rows"] == 2
    own.post(f"/v1/batches/{batch}/cancel")
    late = hand_in(own, batch, csv_of(salary(1)), Idempotency_Key="part-1")
    assert (late["rows"], late.headers["Idempotent-Replayed"]) == (1, "true"), "the answer of then"
    assert hand_in(own, batch, csv_of(salary(3))).token == "state_conflict"
    assert own.post(f"/v1/batches/{opened(own)}/check").token == "batch_empty"


def test_a_batch_is_approved_as_a_whole_by_another_key(own):
    step = {"match": "all", "needs": [{"role": "finance", "approvals": 1}]}
    own.workflow({"purposes": [], "min_amount": 15_000, "steps": [step]})
    finance = own.approver("finance")
    batch = checked(own, csv_of(salary(1), salary(2)))
    waits = accept(own, batch)
    assert (waits["status"], waits["approval"]["steps"][0]["needs"][0]["role"]) == ("pending_approval", "finance")
    assert own.post(f"/v1/batches/{batch['id']}/approve", {}).token == "scope_missing"
    approved = own.post(f"/v1/batches/{batch['id']}/approve", {"remarks": "November"}, key=finance)
    assert approved["status"] == "processing"
    done = ended(own, batch)
    assert done["outcome"]["processed"] == 2
    assert all(payout["approval"] is None for payout in payouts_of(own, batch).values()), "the whole was approved"
    other = checked(own, csv_of(salary(3, amount=20_000)))
    accept(own, other)
    assert own.post(f"/v1/batches/{other['id']}/reject", {"remarks": "Twice"}, key=finance)["status"] == "rejected"


def test_what_a_row_is_refused_for_at_its_payout_is_told(server):
    poor = server.client()
    poor.fund(15_000)
    batch = checked(poor, csv_of(salary(1), salary(2)))
    assert batch["report"]["valid"] == 2, "whether the balance covers it is asked later"
    accept(poor, batch)
    done = ended(poor, batch)
    assert (done["outcome"]["processed"], done["outcome"]["refused"]) == (1, 1)
    assert [(status, token) for _, status, token, _ in findings(poor, batch)] == [("refused", "insufficient_balance")]


def test_a_cancelled_batch_makes_no_more_payouts(own):
    batch = checked(own, csv_of(salary(1)))
    assert own.post(f"/v1/batches/{batch['id']}/cancel")["status"] == "cancelled"
    assert accept(own, batch).token == "state_conflict"
    assert payouts_of(own, batch) == {}


def test_no_kill_loses_a_row_or_pays_it_twice(tmp_path):
    server = Server(tmp_path)
    try:
        client = server.client()
        client.fund(100_000_000)
        rows = 1_500
        batch = opened(client, csv_of(*(salary(n, amount=100 + n) for n in range(rows))))
        client.post(f"/v1/batches/{batch}/check")
        server.kill()
        server.start()
        seen = client.until(f"/v1/batches/{batch}", lambda seen: seen["status"] == "validated")
        accept(client, seen.json)
        for _ in range(3):
            server.kill()
            server.start()
        done = ended(client, seen.json)
        wanted = sum(100 + n for n in range(rows))
        outcome, payouts = done["outcome"], payouts_of(client, seen.json)
        assert outcome["processed"] + outcome["unpaid"] == rows == len(payouts) and outcome["refused"] == 0
        unpaid = [payout for payout in payouts.values() if payout["status"] != "processed"]
        assert {payout["reason"] for payout in unpaid} <= {"dispatch_not_received"}, "a kill came between noting and sending"
        assert outcome["processed_amount"] == wanted - sum(payout["amount"] for payout in unpaid)
        processed = [payout for payout in payouts.values() if payout["status"] == "processed"]
        left = client.get("/v1/balances")["payout"]
        assert left["balance"] == left["available"] == 100_000_000 - sum(p["amount"] + p["fee"] + p["tax"] for p in processed)
    finally:
        server.stop()
