"""Worlds from the seed MOHUR_FAULT_SEED on, for MOHUR_FAULT_SECONDS (./test --fault-seed, --fault-seconds)."""
import os
import time
from collections import Counter

from campaign import play

SECONDS = float(os.environ.get("MOHUR_FAULT_SECONDS", 60))
SEED = int(os.environ.get("MOHUR_FAULT_SEED", 1))


def test_what_was_acknowledged_is_there_exactly_once_whatever_happens():
    began, seed, found, count = time.monotonic(), SEED, {}, Counter()
    while time.monotonic() - began < SECONDS:
        if finding := play(seed, count=count):
            found[seed] = finding
        seed += 1
    print(dict(count))
    assert not found
