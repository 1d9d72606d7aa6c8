#!/usr/bin/python3
"""Builds Mohur, runs every check and test in stages, and closes with a table and the line `N passed, N failed`.

Usage    ./test [--list] [--build-root FOLDER] [--jobs N] [--fuzz-seconds N] [--fault-seconds N] [--fault-seed N] [STAGE...]
Stages   In the order of the table in stages() below. One that needs another, such as the build, brings it along; where
         that failed, it is not run. Every folder of tests/ with test_*.py files in it is a stage of its own.
Logs     <build root>/test-logs/<stage>.log. Of a stage that failed, the end of its log is printed.
"""
import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

import results
from results import Count
from room_table import ROOT, read_rooms

STAGE_SECONDS_MAX = 45 * 60
TEST_SECONDS_MAX = 300
SANITIZED_SECONDS_MAX = 1200  # under ThreadSanitizer a test takes ten times as long
LOG_LINES_SHOWN = 80
TSAN_SUPPRESSIONS = ROOT / "tools/tsan_suppressions.txt"
THREADS = ("<thread>", "<mutex>", "<shared_mutex>", "<condition_variable>", "<atomic>", "<future>", "<latch>", "<pthread.h>")


@dataclass
class Stage:
    name: str
    promise: str
    run: Callable
    needs: tuple = ()
    count: Count = field(default_factory=Count)
    seconds: float = 0
    verdict: str = "not run"


class Bench:
    """Where the stages work: the build folders, the log of the stage that is running, and how to start a program."""

    def __init__(self, options):
        self.build_root = options.build_root.resolve()
        self.jobs = options.jobs
        self.fuzz_seconds = options.fuzz_seconds
        self.faults = {"MOHUR_FAULT_SECONDS": str(options.fault_seconds), "MOHUR_FAULT_SEED": str(options.fault_seed)}
        self.pytest_seconds_max = STAGE_SECONDS_MAX + options.fault_seconds
        self.logs = self.build_root / "test-logs"
        self.logs.mkdir(parents=True, exist_ok=True)
        self.rooms = read_rooms()
        self.log = None

    def folder(self, preset):
        return self.build_root / preset

    def say(self, text):
        self.log.write(text + "\n")
        self.log.flush()

    def start(self, command, environment=None):
        """Starts a program in a process group of its own, writing into the log."""
        self.say("$ " + " ".join(map(str, command)))
        return subprocess.Popen([str(word) for word in command], cwd=ROOT, env={**os.environ, **(environment or {})},
                                stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT, start_new_session=True)

    def finish(self, process, seconds_max=STAGE_SECONDS_MAX):
        try:
            return process.wait(seconds_max) == 0
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            self.say(f"stopped after {seconds_max} seconds")
            return False

    def ok(self, command, environment=None):
        return self.finish(self.start(command, environment))

    def build(self, preset, targets):
        return (self.ok(["cmake", "--preset", preset, "-B", self.folder(preset)])
                and self.ok(["ninja", "-C", self.folder(preset), "--quiet", "-k", "10", "-j", self.jobs, *targets]))


def checked(succeeded, count=None):
    """A stage that failed without counting a failure has failed once."""
    count = count or Count(1 if succeeded else 0, 0)
    if not succeeded and count.failed == 0:
        count.failed = 1
    return count


def tool(*command):
    """A stage that is one tool, with the closing line of tools/results.py."""
    def run(bench):
        words = [str(bench.folder("dev")) if word == "BUILD" else word for word in command]
        succeeded = bench.ok(words)
        return checked(succeeded, results.of_closing_line(Path(bench.log.name).read_text(errors="replace")))
    return run


def build(bench):
    return checked(bench.build("dev", ["all", "benches"]))


def tidy(bench):
    if not bench.ok(["cmake", "--preset", "dev", "-B", bench.folder("dev")]):
        return Count(0, 1)
    return tool("tools/tidy_code.py", "BUILD")(bench)


def run_ctest(bench, preset, names=None, environment=None, prefix=(), most_seconds=TEST_SECONDS_MAX):
    reports = bench.folder(preset) / "gtest-reports"
    junit = bench.folder(preset) / "ctest.xml"
    shutil.rmtree(reports, ignore_errors=True)
    junit.unlink(missing_ok=True)
    chosen = ["--tests-regex", f"^({'|'.join(names)})$"] if names is not None else []
    succeeded = bench.ok([*prefix, "ctest", "--test-dir", bench.folder(preset), "--parallel", bench.jobs,
                          "--timeout", most_seconds, "--no-tests=error", "--output-on-failure",
                          "--output-junit", junit, *chosen],
                         {"GTEST_OUTPUT": f"json:{reports}/", **(environment or {})})
    return checked(succeeded, results.of_ctest(junit, reports))


