"""What happens to a house: each ordeal takes a world that is not running, and leaves it so, with a word about what was done.

The numbers are how likely each is.
"""
import shutil

from api import Api, Line
from damage import flip_a_bit, tear_the_end
from house import SECONDS_MAX, Finding

ANSWERS_MAX = 4000
STARTING_CALLS = 330  # about so many calls to the disk make a start
STARTING_SECONDS = 0.4
JOURNAL = "/data/journal/"
PARTS = [JOURNAL] * 4 + ["/data/vault/", "/data/state/", "/data/sandbox-bank/", "/data/rails/", "/data/requests/", ""]


def kill(world):
    return f"ended with {world.life()}"


def lose_power(world):
    return f"ended with {world.life()}{world.maybe_lose_power()}"


def kill_while_starting(world):
    """After a kill, again in the middle of recovery, up to three times in a row."""
    world.life()
    told = []
    for _ in range(world.chance.randrange(1, 4)):
        world.count["starts"] += 1
        if world.chance.random() < 0.5:
            nth = world.chance.randrange(1, STARTING_CALLS)
            world.house.start(world.draw(), f"die=any::{nth}")
            told.append(f"call {nth}")
        else:
            seconds = world.chance.random() * STARTING_SECONDS
            world.house.start(world.draw(), while_starting=world.kill_after(seconds))
            told.append(f"{seconds:.3f} s")
        if world.kill() != -9:
            raise Finding(f"a start ended by itself: {world.house.ended()}")
        told[-1] += world.maybe_lose_power(0.4)
    return "killed at " + ", ".join(told)


def die_in_a_call(world):
    """In the middle of a write, say, with a part of it written."""
    call = world.chance.choice(["write", "flush", "any"])
    order = f"die={call}:{world.chance.choice(PARTS)}:{world.chance.randrange(1, 120)}"
    status = world.life(order, answers=600)
    world.count["kills"] += 1
    if status != -9:
        raise Finding(f"a server that should have been killed ended with {status}")
    return order + world.maybe_lose_power(0.6)


def fail_a_call(world):
    """A flush, a write or an allocation fails: the server stops, or does without it, and keeps what it acknowledges."""
    call = world.chance.choice(["write", "flush", "flush", "allocate"])
    error = "io" if call == "flush" else world.chance.choice(["io", "full"])
    order = f"fail={call}:{world.chance.choice(PARTS)}:{world.chance.randrange(1, 80)}:{error}"
    status = world.life(order, answers=600)
    world.count["failed calls"] += 1
    # RocksDB asserts where it goes on after an error of its own.
    if status not in (1, -9) and not (status == -6 and "rocksdb::" in world.house.end_of_log(3)):
        raise Finding(f"after a failed call the server ended with {status}")
    return f"{order} ended with {status}{world.maybe_lose_power(0.4)}"


def fill_the_disk(world):
    """Full for a while: nothing is taken, what is there can be read, and afterwards everything goes on."""
    world.serve()
    world.load(fat=True)
    world.until_answers(world.chance.randrange(1, 100))
    history = world.history
    history.refusals.clear()
    world.house.full.touch()
    wanted, most = world.chance.randrange(1, 40), history.answers + ANSWERS_MAX
    works = world.until(lambda: history.refusals.get("storage_full", 0) >= wanted or history.answers >= most)
    refused = history.refusals.get("storage_full", 0)
    if works and refused:
        read_balances(world)
    world.house.full.unlink()
    if works and world.until_answers(50):
        world.kill()
    world.leave()
    status = world.house.ended()
    world.count["full disks"] += 1
    if status == -9:
        return f"{refused} refusals"
    # The state that gathers in memory had to be written out; the journal has everything.
    if status != 1 or "writing a run of the store" not in world.house.end_of_log():
        raise Finding(f"a full disk ended the server: {status}")
    return f"{refused} refusals, and then the state had no room"


def read_balances(world):
    line = Line(Api(world.house.facts))
    for client in world.history.clients:
        answer = line.get("/v1/balances", client.key)
        if answer.status != 200:
            raise Finding(f"balances cannot be read while the disk is full: {answer}")
    line.close()


def tear(world):
    world.life()
    return on_a_copy(world, lambda house: tear_the_end(house, world.chance, world.history))


def flip(world):
    world.life()
    return on_a_copy(world, lambda house: flip_a_bit(house, world.chance, world.history))


def on_a_copy(world, damage):
    copy = world.house.copy(world.house.folder / "copy")
    try:
        world.count["damages"] += 1
        return damage(copy)
    except Finding as finding:
        raise Finding(f"{finding}\n{copy.end_of_log()}") from finding
    finally:
        if copy.process and copy.ended() is None:
            copy.kill()
        shutil.rmtree(copy.folder)


ORDEALS = {kill: 2, kill_while_starting: 3, lose_power: 4, die_in_a_call: 4, fail_a_call: 3, fill_the_disk: 2, tear: 2, flip: 2}
