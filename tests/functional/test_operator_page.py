"""The operator's listener: health, readiness, and metrics that Prometheus can read."""
import re
import urllib.error
import urllib.request


def fetch(server, path):
    try:
        with urllib.request.urlopen(server.operator_url + path, timeout=20) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.headers, refused.read().decode()


def test_health_and_readiness(server):
    assert fetch(server, "/health")[::2] == (200, "alive\n")
    status, headers, body = fetch(server, "/ready")
    assert (status, headers["Content-Type"]) == (200, "application/json")
    assert body == '{"journal":true,"state":true,"serving":true}\n'
    assert fetch(server, "/v1/balances")[0] == 404
    assert fetch(server, "/")[0] == 404


LABEL = r'[a-zA-Z_]\w*="(?:[^"\\]|\\.)*"'
LINE = re.compile(rf"[a-zA-Z_:][a-zA-Z0-9_:]*(\{{{LABEL}(,{LABEL})*\}})? (-?[0-9.eE+-]+|\+Inf|NaN)")


def metrics(server):
    status, headers, body = fetch(server, "/metrics")
    assert status == 200 and headers["Content-Type"].startswith("text/plain")
    values, described = {}, set()
    for line in body.splitlines():
        if line.startswith("# "):
            kind, name = line.split()[1:3]
            assert kind in ("HELP", "TYPE")
            described.add(name)
            continue
        assert LINE.fullmatch(line), line
        name, value = line.rsplit(" ", 1)
        values[name] = float(value)
        assert re.sub(r"(_bucket|_sum|_count)?(\{.*)?$", "", name) in described, line
    return values


def test_metrics_are_the_text_that_prometheus_reads_and_they_move(server, shared):
    before = metrics(server)
    for _ in range(3):
        assert shared.payin().status == 201
    assert shared.payin(amount=0).token == "amount_not_positive"
    after = metrics(server)
    assert after["mohur_engine_commands"] >= before["mohur_engine_commands"] + 4
    assert after["mohur_engine_refused"] >= before["mohur_engine_refused"] + 1
    assert after["mohur_journal_position"] >= before["mohur_journal_position"] + 3
    assert after["mohur_engine_queued"] == 0
    answers = [name for name in after if "answers" in name and 'listener="api"' in name]
    assert sum(after[name] for name in answers) >= sum(before.get(name, 0) for name in answers) + 4
    assert not [name for name in after if "client_" in name], "no label names a client"
