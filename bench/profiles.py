"""Where the time goes: perf's samples as two tables, by thread and by function."""
import contextlib
import shutil
import signal
import subprocess
import sys

RECORD = ("record", "--quiet", "-e", "cpu-clock", "-F", "2500", "-g")
TABLES = (
    ("by thread", ("--no-children", "--sort", "comm")),
    ("by library", ("--no-children", "--sort", "comm,dso")),
    ("by function", ("--no-children", "--sort", "comm,symbol")),
    ("by function, with all that it calls", ("--children", "--sort", "comm,symbol")),
)
ROWS = 90
COLUMNS = 140


def need_perf():
    if shutil.which("perf") is None:
        raise RuntimeError("there is no perf; install linux-perf")


@contextlib.contextmanager
def of_process(pid, samples):
    """Samples a process for as long as the `with` lasts."""
    need_perf()
    perf = subprocess.Popen(["perf", *RECORD, "-p", str(pid), "-o", samples], stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        perf.send_signal(signal.SIGINT)
        perf.wait()


def of_command(command, samples):
    need_perf()
    subprocess.run(["perf", *RECORD, "-o", samples, *command], check=True, stdout=sys.stderr)


def show(samples):
    for title, how in TABLES:
        report = subprocess.run(["perf", "report", "-i", samples, "--stdio", "-g", "none", "--percent-limit", "0.25", *how],
                                check=True, capture_output=True, text=True).stdout
        lines = [" ".join(line.split())[:COLUMNS] for line in report.splitlines() if line.strip() and not line.startswith("#")]
        print(f"\n{title}", *lines[:ROWS], sep="\n", file=sys.stderr)
