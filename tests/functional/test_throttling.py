"""Quotas, throttling and the escalation ladder, as a client and its operator meet them."""
import time
from datetime import datetime, timedelta, timezone

import pytest

from conftest import Server
from test_gate import altered
from test_operator_page import metrics
from test_program import run

INDIA = timezone(timedelta(hours=5, minutes=30))
SLOW = {"quota": 5, "window_s": 86_400, "burst": 5}


@pytest.fixture
def house(tmp_path):
    """A server of its own: a ladder holds for all clients, and it is stopped and started. It reads whoever floods at once."""
    running = Server(tmp_path, MOHUR_SERVER_LONGEST_REST_MS="0")
    yield running
    running.stop()


def on_plan(server, **allowance):
    client = server.client()
    assert server.agree(client.id, plan=server.plan(**allowance)).token == "ok"
    return client


def call_until(client, holds, path="/v1/payins"):
    """Goes on calling, as a program does that does not look at Retry-After, until it holds of what it was told."""
    deadline = time.monotonic() + 60
    while not holds(answer := client.get(path)):
        assert time.monotonic() < deadline, answer.body
    return answer


@pytest.fixture
def patient(tmp_path):
    """A server as it is without settings, which nobody else calls."""
    running = Server(tmp_path)
    yield running
    running.stop()


def rests(server):
    """How often a connection was not read for a while, since the server began."""
    return metrics(server)['mohur_net_rests_total{listener="api"}']


def seconds_of_today():
    now = datetime.now(INDIA)
    return (now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1) - now).total_seconds()


def test_a_quota_admits_what_it_says_until_midnight_in_india(server):
    client = on_plan(server, daily_quota={"calls": 5}, monthly_quota={"calls": 1_000})
    answers = [client.get("/v1/payins") for _ in range(5)]
    assert [answer.token for answer in answers] == ["ok"] * 5
    assert '"day";q=5;w=86400' in answers[0].headers["RateLimit-Policy"]
    assert ['"day";r=%d;t=' % left in answer.headers["RateLimit"] for left, answer in zip((4, 3, 2, 1, 0), answers)] == [True] * 5
    refused = client.get("/v1/payins")
    assert (refused.status, refused.token, refused["clause"], refused["retry"]) == (429, "quota_exceeded", "P6.1", "later")
    assert abs(int(refused.headers["Retry-After"]) - seconds_of_today()) < 60
    assert refused["detail"].startswith("The plan allows 5 calls in a day, and they were made.")
    seen = client.get("/v1/limits")
    assert seen.token == "ok", "what is reserved goes on, and does not count"
    assert [(quota["window"], quota["calls"], quota["used"]) for quota in seen["quotas"]] == [("day", 5, 5), ("month", 1_000, 5)]
    other = server.issue(client.id)["secret"]
    assert client.get("/v1/payins", key=other).token == "quota_exceeded", "all keys of a client count together"
    live = server.issue(client.id, "live")["secret"]
    assert client.get("/v1/payins", key=live).token == "ok", "modes count apart"


def test_what_is_used_is_the_same_after_a_restart_and_after_a_kill(house):
    client = on_plan(house, daily_quota={"calls": 500})

    def used():
        return client.get("/v1/limits")["quotas"][0]["used"]

    for _ in range(3):
        assert client.get("/v1/payins").token == "ok"
    assert client.get("/v1/payouts/payout_00000000000000000000000000").token == "not_found", "reserved: it does not count"
    assert client.post("/v1/payins", {}).token == "field_missing", "it was admitted"
    house.stop()
    house.start()
    assert used() == 4
    house.logged(client.get("/v1/payins"))
    before, in_log = used(), 5
    house.kill()
    house.start()
    assert in_log <= used() <= before, "what was in the log is counted, and nothing twice"
    call_until(client, lambda answer: answer.token == "quota_exceeded")
    assert used() == 500


def test_a_client_is_told_when_its_quota_is_nearly_used(server):
    client = on_plan(server, daily_quota={"calls": 10})
    for _ in range(12):
        client.get("/v1/payins")
    notices = client.until("/v1/usage_notices", lambda page: len(page["data"]) == 3)["data"]
    assert [(each["percent"], each["used"], each["window"]) for each in notices] == \
        [(100, 10, "day"), (90, 9, "day"), (80, 8, "day")]
    assert client.get("/v1/usage_notices/" + notices[0]["id"])["calls"] == 10


