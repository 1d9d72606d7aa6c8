"""One payout a call, over TLS 1.3 keep-alive, through the whole of `mohur serve`; and the same load on nginx beside it.

Each round starts a fresh server, so that a round never pays for what the one before left to do. README.md says what counts.
"""
import contextlib
import shutil
import statistics
import time

import load
import profiles
import servers
from figures import of_rounds
from machine import cpu_ns_between, flush_us

ROUNDS = 5
RATE = 4_000  # calls a second of the open loop
LIVES = 5_000  # payouts that are followed until they are processed
CONNECTIONS = (1, 16, 64, 256, 1024)
BANK = ("rails",)  # the thread of the sandbox bank
SILENT, PAID_AT_ONCE = "000000000003", "000000000001"  # beneficiaries' account numbers: what the sandbox bank does with a payout


class Stage:
    """A server of ours and nginx, one after the other under the same calls."""

    def __init__(self, machine, folder):
        self.machine, self.folder = machine, folder
        self.request, self.certificate, self.key = folder / "request", folder / "certificate.pem", folder / "key.pem"
        self.nginx_body_bytes = 400
        self.runs = 0

    @contextlib.contextmanager
    def mohur(self, account_number=SILENT):
        folder = self.folder / f"mohur-{self.runs}"
        folder.mkdir()
        with servers.Mohur(self.machine, folder, account_number) as server:
            self.request.write_text(server.payout_request())
            for file in (self.certificate, self.key):
                file.write_bytes((folder / "data/tls" / file.name).read_bytes())
            yield server
        shutil.rmtree(folder)

    def front(self):
        return servers.Front(self.machine, self.certificate, self.key)

    def nginx(self):
        return servers.Nginx(self.machine, self.folder, self.certificate, self.key, self.nginx_body_bytes)

    def measure(self, server, **how):
        self.runs += 1
        return load.run(self.machine, server, self.request, first=self.runs << 40, **how)

    def fit_nginx(self, ours):
        """Gives nginx's answers the size of ours, head included."""
        probe = {"connections": 1, "calls": 9, "warm_up_each": 0}
        with ours() as server:
            wanted = self.measure(server, **probe).answer_bytes
        with self.nginx() as server:
            self.nginx_body_bytes += round(wanted - self.measure(server, **probe).answer_bytes)

    def pair(self, ours, **how):
        """One round: ours, then nginx."""
        with ours() as server:
            measured = self.measure(server, **how)
        with self.nginx() as server:
            return measured, self.measure(server, **how)


def run(machine, folder):
    stage = Stage(machine, folder)
    stage.fit_nginx(stage.mohur)
    pairs = [stage.pair(stage.mohur) for _ in range(ROUNDS)]
    ours = [mohur for mohur, _ in pairs]
    parts = {name for mohur in ours for name in mohur.cpu_us}
    return [
        of_rounds("payout_call.cpu_ratio", [mohur.cpu(without=BANK) / nginx.cpu() for mohur, nginx in pairs], "of nginx",
                  target=1.0),
        of_rounds("payout_call.cpu_ratio_with_bank", [mohur.cpu() / nginx.cpu() for mohur, nginx in pairs], "of nginx"),
        of_rounds("payout_call.cpu", [mohur.cpu(without=BANK) for mohur in ours], "us"),
        *(of_rounds(f"payout_call.cpu.{name}", [mohur.cpu_us.get(name, 0) for mohur in ours], "us")
          for name in sorted(parts, key=lambda name: -statistics.median(mohur.cpu_us.get(name, 0) for mohur in ours))),
        of_rounds("payout_call.nginx_cpu", [nginx.cpu() for _, nginx in pairs], "us"),
        of_rounds("payout_call.load_cpu", [mohur.load_cpu_us for mohur in ours], "us"),
        of_rounds("payout_call.rate", [mohur.rate for mohur in ours], "calls/s", "higher"),
        of_rounds("payout_call.answer_size", [mohur.answer_bytes for mohur in ours], "bytes"),
    ]


