"""The machine that is measured on: its cores, its disk, and how much processor time a process has used."""
import contextlib
import datetime
import os
import platform
import re
import shutil
import statistics
import subprocess
import time
from pathlib import Path


class Machine:
    """Servers run on one core and the load on another, so that neither takes time from the other."""

    def __init__(self, root):
        self.root = root
        self.release = root / "build/release"
        cores = sorted(os.sched_getaffinity(0))
        self.server_core, self.load_core = cores[0], cores[-1]
        self.load_at_start = os.getloadavg()[0]

    @contextlib.contextmanager
    def folder(self, name):
        """A fresh folder on the disk of the checkout: what is measured there is a real disk, not memory."""
        folder = self.root / "build/bench" / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def pinned(self, core, command):
        return ["taskset", "-c", str(core), *map(str, command)]

    def facts(self):
        git = ["git", "-C", self.root]
        commit = subprocess.run([*git, "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True).stdout.strip()
        changed = subprocess.run([*git, "status", "--porcelain", "--untracked-files=no"], capture_output=True, text=True).stdout
        model = re.search(r"^model name\s*:\s*(.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
        memory = re.search(r"^MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text(), re.MULTILINE)
        return {"at": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "commit": commit + ("+changes" if changed else ""),
                "machine": {"processor": model[1] if model else platform.machine(), "cores": os.cpu_count(),
                            "memory_gib": round(int(memory[1]) / 2**20), "kernel": platform.release(),
                            "load_at_start": round(self.load_at_start, 2)}}


def cpu_ns_by_thread(pid):
    """Processor time of each thread, user and system, in nanoseconds: {(thread id, name): ns}. The first one is called main."""
    times = {}
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            name = "main" if task.name == str(pid) else (task / "comm").read_text().strip()
            times[int(task.name), name] = int((task / "schedstat").read_text().split()[0])
    return times


def cpu_ns_between(before, after):
    """By name of thread, what was used between two readings."""
    used = {}
    for (thread, name), ns in after.items():
        used[name] = used.get(name, 0) + ns - before.get((thread, name), 0)
    return used


def flush_us(folder, times=200):
    """Median and 99th percentile of writing 4 KiB into a file that is there already and flushing it."""
    block, file_bytes = bytes(4096), 4 << 20
    path = folder / "flush"
    path.write_bytes(bytes(file_bytes))
    file = os.open(path, os.O_WRONLY)
    try:
        os.fsync(file)
        taken = []
        for i in range(times):
            began = time.perf_counter_ns()
            os.pwrite(file, block, i * len(block) % file_bytes)
            os.fdatasync(file)
            taken.append((time.perf_counter_ns() - began) / 1000)
    finally:
        os.close(file)
        path.unlink()
    return statistics.median(taken), sorted(taken)[int(len(taken) * 0.99)]
