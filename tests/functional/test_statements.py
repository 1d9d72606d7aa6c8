"""Statements: what was booked on an account in a period, line by line, and that it adds up."""
import csv
from datetime import datetime, timedelta, timezone

import pytest


@pytest.fixture
def busy(server):
    """A client whose payout balance saw fundings, a payout, one that failed, one that came back, and one that waits."""
    client = server.client()
    client.fund(1_000_000)
    for account, status in (("000000000001", "processed"), ("000000000013", "failed"), ("000000000001", "processed")):
        payout = client.payout(account, amount=10_000)["id"]
        client.until("/v1/payouts/" + payout, lambda payout: payout["status"] == status)
    client.payout("000000000002", amount=5_000)  # is accepted, and on its way for two minutes
    client.fund(500)
    return client


def payout_account(client):
    return next(each["id"] for each in client.get("/v1/ledger/accounts?limit=100")["data"] if each["code"] == "client_payout")


def lines(client, account, limit=100, **period):
    path = f"/v1/ledger/accounts/{account}/statement/lines?limit={limit}" + "".join(f"&{k}={v}" for k, v in period.items())
    told = []
    while True:
        page = client.get(path)
        told += page["data"]
        if not page["has_more"]:
            return told
        assert len(page["data"]) <= limit
        path = page.headers["Link"].split(">")[0][1:]


def test_what_was_booked_adds_up_to_the_balance(busy):
    account = payout_account(busy)
    statement = busy.get(f"/v1/ledger/accounts/{account}/statement")
    assert (statement["opening"], statement["credited"]) == (0, 1_000_500)
    assert statement["closing"] == statement["credited"] - statement["debited"]
    assert statement["closing"] == busy.get("/v1/balances")["payout"]["balance"]
    told = lines(busy, account)
    balance = 0
    for line in told:
        balance += line["amount"] if line["side"] == "credit" else -line["amount"]
        assert line["balance"] == balance, line
    assert balance == statement["closing"]
    of_payouts = [line for line in told if line["event_type"] == "payout.processed"]
    assert [line["amount"] for line in of_payouts] == [10_000, 300, 54] * 2, "nothing of what failed, or is on its way"
    assert all(line["utr"] and line["object"].startswith("payout_") for line in of_payouts)


def test_pages_of_any_size_are_the_same_lines(busy):
    account = payout_account(busy)
    whole = lines(busy, account)
    assert len(whole) == 8
    for limit in (1, 2, 3, 7):
        assert lines(busy, account, limit) == whole, limit


def test_a_period_begins_with_what_stood_there_before(busy):
    account = payout_account(busy)
    whole = lines(busy, account)
    middle = whole[4]["booked_at"]
    first, second = (busy.get(f"/v1/ledger/accounts/{account}/statement?{query}")
                     for query in (f"to={middle}", f"from={middle}"))
    assert first["closing"] == second["opening"] != 0
    assert lines(busy, account, to=middle) + lines(busy, account, **{"from": middle}) == whole
    long_ago = busy.get(f"/v1/ledger/accounts/{account}/statement?from=2001-01-01T00:00:00Z&to=2001-02-01T00:00:00Z")
    assert (long_ago["opening"], long_ago["closing"], long_ago["position"]) == (0, 0, 0)
    assert lines(busy, account, **{"from": "2001-01-01T00:00:00Z", "to": "2001-02-01T00:00:00Z"}) == []


def test_without_a_period_it_is_this_month_of_india(busy):
    statement = busy.get(f"/v1/ledger/accounts/{payout_account(busy)}/statement")
    begin = datetime.fromisoformat(statement["from"]).astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert (begin.day, begin.hour, begin.minute) == (1, 0, 0)


def test_the_file_has_the_same_lines_in_rupees(busy):
    account = payout_account(busy)
    answer = busy.get(f"/v1/ledger/accounts/{account}/statement.csv")
    assert answer.headers["Content-Type"] == "text/csv"
    rows = list(csv.DictReader(answer.body.decode().splitlines()))
    whole = lines(busy, account)
    assert [row["transfer"] for row in rows] == [line["transfer"] for line in whole]
    for row, line in zip(rows, whole):
        assert row["balance"] == f"{line['balance'] // 100}.{line['balance'] % 100:02}"
        assert (row["debit"] == "") == (line["side"] == "credit") != (row["credit"] == "")


def test_wrong_periods_and_other_peoples_accounts_are_refused(server, busy):
    path = f"/v1/ledger/accounts/{payout_account(busy)}/statement"
    for query, token, field in (("from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z", "field_out_of_range", "to"),
                                ("from=yesterday", "field_malformed", "from"), ("until=x", "filter_unknown", "until"),
                                ("after=x", "cursor_malformed", "after"), ("after=1.99999999.0", "cursor_malformed", "after"),
                                ("after=9.8.0", "cursor_malformed", "after"), ("after=1.2", "cursor_malformed", "after"),
                                ("after=1.2.0.0", "cursor_malformed", "after")):
        for kind in ("", "/lines", ".csv"):
            refused = busy.get(path + kind + "?" + query)
            in_pages = kind != "" or field != "after"
            assert (refused.token, refused["field"]) == ((token, field) if in_pages else ("filter_unknown", "after")), kind
    other = server.client()
    for kind in ("", "/lines", ".csv"):
        assert other.get(path + kind).token == "not_found"
        assert server.get(path + kind, server.keys[0]).token == "not_found", "it is a client's: name the client"
        assert server.get(f"{path}{kind}?client={busy.id}&mode=test", server.keys[0]).token == "ok"