def unit(bench):
    return run_ctest(bench, "dev")


def address(bench):
    names = [room.name for room in bench.rooms.values() if room.tests()]
    if not bench.build("asan", [f"{name}_test" for name in names]):
        return Count(0, 1)
    return run_ctest(bench, "asan", names, {"ASAN_OPTIONS": "detect_stack_use_after_return=1",
                                            "UBSAN_OPTIONS": "print_stacktrace=1"}, most_seconds=SANITIZED_SECONDS_MAX)


def has_threads(room):
    return any(f"#include {header}" in text for source in room.sources for text in [source.read_text()] for header in THREADS)


def thread(bench):
    names = [room.name for room in bench.rooms.values() if room.tests() and has_threads(room)]
    if not bench.build("tsan", [f"{name}_test" for name in names]):
        return Count(0, 1)
    # ThreadSanitizer cannot lay out its memory where the kernel shuffles addresses by more than 28 bits.
    bits = Path("/proc/sys/vm/mmap_rnd_bits")
    shuffled = bits.is_file() and int(bits.read_text()) > 28
    options = f"halt_on_error=1 second_deadlock_stack=1 suppressions={TSAN_SUPPRESSIONS}"
    return run_ctest(bench, "tsan", names, {"TSAN_OPTIONS": options}, ("setarch", "--addr-no-randomize") if shuffled else (),
                     SANITIZED_SECONDS_MAX)


def fuzz(bench):
    """Each fuzzer for a few seconds, two at a time, from tests/corpus/<fuzzer>; what it finds new stays in the build folder."""
    names = [fuzzer for room in bench.rooms.values() for fuzzer in room.fuzzers()]
    if not names:
        return Count()
    if not bench.build("fuzz", names):
        return Count(0, 1)
    count = Count()
    waiting, running = list(names), {}
    while waiting or running:
        while waiting and len(running) < bench.jobs:
            running[waiting[0]] = bench.start(fuzzer_command(bench, waiting[0]))
            waiting.pop(0)
        name = next(iter(running))
        if bench.finish(running.pop(name), bench.fuzz_seconds + TEST_SECONDS_MAX):
            count.passed += 1
        else:
            bench.say(f"{name} found something: its input is in {bench.folder('fuzz')}/found")
            count.failed += 1
    return count


def fuzzer_command(bench, name):
    grown, found = bench.folder("fuzz") / "corpus" / name, bench.folder("fuzz") / "found"
    for folder in (grown, found):
        folder.mkdir(parents=True, exist_ok=True)
    committed = ROOT / "tests/corpus" / name
    return [bench.folder("fuzz") / name, f"-max_total_time={bench.fuzz_seconds}", "-timeout=10", "-print_final_stats=1",
            "-verbosity=0", f"-artifact_prefix={found}/{name}-", grown, *([committed] if committed.is_dir() else [])]


def pytest(folder):
    def run(bench):
        junit = bench.logs / f"{folder.name}.xml"
        junit.unlink(missing_ok=True)
        environment = {"MOHUR_BUILD": str(bench.folder("dev")), "MOHUR_BINARY": str(bench.folder("dev") / "mohur"),
                       "PYTHONDONTWRITEBYTECODE": "1", **bench.faults}
        # Each file's tests stay together: they share a server. Its data is kept when a test has failed, and no longer than that:
        # it is gigabytes.
        data = bench.folder("test-data") / folder.name
        data.parent.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "-n", bench.jobs, "--dist", "loadfile",
                   f"--basetemp={data}", f"--junitxml={junit}", folder]
        count = checked(bench.finish(bench.start(command, environment), bench.pytest_seconds_max), results.of_pytest(junit))
        if count.failed == 0:
            shutil.rmtree(data, ignore_errors=True)
        return count
    return run


