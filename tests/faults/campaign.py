#!/usr/bin/python3
"""Plays worlds, one seed after the other, and says what was found: a server on a bad disk, killed and restarted, with clients
that remember what they were told.

Usage    campaign.py [--seed N] [--seeds N | --seconds N] [--rounds N] [--ordeal NAME]... [--plant NAME] [--keep FOLDER]
         Build first: `ninja -C build/dev mohur mohur_faulty`.
Replay   Each finding names its seed; `campaign.py --seed N --seeds 1` plays it again.
"""
import argparse
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from house import Finding
from world import World

ROUNDS = 6
MEMORY_BYTES_MIN = 2 << 30


def new_folder():
    """In memory where there is room: the disk is played by the server's own process."""
    memory = Path("/dev/shm")
    has_room = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > MEMORY_BYTES_MIN
    return Path(tempfile.mkdtemp(prefix="mohur_faults_", dir=memory if has_room else None))


def play(seed, rounds=ROUNDS, plant="none", ordeals=(), say=print, keep=None, count=None):
    """Plays one world, of some ordeals or of all; answers what was found, or nothing."""
    folder = new_folder()
    world = World(seed, folder, plant, ordeals, say)
    try:
        world.live(rounds)
        return None
    except Finding as finding:
        say(f"seed {seed} round {world.round}: FOUND: {finding}\n   the end of the server's log:\n{world.house.end_of_log()}")
        if keep:
            shutil.copytree(folder, Path(keep) / str(seed), dirs_exist_ok=True)
        return str(finding)
    finally:
        for caller in world.callers:
            caller.halt.set()
        world.hooks.close()
        if world.house.process and world.house.ended() is None:
            world.house.kill()
        shutil.rmtree(folder, ignore_errors=True)
        if count is not None:
            count.update(world.count)
            count["seeds"] += 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=int(time.time()), help="the first one; another each time when absent")
    parser.add_argument("--seeds", type=int, help="how many worlds")
    parser.add_argument("--seconds", type=float, default=60, help="begin no world after so long (60)")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"ordeals of each world ({ROUNDS})")
    parser.add_argument("--ordeal", action="append", default=[], help="only this one, of ordeals.py; may be said again")
    parser.add_argument("--plant", default="none", help="a mistake of src/testing/baddisk/plants.hpp, to be found")
    parser.add_argument("--keep", help="where the folders of worlds with findings are copied to")
    options = parser.parse_args()
    began, count, found, seed = time.monotonic(), Counter(), [], options.seed
    while (seed < options.seed + options.seeds) if options.seeds else (time.monotonic() - began < options.seconds):
        if play(seed, options.rounds, options.plant, options.ordeal, lambda text: print(text, flush=True), options.keep, count):
            found.append(seed)
        seed += 1
    print(f"in {time.monotonic() - began:.0f} s: " + ", ".join(f"{number} {what}" for what, number in sorted(count.items())))
    print(f"seeds with findings: {found}" if found else "nothing was found")
    return 1 if found else 0


if __name__ == "__main__":
    os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
    sys.exit(main())