def test_refusals_that_come_together_are_one_episode(house):
    house.ladder(ignored_calls=1_000_000)
    client = on_plan(house, total=SLOW, daily_quota={"calls": 1_000})
    before = house.position()
    refused = [client.get("/v1/payins").token for _ in range(305)].count("rate_exceeded")
    assert refused == 300
    told = client.until("/v1/throttle_episodes", lambda page: sum(each["refused"] for each in page["data"]) == 300)["data"]
    assert {(each["strike"], each["shadow"], tuple(each["limits"])) for each in told} == {(False, False, ("total",))}
    assert all(each["began_at"] <= each["ended_at"] for each in told)
    assert house.position() - before == len(told) < 100, "an event for each episode, and none for a call"


def lines_of(server, client, outcome):
    lines, after = [], ""
    while True:
        page = server.get(f"/v1/requests?client={client.id}&outcome={outcome}&limit=100{after}", server.keys[0]).json
        lines += page["data"]
        if not page["has_more"]:
            return lines
        after = "&after=" + page["next"]


def calls_of(lines):
    return sum(line["calls"] for line in lines)


def test_a_flood_of_refused_calls_is_a_few_lines_of_the_log_that_add_up(house):
    client = on_plan(house, total=SLOW)
    begun = time.monotonic()
    tokens = [client.get("/v1/payins").token for _ in range(1_000)]
    assert tokens.count("rate_exceeded") == 995
    deadline = time.monotonic() + 60
    while calls_of(lines := lines_of(house, client, "rate_exceeded")) < 995:
        assert time.monotonic() < deadline, lines
    assert calls_of(lines) == 995
    assert len(lines) <= 20 + 40 * (time.monotonic() - begun + 2)
    for line in lines:
        assert line["from"] == "127.0.0.1" and line["route"] == "/v1/payins"
        assert (line["until"] is not None) == (line["calls"] > 1)


def test_whoever_ignores_retry_after_climbs_the_ladder(house):
    rungs = [{"strikes": 1, "consequence": "warning"}, {"strikes": 2, "consequence": "block", "block_s": 600},
             {"strikes": 3, "consequence": "tier_review", "block_s": 86_400}]
    assert house.ladder(rungs=rungs)["version"] == 2
    client = on_plan(house, total=SLOW)
    blocked = call_until(client, lambda answer: answer.token == "temporarily_blocked")
    assert (blocked.status, blocked["clause"], blocked["retry"]) == (429, "P6.3", "later")
    assert 590 <= int(blocked.headers["Retry-After"]) <= 600
    assert "After 2 strikes, version 2 of the escalation ladder" in blocked["detail"]
    standing = client.get("/v1/limits")["standing"]
    assert (standing["strikes"], standing["rung"]["consequence"], standing["ladder_version"]) == (2, "block", 2)
    assert standing["blocked_until"] and standing["ladder"]["rungs"][1]["block_s"] == 600
    assert client.get("/v1/payouts/payout_00000000000000000000000000").token == "not_found", "what is reserved goes on"
    live = house.issue(client.id, "live")["secret"]
    assert client.get("/v1/payins", key=live).token == "ok", "modes stand apart"
    other = house.client()
    assert other.get("/v1/payins").token == "ok"
    call_until(client, lambda answer: int(answer.headers["Retry-After"]) > 600)
    review = house.get("/v1/admin/tier_reviews", house.keys[0])["data"][0]
    assert (review["client"], review["status"], review["strikes"]) == (client.id, "open", 3)
    closed = house.post(f"/v1/admin/tier_reviews/{review['id']}/close", house.keys[1],
                        {"decision": "keep_plan", "finding": "Their loop was mended"})
    assert (closed["status"], closed["decision"]) == ("closed", "keep_plan")
    history = client.get("/v1/throttle_episodes?limit=100")["data"]
    assert [each["strikes"] for each in history if each["strike"]][-3:] == [3, 2, 1]
    types = [event["type"] for event in house.get(f"/v1/events?client={client.id}&limit=100", house.keys[0])["data"]]
    for wanted in ("throttle_episode.ended", "conduct.warned", "conduct.blocked", "tier_review.opened"):
        assert wanted in types
    house.stop()
    house.start()
    assert client.get("/v1/payins").token == "temporarily_blocked", "also after a restart"


