"""The closed table of outcomes has no dead rows: each can be given by the program, and some test expects it."""
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROWS = re.findall(r"^OUTCOME\((\w+),\s*(\d+),", (ROOT / "src/ground/base/outcomes.def").read_text(), re.M)
TEST_FILE = re.compile(r"(?:_test\.[ch]pp|test_\w+\.(?:py|hpp))$")
# Compared with, not given; and what a switch over outcomes handles.
ASKED = r"(?:[!=]= |case )(?:mohur::)?Outcome::{token}\b"


def without_comments(text):
    return re.sub(r"//[^\n]*", "", text)


def read(wanted):
    files = [file for folder in ("src", "tests") for file in (ROOT / folder).rglob("*") if file.suffix in (".cpp", ".hpp", ".py")]
    return "\n".join(without_comments(file.read_text()) for file in files if wanted(file.relative_to(ROOT).as_posix()))


NOT_PROGRAM = r"(_test|_fuzz|_bench|test_\w+)\.[ch]pp$|^src/testing/"
PROGRAM = read(lambda name: name.startswith("src/") and not re.search(NOT_PROGRAM, name))
TESTS = read(lambda name: TEST_FILE.search(name) and not name.endswith("test_outcomes.py"))


def gives(program, token):
    rest = re.sub(ASKED.format(token=token), "", program)
    return re.search(rf"Outcome::{token}\b|refuse\({token}\b|fail\({token}\b", rest) is not None


@pytest.mark.parametrize("token", [token for token, _ in ROWS])
def test_a_row_is_given_by_the_program_and_expected_by_a_test(token):
    assert gives(PROGRAM, token), f"nothing gives {token}: take the row out of outcomes.def"
    assert re.search(rf"\b{token}\b", TESTS), f"no test expects {token}: write one"


def test_numbers_are_used_once():
    numbers = [int(number) for _, number in ROWS]
    assert len(numbers) == len(set(numbers))


def test_a_comparison_alone_gives_nothing():
    assert gives("return refuse(Outcome::not_found);", "not_found")
    assert not gives("if (error.outcome == Outcome::not_found) return;", "not_found")
    assert not gives("refuse(Outcome::not_found_here);", "not_found")
