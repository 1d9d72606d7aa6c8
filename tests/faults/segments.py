"""A journal's segment files, read by what docs/formats/journal.md says and nothing else, so that they can be damaged with aim."""
from dataclasses import dataclass
from pathlib import Path

SECTOR, FRAME_HEADER, FRAME_TRAILER = 512, 68, 40


@dataclass
class Frame:
    offset: int
    size: int
    first: int  # position of its first record

    @property
    def end(self):
        return self.offset + self.size


class Segment:
    def __init__(self, path):
        self.path = Path(path)
        self.bytes = bytearray(self.path.read_bytes())
        self.frames = []
        at = SECTOR
        while self.bytes[at:at + 4] == b"MJF1":
            size = (FRAME_HEADER + self.number(at + 24, 4) + FRAME_TRAILER + 7) // 8 * 8
            self.frames.append(Frame(at, size, self.number(at + 12, 8)))
            at += size
        self.end = at  # of what was written

    def number(self, at, size):
        return int.from_bytes(self.bytes[at:at + size], "little")

    def frame_at(self, offset):
        return next((frame for frame in self.frames if frame.offset <= offset < frame.end), None)

    def save(self):
        self.path.write_bytes(self.bytes)


def segments_of(data):
    return [Segment(path) for path in sorted((Path(data) / "journal").glob("*.seg"))]
