#!/usr/bin/python3
"""Runs clang-tidy (.clang-tidy says which checks and why) over the sources that changed since they were last found clean.

How      A source's stamp is the hash of everything that can change the verdict: the source, each header of ours that it
         reaches, its compile command, .clang-tidy and the tool's version. Stamps of clean sources lie in the user's cache,
         so they serve every clone and build folder. Tests, fuzzers and benchmarks are left to the compilers.
Usage    tidy_code.py BUILD_FOLDER [SOURCE...]    BUILD_FOLDER has a compile_commands.json. The last line counts sources.
"""
import concurrent.futures
import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

from room_table import ROOT, is_for_tests, read_rooms

TOOL = "clang-tidy-19"
# The compile commands are g++'s: cmake/options.cmake says the same to clang.
CLANG_ARGUMENTS = ("-Wno-unknown-warning-option", "-Wno-missing-designated-field-initializers")
# A header that g++ has parsed already is no business of clang's, and each source is to stand alone.
PARSED = re.compile(r" -Winvalid-pch| -include \S+/cmake_pch\.hxx| -fpch-preprocess")
STAMPS = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "mohur-tidy"
QUOTED = re.compile(r'^\s*#\s*include\s*"([^"/]+)/([^"]+)"', re.MULTILINE)


class Stamper:
    def __init__(self, rooms):
        self.rooms = rooms
        self.texts = {}
        version = subprocess.run([TOOL, "--version"], check=True, capture_output=True).stdout
        self.common = version + (ROOT / ".clang-tidy").read_bytes()

    def text(self, file):
        if file not in self.texts:
            self.texts[file] = file.read_text(errors="replace") if file.is_file() else ""
        return self.texts[file]

    def reached(self, file):
        found, waiting = set(), [file]
        while waiting:
            file = waiting.pop()
            if file in found:
                continue
            found.add(file)
            for room, rest in QUOTED.findall(self.text(file)):
                if room in self.rooms:
                    waiting.append(ROOT / "src" / self.rooms[room].path / rest)
        return sorted(found)

    def stamp(self, file, command):
        made = hashlib.sha256(self.common + command.encode())
        for reached in self.reached(file):
            made.update(str(reached.relative_to(ROOT)).encode() + b"\0" + self.text(reached).encode())
        return STAMPS / made.hexdigest()


def commands_in(build):
    """Compile command of each source, in a form that is the same in every clone and folder; and a folder with the commands."""
    commands = {}
    entries = json.loads((build / "compile_commands.json").read_text())
    for entry in entries:
        entry["command"] = PARSED.sub("", entry["command"])
        file = Path(entry["directory"], entry["file"]).resolve()
        words = entry["command"].split(" -o ")[0]
        commands[file] = words.replace(str(build), "BUILD").replace(str(ROOT), "ROOT")
    folder = build / "tidy"
    folder.mkdir(exist_ok=True)
    (folder / "compile_commands.json").write_text(json.dumps(entries))
    return commands, folder


def tidy(folder, build, file):
    run = subprocess.run([TOOL, "-p", str(folder), "--quiet", *(f"--extra-arg={arg}" for arg in CLANG_ARGUMENTS), str(file)],
                         capture_output=True, text=True)
    return run.returncode == 0, run.stdout.replace(f"{build}/rooms/", "").replace(f"{ROOT}/", "")


def main():
    build = Path(sys.argv[1]).resolve()
    rooms = read_rooms()
    commands, folder = commands_in(build)
    if len(sys.argv) > 2:
        sources = [Path(name).resolve() for name in sys.argv[2:]]
    else:
        sources = [s for room in rooms.values() for s in room.sources if s.suffix == ".cpp" and not is_for_tests(s)]
    missing = [source for source in sources if source not in commands]
    for source in missing:
        print(f"{source.relative_to(ROOT)} is not in {build.name}/compile_commands.json: configure again")
    stamper = Stamper(rooms)
    STAMPS.mkdir(parents=True, exist_ok=True)
    waiting = {file: stamper.stamp(file, commands[file]) for file in sources if file not in missing}
    due = [file for file, stamp in waiting.items() if not stamp.exists()]
    failed, told = len(missing), set()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for file, (clean, said) in zip(due, pool.map(lambda file: tidy(folder, build, file), due)):
            if clean:
                waiting[file].touch()
                continue
            failed += 1
            for block in re.split(r"(?m)^(?=\S+:\d+:\d+: (?:error|warning): )", said):
                if block.strip() and block not in told:  # a header's finding comes up in each source that includes it
                    told.add(block)
                    print(block, end="")
    print(f"{len(sources) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
