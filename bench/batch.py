"""Payouts by the batch, from the first row that is handed in until the sandbox bank has paid the last one; beside payouts a call.

A batch is handed in, checked, accepted, approved by a key that had no hand in it, made and paid. README.md says what counts.
"""
import time
from pathlib import Path

from figures import of_rounds
from machine import cpu_ns_between
from payout_call import LIVES, PAID_AT_ONCE, Stage

ROUNDS = 3
ROWS = 20_000
MILLION = 1_000_000
ROWS_OF_A_PART = 70_000
COLUMNS = "beneficiary,amount,purpose,rail,reference_id,narration\n"


class Batch:
    """One that is taken all the way, with the seconds that each stage took."""

    def __init__(self, server, rows):
        self.server, self.rows = server, rows
        self.approver = self.workflow()
        self.stages = {}
        self.cpu_before = server.cpu_ns()

    def workflow(self):
        """Finance agrees to everything; the key that does."""
        scopes = ["approve_payouts", "write_approval_workflows", "read_payouts"]
        keys = [self.server.issue(scopes=scopes, approver_roles=["finance"]) for _ in range(2)]
        step = {"match": "all", "needs": [{"role": "finance", "approvals": 1}]}
        made = self.server.call("/v1/approval_workflows", keys[0], {"rules": [{"purposes": [], "steps": [step]}]})
        self.server.call(f"/v1/approval_workflows/{made['id']}/approve", keys[1], {})
        return keys[0]

    def run(self):
        call, key = self.server.call, self.server.key
        batch = f"/v1/batches/{call('/v1/batches', key, {})['id']}"
        began = time.monotonic()
        with self.stage("handed_in"):
            for first in range(0, self.rows, ROWS_OF_A_PART):
                rows = range(first, min(first + ROWS_OF_A_PART, self.rows))
                row = f"{self.server.beneficiary},125000,vendor,imps,salary-"
                self.server.hand_in(batch, COLUMNS + "".join(f"{row}{n},November 2026\n" for n in rows))
        with self.stage("checked"):
            call(batch + "/check", key, {})
            self.wait(batch, "validated")
        call(batch + "/accept", key, {"take": "all_rows"})
        call(batch + "/approve", self.approver, {})
        with self.stage("paid"):
            done = self.wait(batch, "processed")
        self.seconds = time.monotonic() - began
        if done["outcome"]["processed"] != self.rows:
            raise RuntimeError(f"of {self.rows} rows: {done['outcome']}")
        self.cpu_us = sum(cpu_ns_between(self.cpu_before, self.server.cpu_ns()).values()) / 1000 / self.rows
        self.peak_mib = peak_mib(self.server.process.pid)
        return self

    def stage(self, name):
        return Stopwatch(self.stages, name)

    def wait(self, batch, status):
        while True:
            seen = self.server.get(batch, self.server.key)
            if seen["status"] == status:
                return seen
            if seen["status"] in ("rejected", "cancelled"):
                raise RuntimeError(f"the batch is {seen['status']}: {seen['reason']}")
            time.sleep(0.05 if self.rows <= ROWS else 1)


class Stopwatch:
    def __init__(self, stages, name):
        self.stages, self.name = stages, name

    def __enter__(self):
        self.began = time.monotonic()

    def __exit__(self, *_):
        self.stages[self.name] = time.monotonic() - self.began


def peak_mib(pid):
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def by_calls(stage):
    """What the same payouts take when each is a call: microseconds of the processor, and payouts a second."""
    with stage.mohur(PAID_AT_ONCE) as server:
        before, began = server.cpu_ns(), time.monotonic()
        calls = stage.measure(server, calls=LIVES, warm_up_each=0).calls
        while server.open_objects() > 0:
            time.sleep(0.05)
        rate = calls / (time.monotonic() - began)
        return sum(cpu_ns_between(before, server.cpu_ns()).values()) / 1000 / calls, rate


def by_batch(stage, rows):
    with stage.mohur(PAID_AT_ONCE) as server:
        return Batch(server, rows).run()


def figures(name, rows, stage, rounds):
    pairs = [(by_calls(stage), by_batch(stage, rows)) for _ in range(rounds)]
    batches = [batch for _, batch in pairs]
    return [
        of_rounds(f"{name}.cpu_ratio", [batch.cpu_us / cpu for (cpu, _), batch in pairs], "of payouts by the call"),
        of_rounds(f"{name}.rate_ratio", [batch.rows / batch.seconds / rate for (_, rate), batch in pairs],
                  "of payouts by the call", "higher"),
        of_rounds(f"{name}.cpu", [batch.cpu_us for batch in batches], "us"),
        of_rounds(f"{name}.rate", [batch.rows / batch.seconds for batch in batches], "rows/s", "higher"),
        *(of_rounds(f"{name}.{part}", [batch.stages[part] for batch in batches], "s") for part in batches[0].stages),
        of_rounds(f"{name}.peak", [batch.peak_mib for batch in batches], "MiB"),
    ]


def run(machine, folder):
    return figures("batch", ROWS, Stage(machine, folder), ROUNDS)


def run_million(machine, folder):
    return figures("batch_million", MILLION, Stage(machine, folder), 1)
