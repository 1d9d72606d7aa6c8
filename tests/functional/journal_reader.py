"""A reader of the journal's files by other hands: the grammar of docs/formats/journal.md, and nothing of the server's code."""
import hashlib
import struct
from pathlib import Path

SEGMENT_HEADER = 512
FRAME_HEADER = struct.Struct("<4sHHIQII32sII")  # magic version shard flags first count payload_size previous crc payload_crc
MASKED = 1


def genesis(name, shard):
    return hashlib.sha256(f"Mohur journal, format 1\nname {name}\nshard {shard}\n".encode()).digest()


def records_of(payload, count):
    at = 0
    for _ in range(count):
        (size,) = struct.unpack_from("<I", payload, at)
        yield payload[at + 4:at + 4 + size]
        at += 4 + size
    assert at == len(payload), "the records fill the payload"


def frames_of(segment):
    at = SEGMENT_HEADER
    while at + FRAME_HEADER.size <= len(segment) and segment[at:at + 4] == b"MJF1":
        _, version, _, flags, first, count, size, previous, _, _ = FRAME_HEADER.unpack_from(segment, at)
        assert version == 1
        stored = segment[at:at + FRAME_HEADER.size + size]
        end = at + -(-(FRAME_HEADER.size + size) // 8) * 8
        chain_hash, mark = segment[end:end + 32], segment[end + 32:end + 40]
        assert hashlib.sha256(stored).digest() == chain_hash, f"the hash of the frame at position {first}"
        assert mark in (b"MohurEnd", b"MohurTie")
        payload = stored[FRAME_HEADER.size:]
        if flags & MASKED:
            mask = (previous * (size // 32 + 1))[:size]
            payload = bytes(a ^ b for a, b in zip(payload, mask))
        yield first, count, previous, chain_hash, payload
        at = end + 40


def read_journal(folder, name, shard=0):
    """Position and bytes of each record, in order; every link of the chain is checked on the way."""
    link, position = genesis(name, shard), 1
    for file in sorted(Path(folder).glob("*.seg")):
        for first, count, previous, chain_hash, payload in frames_of(file.read_bytes()):
            assert (first, previous) == (position, link), f"the chain at position {position}"
            for record in records_of(payload, count):
                yield position, record
                position += 1
            link = chain_hash
