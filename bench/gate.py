"""What the gate costs: against the same server with an open gate, and against nginx that asks for a key and counts calls."""
import subprocess

import payout_call
import servers
from figures import from_json, of_rounds

ROUNDS = 5


def run(machine, folder):
    told = subprocess.run(command(machine, "cost", folder / "cost"), check=True, stdout=subprocess.PIPE, text=True).stdout
    figures = [from_json(line) for line in told.splitlines() if line.startswith("{")]
    stage = with_certificate(machine, folder)
    rounds = []
    for number in range(ROUNDS):
        with Gate(machine, folder / f"gate-{number}", stage.certificate, stage.key) as server:
            key = server.key
            stage.request.write_text(call("/closed", key))
            ours = stage.measure(server)
        with GuardedNginx(machine, folder, stage.certificate, stage.key, round(ours.answer_bytes) - 150, key) as server:
            rounds.append((ours, stage.measure(server)))
    return figures + [
        of_rounds("gate.cpu_ratio", [ours.cpu() / nginx.cpu() for ours, nginx in rounds], "of nginx"),
        of_rounds("gate.cpu", [ours.cpu() for ours, _ in rounds], "us"),
        of_rounds("gate.nginx_cpu", [nginx.cpu() for _, nginx in rounds], "us"),
    ]


def profile(machine, folder):
    """Samples the gate while it lets calls with a key through."""
    stage = with_certificate(machine, folder)
    with Gate(machine, folder / "gate", stage.certificate, stage.key) as server:
        stage.request.write_text(call("/closed", server.key))
        payout_call.profile_server(stage, server)


def with_certificate(machine, folder):
    stage = payout_call.Stage(machine, folder)
    with stage.mohur():
        pass  # which makes one
    return stage


def command(machine, what, folder, *more):
    folder.mkdir()
    return machine.pinned(machine.server_core, [machine.release / "gateway_gate_bench", what, folder, *more])


def call(path, key):
    return (f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: mohur-bench/1\r\nAccept: application/json\r\n"
            f"Authorization: Bearer {key}\r\n\r\n")


class Gate(servers.Server):
    """The gate before a constant, over TLS."""

    def __init__(self, machine, folder, certificate, key):
        self.process = subprocess.Popen(command(machine, "serve", folder, certificate, key), stdout=subprocess.PIPE, text=True)
        told = dict(self.process.stdout.readline().split() for _ in range(2))
        self.key, self.port = told["key"], int(told["port"])


class GuardedNginx(servers.Nginx):
    """nginx that looks a key up in a map, counts the calls of its owner, and answers with a file of that size.

    The file is kept open. A `return` would come before calls are counted.
    """

    def __init__(self, machine, folder, certificate, key, body_bytes, api_key):
        self.api_key = api_key
        super().__init__(machine, folder, certificate, key, body_bytes)

    def before_server(self):
        keys = "".join(f'"Bearer mohur_test_sk_{number:012}" client-{number};' for number in range(1000))
        return (f'map_hash_bucket_size 256; map_hash_max_size 65536; '
                f'map $http_authorization $client {{ default ""; {keys} "Bearer {self.api_key}" client; }} '
                "limit_req_zone $client zone=calls:10m rate=1000000r/s; open_file_cache max=10 inactive=600s; "
                "open_file_cache_valid 600s;")

    def location(self, folder, body_bytes):
        (folder / "constant").write_text("x" * body_bytes)
        return (f'root {folder}; if ($client = "") {{ return 401; }} limit_req zone=calls burst=1000000 nodelay; '
                "try_files /constant =404;")

    def is_answer(self, status):
        return status == 401  # asked without a key
