#!/usr/bin/python3
"""Holds the C++ sources against .clang-format; `format.py --fix` writes them the way it wants. The last line counts files."""
import concurrent.futures
import os
import subprocess
import sys

from room_table import ROOT

TOOL = "clang-format-19"


def is_formatted(file):
    return subprocess.run([TOOL, "--dry-run", "-Werror", str(file)], capture_output=True).returncode == 0


def main():
    files = sorted(file for suffix in ("hpp", "cpp") for file in (ROOT / "src").rglob(f"*.{suffix}"))
    if "--fix" in sys.argv[1:]:
        subprocess.run([TOOL, "-i", *map(str, files)], check=True)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        untidy = [file for file, fine in zip(files, pool.map(is_formatted, files)) if not fine]
    for file in untidy:
        print(f"{file.relative_to(ROOT)}: not formatted: tools/format.py --fix")
    print(f"{len(files) - len(untidy)} passed, {len(untidy)} failed")
    return 1 if untidy else 0


if __name__ == "__main__":
    sys.exit(main())
