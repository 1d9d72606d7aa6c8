"""The benchmarks: a row each. Short ones make up `bench/run` without names, which takes less than twenty minutes in all.

A row is a Python function, or a C++ program: `program("bulk", "what it measures", "engine_bulk_bench", "bulk", "FOLDER")`.
Such a program is built as a target of its own, runs on the server's core with FOLDER replaced by a fresh folder on the disk,
and prints its figures as lines of JSON: {"name","value","unit","better":"lower"|"higher","target","min","max","rounds"}.
"""
import subprocess
from dataclasses import dataclass
from typing import Callable, Optional

import batch
import gate
import neighbour
import payout_call
import profiles
from figures import from_json


@dataclass
class Bench:
    name: str
    what: str
    run: Callable  # (machine, folder) -> figures
    profile: Callable  # (machine, folder) -> prints
    targets: tuple  # of the build, that it runs
    short: bool
    after: Optional[Callable] = None  # (figures) -> writes a picture


def served(name, what, run, *targets, profile=payout_call.profile, short=True):
    return Bench(name, what, run, profile, ("mohur", "https_load", *targets), short)


def program(name, what, target, *arguments, short=True, after=None):
    def command(machine, folder):
        words = [str(folder) if word == "FOLDER" else word for word in arguments]
        return machine.pinned(machine.server_core, [machine.release / target, *words])

    def run(machine, folder):
        told = subprocess.run(command(machine, folder), check=True, stdout=subprocess.PIPE, text=True).stdout
        return [from_json(line) for line in told.splitlines() if line.startswith("{")]

    def profile(machine, folder):
        samples = folder / "perf.data"
        profiles.of_command(command(machine, folder), samples)
        profiles.show(samples)

    return Bench(name, what, run, profile, (target,), short, after)


def draw_growth(measured):
    import picture  # what it draws with is installed by then
    picture.draw(measured)


BENCHES = [
    served("payout_call", "one payout a call from 64 connections, beside nginx answering a constant", payout_call.run),
    served("payout_latency", "how long a payout takes when 4,000 a second fall due, beside a flush of the disk",
           payout_call.run_latency),
    served("payout_connections", "one payout a call from 1 to 1,024 connections", payout_call.run_connections),
    served("payout_life", "a payout from the call until the sandbox bank has processed it", payout_call.run_life),
    served("batch", "payouts by the batch, until the sandbox bank has paid the last one, beside payouts by the call", batch.run),
    served("batch_million", "the same of a million rows", batch.run_million, short=False),
    served("front", "the transport alone, answering a constant, beside nginx doing so too", payout_call.run_front,
           "net_net_bench", profile=payout_call.profile_front),
    served("gate", "the whole gate beside an open one, and beside nginx that asks for a key and counts calls", gate.run,
           "gateway_gate_bench", profile=gate.profile),
    served("neighbour", "how long payouts of one client take while another one calls ten times too often", neighbour.run),
    program("bulk", "payouts accepted, settled and replayed by the engine alone, durable, on one core",
            "engine_bulk_bench", "bulk", "FOLDER"),
    program("growth", "the same from ten thousand to ten million payouts, with start-up and memory",
            "engine_bulk_bench", "growth", "FOLDER", short=False, after=draw_growth),
]
