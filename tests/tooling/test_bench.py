"""bench/run: what it says about figures, and how a program's figures pass through it."""
import json
import os
import subprocess
import sys
from types import SimpleNamespace

from conftest import ROOT

sys.path.insert(0, str(ROOT / "bench"))
import figures  # noqa: E402
import machine  # noqa: E402
import table  # noqa: E402

FIELDS = ["name", "value", "unit", "better", "target", "min", "max", "rounds"]


def test_a_figure_is_the_median_of_its_rounds_with_their_spread():
    figure = figures.of_rounds("call.cpu", [3.0, 1.0, 2.0, 9.0, 2.5], "us", target=2.5)
    assert (figure.value, figure.min, figure.max, figure.rounds, figure.verdict) == (2.5, 1.0, 9.0, 5, "reached")
    assert list(json.loads(figure.as_json())) == FIELDS


def test_a_target_is_reached_from_the_side_that_is_better():
    assert figures.of_rounds("rate", [99.0], "1/s", "higher", target=100).verdict == "missed"
    assert figures.of_rounds("rate", [100.0], "1/s", "higher", target=100).verdict == "reached"
    assert figures.of_rounds("cpu", [1.01], "us", "lower", target=1.0).verdict == "missed"


def test_the_table_for_people_has_a_row_a_figure():
    lines = figures.as_table([figures.of_rounds("call.cpu", [12345.6], "us"), figures.of_rounds("ratio", [0.5], "")]).splitlines()
    assert len(lines) == 3 and "12,350" in lines[1] and "0.5" in lines[2]


def test_history_grows_by_a_line_a_figure_with_date_commit_and_machine(tmp_path):
    file = tmp_path / "results/call.jsonl"
    facts = machine.Machine(ROOT).facts()
    for value in (1.0, 2.0):
        figures.record(file, [figures.of_rounds("call.cpu", [value], "us")], facts)
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert [line["value"] for line in lines] == [1.0, 2.0]
    assert all(line["at"] and line["commit"] and line["machine"]["cores"] >= 1 for line in lines)


def test_the_figures_of_a_program_pass_through(tmp_path):
    line = json.dumps(dict(zip(FIELDS, ["bulk.rate", 5, "1/s", "higher", 4, 4, 6, 5])))
    (tmp_path / "bulk_bench").write_text(f"#!/bin/sh\necho 'for people'; test -d \"$2\" && echo '{line}'\n")
    (tmp_path / "bulk_bench").chmod(0o755)
    fake = SimpleNamespace(release=tmp_path, server_core=0, pinned=lambda core, command: list(map(str, command)))
    measured = table.program("bulk", "what", "bulk_bench", "--folder", "FOLDER").run(fake, tmp_path)
    assert [figure.as_json() for figure in measured] == [line]
    assert measured[0].verdict == "reached"


def test_processor_time_of_a_process_is_told_by_thread():
    before = machine.cpu_ns_by_thread(os.getpid())
    sum(range(3_000_000))
    used = machine.cpu_ns_between(before, machine.cpu_ns_by_thread(os.getpid()))
    assert used["main"] > 0


def test_the_table_of_benchmarks_is_shown_and_an_unknown_name_refused():
    listed = subprocess.run([ROOT / "bench/run", "--list"], capture_output=True, text=True)
    assert listed.returncode == 0 and "payout_call" in listed.stdout
    refused = subprocess.run([ROOT / "bench/run", "nothing"], capture_output=True, text=True)
    assert refused.returncode == 2 and "nothing" in refused.stderr
