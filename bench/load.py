"""The load generator: build/release/https_load, on its own core, told to begin when the server's processor time has been read."""
import json
import subprocess
from dataclasses import dataclass

from machine import cpu_ns_between


@dataclass
class Run:
    """What a run of calls took."""
    calls: int
    wall_s: float
    load_cpu_us: float  # of the load generator, a call
    answer_bytes: float  # of one answer, head and body
    p50_us: float
    p99_us: float
    p999_us: float
    cpu_us: dict  # of the server, a call, by name of thread

    @property
    def rate(self):
        return self.calls / self.wall_s

    def cpu(self, without=()):
        return sum(us for name, us in self.cpu_us.items() if name not in without)


def run(machine, server, request_file, first, connections=64, seconds=3, calls=0, rate=0, warm_up_each=20):
    """One run against a server; raises when an answer is not 2xx. `first` makes its calls differ from those of other runs."""
    command = machine.pinned(machine.load_core, [
        machine.release / "https_load", "--port", server.port, "--request", request_file, "--connections", connections,
        "--seconds", seconds, "--calls", calls, "--rate", rate, "--first", first, "--warm-up", warm_up_each * connections])
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as load:
        if load.stdout.readline() != "ready\n":
            raise RuntimeError("the load generator did not become ready")
        before = server.cpu_ns()
        load.stdin.write("go\n")
        load.stdin.flush()
        line = load.stdout.readline()
        used = cpu_ns_between(before, server.cpu_ns())
    told = json.loads(line)
    if told["failures"]:
        raise RuntimeError(f"{told['failures']} calls failed, the first with: {told['first_failure']}")
    calls = told["calls"]
    return Run(calls=calls, wall_s=told["wall_ns"] / 1e9, load_cpu_us=told["load_cpu_ns"] / 1000 / calls,
               answer_bytes=told["answer_bytes"] / calls, p50_us=told["p50_ns"] / 1000, p99_us=told["p99_ns"] / 1000,
               p999_us=told["p999_ns"] / 1000, cpu_us={name: ns / 1000 / calls for name, ns in used.items()})
