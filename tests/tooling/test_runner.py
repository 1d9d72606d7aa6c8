"""How ./test counts, and how tools/fresh.sh tells a stale file: what a wrong answer here would hide."""
import json
import sys

import pytest
from conftest import TOOLS

sys.path.insert(0, str(TOOLS))
import results  # noqa: E402
from results import Count  # noqa: E402


def gtest_report(folder, name, *verdicts):
    tests = [{"name": str(n), "result": "SKIPPED" if verdict == "skipped" else "COMPLETED",
              **({"failures": [{"failure": "it broke"}]} if verdict == "failed" else {})} for n, verdict in enumerate(verdicts)]
    (folder / f"{name}_test.json").write_text(json.dumps({"testsuites": [{"testsuite": tests}]}))


def ctest_report(folder, **status_by_name):
    cases = "".join(f'<testcase name="{name}" status="{status}"/>' for name, status in status_by_name.items())
    file = folder / "ctest.xml"
    file.write_text(f"<testsuite>{cases}</testsuite>")
    return file


def test_each_test_of_each_program_counts_and_a_skipped_one_does_not(tmp_path):
    gtest_report(tmp_path, "base", "passed", "passed", "skipped")
    gtest_report(tmp_path, "net", "passed", "failed")
    assert results.of_ctest(ctest_report(tmp_path, base="run", net="fail"), tmp_path) == Count(3, 1)


def test_a_program_without_a_report_is_one_check(tmp_path):
    assert results.of_ctest(ctest_report(tmp_path, is_pure="run", other="fail"), tmp_path) == Count(1, 1)


def test_a_program_that_crashed_after_good_tests_has_failed(tmp_path):
    gtest_report(tmp_path, "base", "passed", "passed")
    assert results.of_ctest(ctest_report(tmp_path, base="fail"), tmp_path) == Count(2, 1)


def test_no_report_at_all_is_a_failure(tmp_path):
    assert results.of_ctest(tmp_path / "absent.xml", tmp_path) == Count(0, 1)
    assert results.of_pytest(tmp_path / "absent.xml") == Count(0, 1)


def test_pytest_failures_and_broken_fixtures_count_alike(tmp_path):
    report = tmp_path / "pytest.xml"
    report.write_text("<testsuites><testsuite><testcase/><testcase><failure/></testcase><testcase><error/></testcase>"
                      "<testcase><skipped/></testcase></testsuite></testsuites>")
    assert results.of_pytest(report) == Count(1, 2)


CLOSING = [("3 passed, 1 failed\n", Count(3, 1)), ("1 passed, 0 failed\n2 passed, 0 failed\n", Count(2, 0)),
           ("all is well\n", Count(1, 0)), ("about 3 passed, 1 failed so far\n", Count(1, 0))]


@pytest.mark.parametrize("said, count", CLOSING)
def test_the_closing_line_of_a_tool_is_its_last_word(said, count):
    assert results.of_closing_line(said) == count


def test_the_runner_lists_its_stages_and_refuses_one_that_it_does_not_have(project):
    listed = project.tool("test.py", "--list")
    assert listed.ok
    assert "\nunit " in listed.said and "\ntooling " in listed.said
    refused = project.tool("test.py", "--build-root", project.folder, "nothing")
    assert not refused.ok
    assert "There is no stage nothing." in refused.said


@pytest.fixture
def generated(tmp_path):
    """A generator that writes what the source says, and a file that was written by it."""
    (tmp_path / "tools").mkdir()
    (tmp_path / "source").write_text("one\n")
    (tmp_path / "committed").write_text("one\n")
    (tmp_path / "tools/generators.txt").write_text("# The table.\n\ncommitted : cp source committed && test -d {build}\n")
    return tmp_path


def fresh(project, folder):
    return project.run(TOOLS / "fresh.sh", folder, folder / "tools/generators.txt")


def test_a_fresh_file_passes(project, generated):
    ran = fresh(project, generated)
    assert ran.ok
    assert ran.said == "1 passed, 0 failed\n"


def test_a_stale_file_is_named_and_rewritten(project, generated):
    (generated / "source").write_text("two\n")
    ran = fresh(project, generated)
    assert not ran.ok
    assert "stale, and now rewritten: committed" in ran.said
    assert (generated / "committed").read_text() == "two\n"
    assert fresh(project, generated).ok


def test_a_generator_that_fails_is_named(project, generated):
    (generated / "source").unlink()
    ran = fresh(project, generated)
    assert not ran.ok
    assert "failed: cp source committed" in ran.said