def stages():
    yield Stage("rooms", "includes keep to the arrows of src/rooms.cmake", tool("tools/rooms.py"))
    yield Stage("text", "the house's rules for text files", tool("tools/tidy_text.py"))
    yield Stage("format", "C++ is laid out as .clang-format says", tool("tools/format.py"))
    yield Stage("build", "everything builds with g++, and each room links alone", build)
    yield Stage("unit", "the tests beside the code; pure rooms are pure", unit, ("build",))
    yield Stage("fresh", "generated files are what their generators write", tool("tools/fresh.sh", "BUILD"), ("build",))
    for folder in sorted({file.parent for file in (ROOT / "tests").glob("*/test_*.py")}):
        needs = () if folder.name == "tooling" else ("build",)
        yield Stage(folder.name, f"the Python tests of tests/{folder.name}", pytest(folder), needs)
    yield Stage("tidy", "clang-tidy has nothing to say", tidy)
    yield Stage("asan", "the tests under AddressSanitizer and UndefinedBehaviorSanitizer", address)
    yield Stage("tsan", "the tests of rooms with threads under ThreadSanitizer", thread)
    yield Stage("fuzz", "each fuzzer for a few seconds, with clang", fuzz)


# Campaigns over the whole tree: run by name, or with --all.
LONG_STAGES = ("asan", "tsan", "fuzz")


def chosen(every, names, everything=False):
    """The stages named and what they need, in the order of the table; the usual ones when none is named."""
    known = {stage.name: stage for stage in every}
    for name in names:
        if name not in known:
            raise SystemExit(f"There is no stage {name}. There are: {' '.join(known)}")
    usual = {name for name in known if name not in LONG_STAGES}
    wanted = set(known) if everything else set(names or usual)
    wanted |= {needed for name in wanted for needed in known[name].needs}
    return [stage for stage in every if stage.name in wanted]


def run_stage(stage, bench, done):
    unmet = [needed for needed in stage.needs if done[needed].verdict != "passed"]
    if unmet:
        stage.verdict = f"not run: {unmet[0]} failed"
        return
    print(f"== {stage.name}: {stage.promise}", flush=True)
    began = time.monotonic()
    with open(bench.logs / f"{stage.name}.log", "w") as bench.log:
        stage.count = stage.run(bench)
    stage.seconds = time.monotonic() - began
    stage.verdict = "FAILED" if stage.count.failed else "passed"
    print(f"   {stage.count.passed} passed, {stage.count.failed} failed in {stage.seconds:.1f} s", flush=True)
    if stage.count.failed:
        lines = (bench.logs / f"{stage.name}.log").read_text(errors="replace").splitlines()
        print("\n".join(["   ... " + str(len(lines) - LOG_LINES_SHOWN) + " lines before"] * (len(lines) > LOG_LINES_SHOWN)
                        + ["   | " + line for line in lines[-LOG_LINES_SHOWN:]]), flush=True)


def report(ran, bench, options):
    print(f"\n{'stage':<14}{'passed':>8}{'failed':>8}{'seconds':>9}")
    for stage in ran:
        print(f"{stage.name:<14}{stage.count.passed:>8}{stage.count.failed:>8}{stage.seconds:>9.1f}  {stage.verdict}")
    print()
    own_root = "" if options.build_root == ROOT / "build" else f" --build-root {options.build_root}"
    for stage in ran:
        if stage.verdict == "FAILED":
            print(f"{stage.name} failed. Log: {bench.logs / stage.name}.log  Again: ./test{own_root} {stage.name}")
    total = sum((stage.count for stage in ran), Count())
    print(f"{total.passed} passed, {total.failed} failed")
    return 0 if all(stage.verdict == "passed" for stage in ran) else 1


def main():
    parser = argparse.ArgumentParser(prog="./test", description=__doc__.splitlines()[0])
    parser.add_argument("stages", nargs="*", metavar="STAGE", help="the usual ones when none is named")
    parser.add_argument("--all", action="store_true", help="the long ones too: " + ", ".join(LONG_STAGES))
    parser.add_argument("--list", action="store_true", help="print the stages and what each promises")
    parser.add_argument("--build-root", type=Path, default=ROOT / "build", help="where the build folders are (build)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="programs at a time (the number of cores)")
    parser.add_argument("--fuzz-seconds", type=int, default=10, help="for each fuzzer (10)")
    parser.add_argument("--fault-seconds", type=int, default=60, help="for the worlds of tests/faults (60)")
    parser.add_argument("--fault-seed", type=int, default=1, help="of the first of them (1)")
    options = parser.parse_args()
    every = list(stages())
    if options.list:
        print("\n".join(f"{stage.name:<14}{stage.promise}" for stage in every))
        return 0
    bench = Bench(options)
    done = {}
    for stage in chosen(every, options.stages, options.all):
        run_stage(stage, bench, done)
        done[stage.name] = stage
    return report(done.values(), bench, options)


if __name__ == "__main__":
    sys.exit(main())