def test_a_block_ends_by_itself(house):
    house.ladder(rungs=[{"strikes": 1, "consequence": "block", "block_s": 1}])
    client = on_plan(house, total=SLOW)
    call_until(client, lambda answer: answer.token == "temporarily_blocked")
    client.until("/v1/limits", lambda limits: limits["standing"]["blocked_until"] is None)
    assert client.get("/v1/payins").token == "rate_exceeded"


def test_a_ladder_needs_two_people_and_sound_numbers(house):
    asha, bina = house.keys[:2]
    rules = house.get("/v1/limits?client=" + house.client().id, asha)["standing"]["ladder"]
    for change, token, field in (({"quiet_s": 0}, "field_out_of_range", "quiet_s"),
                                 ({"rungs": [{"strikes": 1, "consequence": "block"}]}, "field_missing", "rungs[0].block_s"),
                                 ({"notices_at_percent": [101]}, "field_out_of_range", "notices_at_percent[0]")):
        refused = house.post("/v1/admin/ladders", asha, {"reason": "r", "rules": {**rules, **change}})
        assert (refused.token, refused["field"]) == (token, field)
    late = (datetime.now(timezone.utc) + timedelta(days=400)).isoformat()
    assert house.post("/v1/admin/ladders", asha, {"reason": "r", "rules": rules, "effective_at": late}).token == "time_too_far"
    made = house.post("/v1/admin/ladders", asha, {"reason": "r", "rules": rules})
    assert house.post(f"/v1/admin/ladders/{made['id']}/approve", asha, {}).token == "four_eyes_required"
    approved = house.post(f"/v1/admin/ladders/{made['id']}/approve", bina, {})
    assert (approved["status"], approved["version"]) == ("approved", 2)
    assert house.post(f"/v1/admin/ladders/{made['id']}/reject", bina, {}).token == "state_conflict"


def test_limits_that_are_tried_out_refuse_nothing_and_say_what_they_would(house):
    house.ladder()
    client = on_plan(house, total={**SLOW, "shadow": True}, daily_quota={"calls": 7, "shadow": True})
    answers = [client.get("/v1/payins") for _ in range(10)]
    assert {answer.token for answer in answers} == {"ok"}
    assert "RateLimit" not in answers[0].headers or "total" not in answers[0].headers["RateLimit"]
    seen = client.get("/v1/limits")
    assert (seen["rates"][0]["would_have_refused"], seen["quotas"][0]["would_have_refused"]) == (5, 3)
    told = client.until("/v1/throttle_episodes", lambda page: sum(each["refused"] for each in page["data"]) == 5)["data"]
    assert all(each["shadow"] and not each["strike"] for each in told)


def test_a_limit_on_payouts_that_is_tried_out_counts_what_it_would_refuse(server):
    client = server.client()
    client.fund()
    server.agree(client.id, payout_limits=[{"window": "day", "amount": 15_000, "shadow": True},
                                           {"window": "transaction", "amount": 50_000}])
    assert [client.payout(amount=10_000).status for _ in range(3)] == [201] * 3
    assert client.payout(amount=50_001).token == "payout_limit_exceeded", "the other one refuses"
    day, single = client.get("/v1/limits")["payout_limits"]
    assert (day["would_have_refused"], day["used_amount"], single["would_have_refused"]) == (2, 30_000, None)


