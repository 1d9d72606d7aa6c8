"""What a noisy client costs another one: its calls come at ten times its limit, and the other's latency is looked at."""
import statistics
import subprocess

import load
import servers
from figures import of_rounds
from payout_call import SILENT

ROUNDS = 7
QUIET_RATE, LIMIT, TIMES = 1_000, 500, 10  # calls a second; of the noisy one its limit, and how many times that it calls
SECONDS = 2


class Noise:
    """Calls of the noisy client, as long as the `with` lasts; what was answered is in `answered` and `refused`."""

    def __init__(self, machine, server, request, times, first):
        self.command = machine.pinned(machine.load_core, [
            machine.release / "https_load", "--port", server.port, "--request", request, "--connections", 64, "--seconds",
            SECONDS + 2, "--calls", 0, "--rate", times * LIMIT, "--first", first << 50, "--warm-up", 0])

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline() != "ready\n":
            raise RuntimeError("the noisy client did not become ready")
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        return self

    def __exit__(self, *_):
        told = servers.json.loads(self.process.stdout.readline())
        self.process.wait()
        self.answered, self.refused = told["calls"], told["failures"]


def run(machine, folder):
    quiet, noisy = folder / "quiet", folder / "noisy"
    alone, within, beside, refused = [], [], [], []
    for number in range(ROUNDS):
        home = folder / f"mohur-{number}"
        home.mkdir()
        with servers.Mohur(machine, home, SILENT) as server:
            key = server.approve_client(server.plan(*server.founders, {"quota": LIMIT, "window_s": 1, "burst": LIMIT}))
            quiet.write_text(server.payout_request())
            noisy.write_text(servers.payout_request(key, server.beneficiary_of(key)))

            def measure(first):
                found = load.run(machine, server, quiet, first=first << 40, connections=16, rate=QUIET_RATE, seconds=SECONDS)
                return found.p99_us

            def measure_beside(first, times):
                with Noise(machine, server, noisy, times, first) as noise:
                    p99 = measure(first)
                return p99, noise.refused / noise.answered

            # There and back again, so that no place in the row is the better one.
            silence, (good, _), (noise, share) = measure(1), measure_beside(2, 1), measure_beside(3, TIMES)
            (noise_again, _), (good_again, _), silence_again = measure_beside(4, TIMES), measure_beside(5, 1), measure(6)
            alone.append(statistics.mean([silence, silence_again]))
            within.append(statistics.mean([good, good_again]))
            beside.append(statistics.mean([noise, noise_again]))
            refused.append(share)
    ratio = [noise / good for noise, good in zip(beside, within)]
    return [
        of_rounds("neighbour.p99_ratio", ratio, "of beside one within its limit", target=1.2),
        of_rounds("neighbour.p99_over_alone", [noise / without for noise, without in zip(beside, alone)], "of alone"),
        of_rounds("neighbour.p99_alone", alone, "us"),
        of_rounds("neighbour.p99_within_limit", within, "us"),
        of_rounds("neighbour.p99_beside", beside, "us"),
        of_rounds("neighbour.refused", refused, "of its calls", "higher"),
    ]
