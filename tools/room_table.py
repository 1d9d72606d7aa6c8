"""Reads src/rooms.cmake, the table of arrows, and finds the sources of each room: what several tools need to know alike."""
import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE_SUFFIXES = {".cpp", ".hpp", ".def"}
KEYWORDS = ("USES", "TEST_USES", "LIBS", "PURE", "PARSED", "TEST_PARSED")


@dataclass
class Room:
    name: str
    path: str  # below src/, such as core/ledger
    line: int  # of its row in src/rooms.cmake
    uses: list
    test_uses: list
    libs: list
    pure: bool
    sources: list  # paths, sorted

    def tests(self):
        return [source for source in self.sources if source.name.endswith("_test.cpp")]

    # The programs that the room's x_fuzz.cpp files make: <room>_x_fuzz.
    def fuzzers(self):
        return [f"{self.name}_{source.stem}" for source in self.sources if source.name.endswith("_fuzz.cpp")]


def is_for_tests(source):
    return source.stem.endswith(("_test", "_fuzz", "_bench"))


def read_rooms(root=ROOT):
    text = re.sub(r"#[^\n]*", "", (root / "src/rooms.cmake").read_text())
    rooms = {}
    for call in re.finditer(r"\broom\(([^)]*)\)", text):
        path, *words = call[1].split()
        parts = {keyword: [] for keyword in KEYWORDS}
        keyword = None
        for word in words:
            if word in parts:
                keyword = word
                parts[word].append(None)
            elif keyword is None:
                raise SystemExit(f"src/rooms.cmake: {path} has a word that room() does not know: {word}")
            else:
                parts[keyword].append(word)
        given = {key: [word for word in value if word] for key, value in parts.items()}
        folder = root / "src" / path
        sources = sorted(file for file in folder.glob("*") if file.suffix in SOURCE_SUFFIXES)
        name = path.rsplit("/", 1)[-1]
        rooms[name] = Room(name, path, text[: call.start()].count("\n") + 1, given["USES"], given["TEST_USES"], given["LIBS"],
                           bool(parts["PURE"]), sources)
    return rooms
