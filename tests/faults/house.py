"""The server on a bad disk, as a process: started, ended in every way, and looked at afterwards with the product's own tools.

Everything of one house lies below one folder: `disk/` is on the bad disk (src/testing/baddisk), `notes/` is what a power loss
would take, `full` makes the disk full while it is there, `log` is what the server wrote to standard error.
"""
import json
import os
import subprocess
from pathlib import Path

BUILD = Path(os.environ.get("MOHUR_BUILD", Path(__file__).resolve().parents[2] / "build/dev"))
MOHUR = os.environ.get("MOHUR_BINARY", BUILD / "mohur")
FAULTY = BUILD / "mohur_faulty"
SECONDS_MAX = 120  # for anything that must end by itself; far more than it takes
FLUSH_US = 1500


class Finding(Exception):
    """The product, or a planted mistake in it, did something that it must not."""


class House:
    def __init__(self, folder, plant="none"):
        self.folder, self.plant = Path(folder), plant
        self.disk, self.notes, self.full = self.folder / "disk", self.folder / "notes", self.folder / "full"
        self.data, self.log = self.disk / "data", self.folder / "log"
        self.disk.mkdir(parents=True, exist_ok=True)
        self.process, self.facts, self.founder_keys = None, {}, []
        self.environment = {**os.environ, "MOHUR_DATA_FOLDER": str(self.data), "MOHUR_SERVER_PORT": "0",
                            "MOHUR_OPERATOR_PORT": "0", "MOHUR_LOG_LEVEL": "warn", "MOHUR_WEBHOOKS_PRIVATE_TARGETS": "true",
                            "MOHUR_JOURNAL_SEGMENT_BYTES": "1048576"}

    def words(self, seed):
        return [f"disk={self.disk}", f"notes={self.notes}", f"seed={seed}"]

    def start(self, seed, *orders, while_starting=None):
        """Whether it serves now; where not, it has ended, and `ended` tells how."""
        words = [*self.words(seed), f"flush_us={FLUSH_US}", f"full={self.full}", f"plant={self.plant}", *orders]
        with open(self.log, "a") as log:
            log.write(f"$ mohur_faulty serve {' '.join(words[2:])}\n")
            log.flush()
            self.process = subprocess.Popen([FAULTY, "serve", *words], stdout=subprocess.PIPE, stderr=log, text=True,
                                            env=self.environment)
        if while_starting:
            while_starting(self.process)
        self.facts = {}
        for line in self.process.stdout:
            name, value = line.rstrip("\n").split(" ", 1)
            if name == "founder_key":
                self.founder_keys.append(value)
            self.facts[name] = value
            if name == "api":
                return True
        self.ended(SECONDS_MAX)
        return False

    def ended(self, seconds=0):
        """The exit status, negative for a signal; None while it runs."""
        try:
            status = self.process.wait(seconds)
            self.process.stdout.close()
            return status
        except subprocess.TimeoutExpired:
            return None

    def kill(self):
        self.process.kill()
        return self.ended(SECONDS_MAX)

    def stop(self):
        self.process.terminate()
        status = self.ended(SECONDS_MAX)
        if status is None:
            self.kill()
            raise Finding("a graceful stop did not end")
        if status != 0:
            raise Finding(f"a graceful stop ended with {status}")

    def lose_power(self, seed):
        done = subprocess.run([FAULTY, "power-loss", *self.words(seed)], capture_output=True, text=True, check=True)
        with open(self.log, "a") as log:
            log.write(f"$ power-loss seed={seed}: {done.stdout}")

    def tool(self, *words):
        return subprocess.run([MOHUR, *words], capture_output=True, text=True, env=self.environment, timeout=SECONDS_MAX)

    def verify(self, clean=False):
        """`mohur verify` succeeds; after a `clean` stop the stored state reflects the whole journal. The state's hash."""
        done = self.tool("verify")
        if done.returncode != 0 or "verified   every rupee" not in done.stdout:
            raise Finding(f"mohur verify refuses: {done.stdout}{done.stderr}")
        said = {}
        for line in done.stdout.splitlines():
            said.setdefault(line.split(None, 1)[0], line.split()[1])  # the first chain is that of the events
        if clean and said.get("position") != said["chain"]:
            raise Finding(f"after a clean stop the stored state does not reflect the whole journal: {done.stdout}")
        return said.get("stored")

    def replay_hash(self):
        done = self.tool("replay")
        if done.returncode != 0:
            raise Finding(f"mohur replay refuses: {done.stderr}")
        return done.stdout.split()[-1]

    def events(self):
        """The whole journal by `mohur inspect`."""
        done = self.tool("inspect")
        if done.returncode != 0:
            raise Finding(f"mohur inspect refuses: {done.stderr}")
        return [json.loads(line) for line in done.stdout.splitlines()]

    def copy(self, folder):
        """Another house with the same past, to be damaged."""
        other = House(folder, self.plant)
        other.environment["MOHUR_WEBHOOKS_PRIVATE_TARGETS"] = "false"  # what happens there is not told to anybody
        subprocess.run(["cp", "-r", "--sparse=always", f"{self.disk}/.", other.disk], check=True)
        return other

    def end_of_log(self, lines=25):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:]) if self.log.exists() else ""
