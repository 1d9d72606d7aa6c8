#!/usr/bin/python3
"""Holds the text of the repository to the house's rules that no other tool sees, and names each breach with file and line.

Rules    No line over 130 columns but in tables (.def), no tab, no trailing space, a newline at the end. No mark of
         unfinished work: finish it or file it. No path of anybody's machine. A header has #pragma once and begins with a
         sentence. A room has a README.md. A C++ test does not sleep (it waits for the condition) and is not switched off.
Usage    tidy_text.py [--root FOLDER]    The last line counts files and rooms: `N passed, N failed`.
"""
import argparse
import re
import subprocess
import sys
from pathlib import Path

from room_table import ROOT, read_rooms

COLUMNS_MAX = 130
CODE = {".cpp", ".hpp", ".def", ".py", ".cmake", ".sh", ".ts", ".tsx", ".css"}
CODE_NAMES = {"CMakeLists.txt", "test", "run"}
GENERATED = re.compile(r"(?:^|/)generated/|\.lock$|package-lock\.json$")
UNFINISHED = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
PEOPLES_FOLDERS = re.compile(r"/(?:home|Users)/(?!user\b)\w+|(?<!\w)/ro" r"ot/")
SLEEPS = re.compile(r"\b(?:sleep_for|sleep_until|usleep|nanosleep)\b")


def committed_files(root):
    """Tracked files and new ones that are not ignored."""
    listing = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"], cwd=root, check=True,
                             capture_output=True, text=True).stdout
    return sorted(file for name in set(listing.split("\0")) - {""} if (file := root / name).is_file())


def is_code(file):
    return file.suffix in CODE or file.name in CODE_NAMES


def line_findings(file, lines, root):
    code, test = is_code(file), file.name.endswith("_test.cpp")
    for number, line in enumerate(lines, 1):
        if str(root) in line and len(str(root)) > 4 or PEOPLES_FOLDERS.search(line):
            yield number, "a path of somebody's machine"
        if not code:
            continue
        if len(line) > COLUMNS_MAX and file.suffix != ".def" and 'R"' not in line:  # a raw string cannot be wrapped
            yield number, f"{len(line)} columns; {COLUMNS_MAX} is the most"
        if "\t" in line or line != line.rstrip():
            yield number, "a tab or a space at the end"
        if mark := UNFINISHED.search(line):
            yield number, f"{mark[0]}: finish it, or file it and take the mark away"
        if test and SLEEPS.search(line):
            yield number, "a test waits for a condition, never for a time"
        if test and "DISABLED_" in line:
            yield number, "a test that is off: mend it or remove it"


def header_findings(lines):
    """The opening comment: one sentence that a newcomer understands."""
    comment = []
    for line in lines:
        if not line.startswith("//"):
            break
        comment.append(line[2:].strip())
    opening = " ".join(comment).split("  ")[0]
    if not comment or not re.match(r"[`A-Z0-9].*[.:]", opening):
        yield 1, "a header begins with a comment: one sentence that a newcomer understands"
    if "#pragma once" not in lines:
        yield 1, "a header needs #pragma once"


def findings(file, root):
    try:
        text = file.read_text()
    except UnicodeDecodeError:
        return
    if not text or GENERATED.search(str(file.relative_to(root))):
        return
    lines = text.split("\n")
    yield from line_findings(file, lines, root)
    if is_code(file) and not text.endswith("\n"):
        yield len(lines), "no newline at the end"
    if file.suffix == ".hpp":
        yield from header_findings(lines)


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--root", type=Path, default=ROOT)
    root = options.parse_args().root.resolve()
    passed = failed = 0
    for file in committed_files(root):
        found = list(findings(file, root))
        for number, finding in found:
            print(f"{file.relative_to(root)}:{number}: {finding}")
        passed, failed = passed + (not found), failed + bool(found)
    for room in read_rooms(root).values():
        described = (root / "src" / room.path / "README.md").is_file()
        if not described:
            print(f"src/{room.path}: a room has a README.md: its promise, its main types, where to look")
        passed, failed = passed + described, failed + (not described)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
