"""Counts tests in what the test programs wrote: the closing line of a tool, JUnit XML, GoogleTest's JSON."""
import json
import re
import xml.etree.ElementTree as xml
from dataclasses import dataclass


@dataclass
class Count:
    passed: int = 0
    failed: int = 0

    def __add__(self, other):
        return Count(self.passed + other.passed, self.failed + other.failed)


def of_closing_line(text):
    """The last `N passed, N failed` of a tool; one passed check for a tool that says nothing of the kind."""
    lines = re.findall(r"^(\d+) passed, (\d+) failed$", text, re.MULTILINE)
    return Count(int(lines[-1][0]), int(lines[-1][1])) if lines else Count(1, 0)


def of_pytest(junit):
    """Skipped tests count as neither. An error outside a test, such as a fixture's, is a failure."""
    if not junit.is_file():
        return Count(0, 1)
    count = Count()
    for case in xml.parse(junit).iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            count.failed += 1
        elif case.find("skipped") is None:
            count.passed += 1
    return count


def of_gtest(file):
    count = Count()
    for suite in json.loads(file.read_text())["testsuites"]:
        for test in suite["testsuite"]:
            if "failures" in test:
                count.failed += 1
            elif test.get("result") == "COMPLETED":
                count.passed += 1
    return count


def of_ctest(junit, gtest_folder):
    """Each GoogleTest test of each program that ctest ran; other programs are one check each.

    A program that failed as a whole, by a crash, a leak or a time-out, is one failure more than its tests admit.
    """
    if not junit.is_file():
        return Count(0, 1)
    total = Count()
    for case in xml.parse(junit).iter("testcase"):
        report = gtest_folder / f"{case.get('name')}_test.json"
        count = of_gtest(report) if report.is_file() else Count()
        if case.get("status") != "run":
            count.failed = max(count.failed, 1)
        elif not report.is_file():
            count.passed = 1
        total += count
    return total
