"""The program itself: how it is called, what it makes at its start, and how it ends."""
import json
import os
import re
import signal
import subprocess
import time
from pathlib import Path

from conftest import MOHUR, Server


def run(*words, **environment):
    return subprocess.run([MOHUR, *words], capture_output=True, text=True, timeout=60, env={**os.environ, **environment})


def test_options_may_stand_before_and_after_the_sub_command(tmp_path):
    file = tmp_path / "settings.toml"
    file.write_text("[server]\nport = 70000\n")
    for words in (["--settings", file, "serve"], ["serve", "--settings", file]):
        refused = run(*words)
        assert refused.returncode == 2 and "server.port" in refused.stderr and "70000" in refused.stderr, words


def test_a_wrong_call_ends_with_2_and_help_with_0():
    assert run("serve", "--sttings", "x").returncode == 2
    assert run().returncode == 2
    assert run("--help").returncode == 0


def test_the_version_is_told():
    assert re.fullmatch(r"mohur \d+\.\d+\.\d+, API \d{4}-\d\d-\d\d\n", run("--version").stdout)


def test_a_replay_beyond_the_end_says_so(tmp_path):
    server = Server(tmp_path)
    server.client()
    last = server.position()
    server.stop()
    assert run("replay", "--until", str(last), **server.settings).stdout.startswith(f"position {last} state ")
    beyond = run("replay", "--until", str(last + 1), **server.settings)
    assert (beyond.returncode, beyond.stdout) == (1, "") and f"ends at position {last}" in beyond.stderr


def test_inspect_shows_who_asked_and_what_moved(tmp_path):
    server = Server(tmp_path)
    client = server.client()
    client.fund()
    payout = client.payout()["id"]
    client.until(f"/v1/payouts/{payout}", lambda object: object["status"] == "processed")
    people = {person["id"] for person in server.get("/v1/admin/people", server.keys[0])["data"]}
    moves = {move["id"]: move for move in client.get("/v1/ledger/transfers?limit=50")["data"]}
    server.stop()
    events = [json.loads(line) for line in run("inspect", **server.settings).stdout.splitlines()]
    callers = {event["type"]: event["caller"] for event in events}
    assert callers["ledger_account.opened"]["kind"] == "person" and callers["client.approved"]["person"] in people
    by_key = callers["payout.initiated"]
    assert (by_key["kind"], by_key["person"]) == ("credential", None) and by_key["credential"].startswith("cred_")
    assert callers["payout.processed"] == {"kind": "rail", "person": None, "credential": None}
    shown = [move for event in events for move in event["transfers"]]
    assert len(shown) == len(moves) == 8
    assert {move["id"]: move for move in shown} == moves


def test_a_vault_that_has_keys_is_never_given_another_one(tmp_path):
    server = Server(tmp_path)
    server.client()
    server.stop()
    key = Path(str(server.folder) + ".kek")
    kept = key.read_bytes()
    key.unlink()
    refused = run("serve", **server.settings)
    assert refused.returncode != 0 and str(key) in refused.stderr
    assert not key.exists(), "a wrong key would lie where the right one belongs"
    key.write_bytes(kept)
    key.chmod(0o600)
    server.start()
    server.stop()


def test_new_operator_keys_are_made_on_the_machine_when_all_are_lost(tmp_path):
    server = Server(tmp_path)
    refused = run("operator-keys", **server.settings)
    assert refused.returncode == 1 and "another process" in refused.stderr, "the server runs"
    client, lost = server.client(), server.keys
    server.stop()
    other = Server(tmp_path / "other")
    other.stop()
    for wrong in (str(tmp_path / "missing.kek"), str(other.folder) + ".kek"):
        refused = run("operator-keys", **server.settings, MOHUR_VAULT_KEY_FILE=wrong)
        assert refused.returncode == 1 and refused.stdout == "", "nobody without the house's own key-encryption key"
    made = run("operator-keys", **server.settings)
    assert made.returncode == 0, made.stderr
    words = [line.split() for line in made.stdout.splitlines()]
    assert [word[0] for word in words] == ["operator_key"] * 2
    server.start()
    server.keys = [word[2] for word in words]
    assert {server.get("/v1/admin/clients", key).token for key in lost} == {"credential_revoked"}
    assert {server.get("/v1/admin/clients", key).token for key in server.keys} == {"ok"}
    assert client.get("/v1/payouts").token == "ok", "clients' keys stay"
    server.client()
    assert {row["person"] for row in server.get("/v1/admin/credentials", server.keys[0])["data"]} == {word[1] for word in words}
    server.stop()
    assert run("verify", **server.settings).returncode == 0


def children_of(process):
    return Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()


def is_alive(process):
    stat = Path(f"/proc/{process}/stat")
    return stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def test_who_ends_the_demo_ends_its_server_and_leaves_the_data_folder_alone(tmp_path):
    folder = tmp_path / "mine"
    demo = subprocess.Popen([MOHUR, "demo", "--once"], stdout=subprocess.PIPE, text=True,
                            env={**os.environ, "MOHUR_DATA_FOLDER": str(folder)})
    told = next(line for line in demo.stdout if "applied" in line)  # the server is up
    assert re.search(r"client_\w+", told)
    servers = children_of(demo)
    assert servers
    demo.send_signal(signal.SIGTERM)
    rest = demo.stdout.read()
    assert demo.wait(timeout=60) == 1 and "Ended before its end." in rest
    deadline = time.monotonic() + 60
    while any(is_alive(server) for server in servers):
        assert time.monotonic() < deadline, "the server goes on"
    assert not folder.exists() and not Path(str(folder) + ".kek").exists()
