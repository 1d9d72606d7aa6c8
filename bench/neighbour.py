"""What a noisy client costs another one: its calls come at ten times its limit, and the other's latency is looked at."""
import statistics
import subprocess
import time

import load
import servers
from figures import of_rounds
from payout_call import SILENT

ROUNDS, WINDOWS = 5, 8  # a round is a server; its figure is the median of so many windows
WINDOW_S = 1
QUIET_RATE, LIMIT, TIMES = 1_000, 500, 10  # calls a second; of the noisy one its limit, and how many times that it calls
NOISE_S = 30  # longer than any window with what comes before it
READ_S = 2


class Noise:
    """Calls of the noisy client, as long as the `with` lasts."""

    def __init__(self, machine, server, request, times, first, seconds):
        self.command = machine.pinned(machine.load_core, [
            machine.release / "https_load", "--port", server.port, "--request", request, "--connections", 64, "--seconds",
            seconds, "--calls", 0, "--rate", times * LIMIT, "--first", first << 40, "--warm-up", 0])

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline() != "ready\n":
            raise RuntimeError("the noisy client did not become ready")
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def outcome(self):
        """Once all is answered: how many calls a second were read, and which share of them was refused."""
        told = servers.json.loads(self.process.stdout.readline())
        return told["calls"] / (told["wall_ns"] / 1e9), told["failures"] / told["calls"]


class Windows:
    """One server, on which windows of one kind and another take turns."""

    def __init__(self, machine, server, folder):
        self.machine, self.server = machine, server
        self.quiet, self.noisy = folder / "quiet", folder / "noisy"
        key = server.approve_client(server.plan(*server.founders, {"quota": LIMIT, "window_s": 1, "burst": LIMIT}))
        self.quiet.write_text(server.payout_request())
        self.noisy.write_text(servers.payout_request(key, server.beneficiary_of(key)))
        self.run = 0
        self.alone, self.within, self.beside = [], [], []

    def p99_us(self):
        self.run += 1
        return load.run(self.machine, self.server, self.quiet, first=self.run << 40, connections=16, rate=QUIET_RATE,
                        seconds=WINDOW_S).p99_us

    def p99_us_beside(self, times):
        with self.noise(times, NOISE_S):
            return self.p99_us()

    def noise(self, times, seconds):
        self.run += 1
        return Noise(self.machine, self.server, self.noisy, times, self.run, seconds)

    def take(self, count):
        for _ in range(count):
            self.beside.append(self.p99_us_beside(TIMES))
            self.alone.append(self.p99_us())  # meanwhile the noisy one's burst comes back
            self.within.append(self.p99_us_beside(1))
        with self.noise(TIMES, READ_S) as noise:
            self.read, self.refused = noise.outcome()
        time.sleep(1)  # until its burst has come back
        with self.noise(1, READ_S) as good:
            _, refused = good.outcome()
        if refused:
            raise RuntimeError("calls within the limit were refused")


def run(machine, folder):
    rounds = []
    for number in range(ROUNDS):
        home = folder / f"mohur-{number}"
        home.mkdir()
        with servers.Mohur(machine, home, SILENT) as server:
            windows = Windows(machine, server, folder)
            windows.take(WINDOWS)
        rounds.append(windows)

    def of(kind):
        return [statistics.median(getattr(windows, kind)) for windows in rounds]

    alone, within, beside = of("alone"), of("within"), of("beside")
    return [
        of_rounds("neighbour.p99_ratio", [noise / good for noise, good in zip(beside, within)], "of beside one within its limit",
                  target=1.2),
        of_rounds("neighbour.p99_over_alone", [noise / without for noise, without in zip(beside, alone)], "of alone"),
        of_rounds("neighbour.p99_alone", alone, "us"),
        of_rounds("neighbour.p99_within_limit", within, "us"),
        of_rounds("neighbour.p99_beside", beside, "us"),
        of_rounds("neighbour.read", [windows.read for windows in rounds], "calls a second"),
        of_rounds("neighbour.refused", [windows.refused for windows in rounds], "of its calls that were read", "higher"),
    ]
