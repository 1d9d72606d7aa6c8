#!/usr/bin/python3
"""Holds every #include of src/ against the table of arrows in src/rooms.cmake, and names each breach with file and line.

Why      The compiler refuses a header of a room that is not named, and the link test a symbol. Neither sees a header that
         is reached by a relative path, an outside library that another room owns, or an arrow that nobody needs any more.
How      A room may include itself, the rooms it USES and, in _test, _fuzz and _bench files, those it TEST_USES. Headers are
         not passed on: who includes a room's header names that room, and also the rooms that this header includes.
         An outside library belongs to the rooms that name it in LIBS; OUTSIDE below says which headers are whose.
Usage    rooms.py [--root FOLDER]    The last line counts rooms: `N passed, N failed`.
"""
import argparse
import re
import sys
from pathlib import Path

from room_table import ROOT, is_for_tests, read_rooms

# Beginning of an outside header -> the LIBS that bring it. A room that includes it names one of them.
OUTSIDE = {
    "argon2.h": {"PkgConfig::argon2"},
    "CLI/": {"CLI11::CLI11"},
    "boost/asio": {"Boost::headers"},
    "boost/beast": {"Boost::headers"},
    "boost/system": {"Boost::headers"},
    "cjose/": {"PkgConfig::cjose"},
    "curl/": {"PkgConfig::curl"},
    "expat.h": {"PkgConfig::expat"},
    "fmt/": {"fmt::fmt"},
    "isa-l": {"PkgConfig::isal"},
    "jansson.h": {"PkgConfig::jansson"},
    "libxml/": {"PkgConfig::xml2"},
    "openssl/": {"OpenSSL::SSL", "OpenSSL::Crypto"},
    "png.h": {"PkgConfig::png"},
    "cmark.h": {"PkgConfig::cmark"},
    "qrencode.h": {"PkgConfig::qrencode"},
    "rocksdb/": {"RocksDB::rocksdb-shared"},
    "simdjson.h": {"PkgConfig::simdjson"},
    "sodium": {"PkgConfig::sodium"},
    "toml++/": {"tomlplusplus::tomlplusplus"},
    "zip.h": {"PkgConfig::zip"},
    "zlib.h": {"ZLIB::ZLIB"},
    "zstd.h": {"PkgConfig::zstd"},
}
# Vocabulary without a library behind it: any room may speak it.
COMMON = ("boost/container/", "boost/container_hash/", "boost/describe", "boost/intrusive/", "boost/mp11", "boost/preprocessor/",
          "boost/sort/", "boost/unordered")
TESTS_ONLY = ("gmock/", "gtest/")
# The language's own headers have neither a folder nor an ending; these are the system's.
SYSTEM = re.compile(
    r"^(?:[a-z_0-9]+|(?:arpa|linux|net|netinet|sys)/\w+\.h"
    r"|(?:dirent|endian|errno|execinfo|fcntl|\w*intrin|netdb|poll|pthread|sched|signal|spawn|termios|time|unistd)\.h)$")

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)', re.MULTILINE)


def includes_of(source):
    """(line, quoted, bracketed) of each include; one of the two is empty."""
    text = source.read_text(errors="replace")
    return [(text.count("\n", 0, found.start(0) + len(found[0])) + 1, found[1], found[2]) for found in INCLUDE.finditer(text)]


class Survey:
    """One walk over all rooms: findings by room, and which arrows and libraries were needed."""

    def __init__(self, root):
        self.root = root
        self.rooms = read_rooms(root)
        self.findings = {name: [] for name in self.rooms}
        self.reached = {}

    def say(self, room, text):
        self.findings[room.name].append(text)

    def place(self, source, line):
        return f"{source.relative_to(self.root)}:{line}"

    def rooms_reached_by(self, header):
        """Rooms whose headers come in with `ledger/account.hpp`, each with the include that brings it; its own room too."""
        if header not in self.reached:
            self.reached[header] = found = {header.split("/")[0]: header}
            owner = self.rooms.get(header.split("/")[0])
            file = self.root / "src" / owner.path / header.split("/", 1)[1] if owner else None
            if file and file.is_file():
                for _, quoted, _ in includes_of(file):
                    if quoted and "/" in quoted:
                        for name in self.rooms_reached_by(quoted):
                            found.setdefault(name, quoted)
        return self.reached[header]

    def examine_quoted(self, room, source, line, header, needed):
        first = header.split("/")[0]
        if ".." in header.split("/") or "/" not in header or first not in self.rooms:
            self.say(room, f'{self.place(source, line)}: "{header}" does not begin with a room: write "<room>/<file>"')
            return
        allowed = {room.name, *room.uses, *(room.test_uses if is_for_tests(source) else ())}
        for name, via in self.rooms_reached_by(header).items():
            needed.add(name)
            if name in allowed or name not in self.rooms:
                continue
            how = f'"{header}"' if name == first else f'"{header}", which includes "{via}"'
            only = "names it for its tests only" if name in room.test_uses else "does not name it"
            self.say(room, f"{self.place(source, line)}: {room.name} includes {how}, a header of {name}, "
                           f"but {only} in src/rooms.cmake")

    def examine_bracketed(self, room, source, line, header, libraries):
        if SYSTEM.match(header) or header.startswith(COMMON):
            return
        if header.startswith(TESTS_ONLY):
            if not is_for_tests(source):
                self.say(room, f"{self.place(source, line)}: <{header}> is for tests only")
            return
        owning = next((libs for start, libs in OUTSIDE.items() if header.startswith(start)), None)
        if owning is None:
            self.say(room, f"{self.place(source, line)}: <{header}> has no owner: add it to OUTSIDE in tools/rooms.py "
                           "and to the LIBS of the one room that owns it")
        elif not owning & set(room.libs):
            owners = [other.name for other in self.rooms.values() if owning & set(other.libs)]
            whose = " and ".join(owners) or "no room yet"
            self.say(room, f"{self.place(source, line)}: <{header}> belongs to {whose}, not to {room.name}")
        else:
            libraries |= owning

    def examine(self, room):
        needed, needed_by_tests, libraries = set(), set(), set()
        for source in room.sources:
            for line, quoted, bracketed in includes_of(source):
                if quoted:
                    self.examine_quoted(room, source, line, quoted, needed_by_tests if is_for_tests(source) else needed)
                else:
                    self.examine_bracketed(room, source, line, bracketed, libraries)
        if room.sources:
            self.thank(room, needed, needed_by_tests, libraries)

    def thank(self, room, needed, needed_by_tests, libraries):
        """An arrow that is no longer needed goes, so that the table stays the truth."""
        for name in room.uses:
            if name in needed:
                continue
            if name in needed_by_tests:
                self.say(room, f"Good job! Only the tests of {room.name} include {name}: "
                               "move it to TEST_USES in src/rooms.cmake.")
            else:
                self.say(room, f"Good job! {room.name} no longer includes {name}: remove it from src/rooms.cmake.")
        for name in room.test_uses:
            if name not in needed_by_tests:
                self.say(room, f"Good job! The tests of {room.name} no longer include {name}: remove it from src/rooms.cmake.")
        for library in room.libs:
            if library not in libraries and any(library in owning for owning in OUTSIDE.values()):
                self.say(room, f"Good job! {room.name} no longer includes {library}: remove it from src/rooms.cmake.")


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--root", type=Path, default=ROOT)
    survey = Survey(options.parse_args().root.resolve())
    for room in survey.rooms.values():
        survey.examine(room)
    for found in survey.findings.values():
        for finding in found:
            print(finding)
    failed = sum(bool(found) for found in survey.findings.values())
    print(f"{len(survey.findings) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