def test_a_dry_run_tells_every_reason_and_touches_nothing(house):
    client = on_plan(house, daily_quota={"calls": 100})
    client.fund(20_000)
    limits = [{"window": "day", "amount": 15_000}, {"window": "month", "count": 10},
              {"window": "day", "amount": 1, "shadow": True, "purpose": "vendor"}]
    assert house.agree(client.id, payout_limits=limits, purposes=["vendor"]).token == "ok"
    first = client.payout(amount=10_000)
    assert first.status == 201
    client.until("/v1/payouts/" + first["id"], lambda payout: payout["status"] == "processed")
    order = {"beneficiary": first["beneficiary"], "amount": 10_000, "currency": "INR", "purpose": "vendor"}

    def evaluate(**body):
        answer = client.post("/v1/policy/evaluate", body)
        assert answer.token == "ok", answer.body
        return answer.json

    house.stop()
    before = house_hash(house)
    house.start()
    used = client.get("/v1/limits").json
    dry = evaluate(payout=order)
    assert dry["outcome"] == "insufficient_balance"
    assert [each["outcome"] for each in dry["verdicts"] if each["refuses"]] == ["insufficient_balance", "payout_limit_exceeded"]
    day, month, shadow = [each for each in dry["verdicts"] if each["outcome"] == "payout_limit_exceeded"]
    assert (day["most_amount"], day["used_amount"], day["remaining_amount"], day["refuses"]) == (15_000, 10_000, 5_000, True)
    assert day["passes_at"].endswith("T18:30:00.000Z") and day["clause"] == "P3.3"
    assert (month["most_count"], month["used_count"], month["remaining_count"], month["refuses"]) == (10, 1, 9, False)
    assert (shadow["refuses"], shadow["shadow"]) == (False, True) and "would" not in shadow["detail"]
    small = evaluate(payout={**order, "amount": 4_000})
    assert small["outcome"] == "ok" and small["agreement_version"] == dry["agreement_version"]
    assert evaluate(payout={**order, "purpose": "salary"})["outcome"] == "purpose_not_approved"
    assert evaluate(payout={**order, "beneficiary": "ben_" + "0" * 26})["outcome"] == "not_found"
    quota = next(each for each in evaluate(call="write")["verdicts"] if each["outcome"] == "quota_exceeded")
    assert (quota["limit"], quota["most_count"], quota["refuses"]) == ("day", 100, False)
    assert client.post("/v1/policy/evaluate", {}).token == "field_missing"
    after = client.get("/v1/limits").json
    assert (after["payout_limits"], after["quotas"]) == (used["payout_limits"], used["quotas"])
    for asked, token in ((4_000, "ok"), (5_001, "payout_limit_exceeded")):
        assert evaluate(payout={**order, "amount": asked})["outcome"] == token
    house.stop()
    assert house_hash(house) == before
    house.start()
    assert client.payout(amount=4_000).status == 201, "as the dry run said"


def house_hash(house):
    """Of the state that the journal folds to; the server is stopped."""
    return run("replay", **house.settings).stdout


def test_only_the_connection_that_goes_on_while_told_to_wait_is_read_more_slowly(patient):
    client, other = on_plan(patient, total=SLOW), patient.client()
    noisy, quiet = patient.connect(), patient.connect()
    for _ in range(5):
        assert client.get("/v1/payins", connection=noisy).token == "ok"
    for wanted in (0, 0, 1, 2, 3):
        refused = client.get("/v1/payins", connection=noisy)
        assert (refused.token, refused.headers["Retry-After"] != "0", rests(patient)) == ("rate_exceeded", True, wanted)
    assert client.get("/v1/limits", connection=noisy).token == "ok", "what is reserved goes on, and ends it"
    for _ in range(2):
        assert client.get("/v1/payins", connection=noisy).token == "rate_exceeded"
        assert client.get("/v1/payins", connection=quiet).token == "rate_exceeded"
    assert other.get("/v1/payins", connection=quiet).token == "ok"
    assert rests(patient) == 3
    wrong = altered(client.key, secret="0" * 32)
    for _ in range(35):  # whoever sits behind the same address has nothing to do with it
        patient.get("/v1/payins", wrong, connection=noisy)
    assert patient.get("/v1/payins", wrong, connection=noisy).token == "address_blocked"
    assert rests(patient) == 3


@pytest.mark.parametrize("settings", [{"MOHUR_PROXIES_TRUSTED": "127.0.0.0/8"}, {"MOHUR_SERVER_LONGEST_REST_MS": "0"}])
def test_no_connection_rests_that_carries_others_or_where_it_is_switched_off(tmp_path, settings):
    server = Server(tmp_path, **settings)
    try:
        client = on_plan(server, total=SLOW)
        forwarded = "MOHUR_PROXIES_TRUSTED" in settings
        for from_where in ("203.0.113.9", "127.0.0.1", None) * 4:
            client.get("/v1/payins", X_Forwarded_For=from_where if forwarded else None)
        assert client.get("/v1/payins").token == "rate_exceeded"
        assert rests(server) == 0
    finally:
        server.stop()