def run_life(machine, folder):
    stage = Stage(machine, folder)
    cpu, rates = [], []
    for _ in range(ROUNDS):
        with stage.mohur(PAID_AT_ONCE) as server:
            before, began = server.cpu_ns(), time.monotonic()
            calls = stage.measure(server, calls=LIVES, warm_up_each=0).calls
            while server.open_objects() > 0:
                time.sleep(0.1)
            rates.append(calls / (time.monotonic() - began))
            cpu.append(sum(cpu_ns_between(before, server.cpu_ns()).values()) / 1000 / calls)
    return [of_rounds("payout_life.cpu", cpu, "us"), of_rounds("payout_life.rate", rates, "payouts/s", "higher")]


def run_front(machine, folder):
    stage = Stage(machine, folder)
    with stage.mohur():
        pass  # for the request and the certificate
    stage.fit_nginx(stage.front)
    pairs = [stage.pair(stage.front) for _ in range(ROUNDS)]
    return [
        of_rounds("front.cpu_ratio", [front.cpu() / nginx.cpu() for front, nginx in pairs], "of nginx"),
        of_rounds("front.cpu", [front.cpu() for front, _ in pairs], "us"),
        of_rounds("front.nginx_cpu", [nginx.cpu() for _, nginx in pairs], "us"),
        of_rounds("front.rate", [front.rate for front, _ in pairs], "calls/s", "higher"),
    ]


def run_latency(machine, folder):
    stage = Stage(machine, folder)
    flushes, runs = [], []
    for _ in range(ROUNDS):
        flushes.append(flush_us(folder))
        with stage.mohur() as server:
            runs.append(stage.measure(server, rate=RATE))
    return [
        of_rounds("payout_latency.p50", [each.p50_us for each in runs], "us"),
        of_rounds("payout_latency.p99", [each.p99_us for each in runs], "us"),
        of_rounds("payout_latency.flush_p50", [p50 for p50, _ in flushes], "us"),
        of_rounds("payout_latency.flush_p99", [p99 for _, p99 in flushes], "us"),
        of_rounds("payout_latency.p50_ratio", [each.p50_us / p50 for each, (p50, _) in zip(runs, flushes)], "of a flush"),
        of_rounds("payout_latency.p99_ratio", [each.p99_us / p50 for each, (p50, _) in zip(runs, flushes)], "of a flush"),
    ]


def run_connections(machine, folder):
    stage = Stage(machine, folder)
    stage.fit_nginx(stage.mohur)
    figures = []
    for connections in CONNECTIONS:
        pairs = [stage.pair(stage.mohur, connections=connections, seconds=2, warm_up_each=4) for _ in range(ROUNDS)]
        name = f"payout_connections.{connections}"
        figures += [
            of_rounds(f"{name}.cpu_ratio", [mohur.cpu(without=BANK) / nginx.cpu() for mohur, nginx in pairs], "of nginx"),
            of_rounds(f"{name}.cpu", [mohur.cpu(without=BANK) for mohur, _ in pairs], "us"),
            of_rounds(f"{name}.rate", [mohur.rate for mohur, _ in pairs], "calls/s", "higher"),
            of_rounds(f"{name}.p50", [mohur.p50_us for mohur, _ in pairs], "us"),
            of_rounds(f"{name}.p99", [mohur.p99_us for mohur, _ in pairs], "us"),
        ]
    return figures


def profile(machine, folder):
    """Samples the server while it takes payouts from 64 connections."""
    stage = Stage(machine, folder)
    profile_under_load(stage, stage.mohur)


def profile_front(machine, folder):
    stage = Stage(machine, folder)
    with stage.mohur():
        pass
    profile_under_load(stage, stage.front)


def profile_under_load(stage, ours):
    with ours() as server:
        profile_server(stage, server)


def profile_server(stage, server):
    samples = stage.folder / "perf.data"
    stage.measure(server, seconds=1)
    with profiles.of_process(server.process.pid, samples):
        stage.measure(server, seconds=5)
    profiles.show(samples)
