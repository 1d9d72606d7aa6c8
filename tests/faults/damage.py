"""Damage done to a copy of a house that was killed, and what the product must make of it: cut exactly, or refuse by name.

What was torn off the end as an interrupted write would be is cut at the exact frame, and all before it is served. Any other
damage is refused with file, offset and position, nothing is changed, and nothing from there on is served.
"""
import json
import re
import shutil

from api import Api, Line, NoAnswer
from house import Finding
from segments import SECTOR, segments_of
from work import repeat_call

GONE = re.compile(r"reflects position \d+|does not reach to position \d+")


def flip_a_bit(house, chance, history):
    """One bit, anywhere in any segment; half of them near the end, where a recovery looks hardest."""
    segments = segments_of(house.data)
    segment = segments[-1] if chance.random() < 0.7 else chance.choice(segments)
    near_end = chance.random() < 0.5
    at = (chance.randrange(max(0, segment.end - 2048), min(segment.end + 512, len(segment.bytes))) if near_end
          else chance.randrange(segment.end if chance.random() < 0.8 else len(segment.bytes)))
    segment.bytes[at] ^= 1 << chance.randrange(8)
    segment.save()
    frame = segment.frame_at(at)
    what = f"bit flipped at {at} of {segment.path.name}"
    expect_refusal(house, segment, frame.offset if frame else None, what, by_start=segment is segments[-1])
    if segment is not segments[-1]:
        expect_nothing_wrong(house, history, what)
    return f"{what}: refused"


def expect_refusal(house, segment, offset, what, by_start=True):
    """By `mohur verify`, and by a start, which reads the last segment only."""
    damaged = bytes(segment.bytes)
    verified = house.tool("verify")
    check_named(verified.returncode, verified.stderr, segment, offset, f"mohur verify: {what}")
    if by_start:
        if house.start(1):
            house.kill()
            raise Finding(f"{what}: served in spite of it")
        check_named(house.ended(), house.end_of_log(), segment, offset, f"mohur serve: {what}")
    if segment.path.read_bytes() != damaged:
        raise Finding(f"{what}: the damaged file was changed")


def expect_nothing_wrong(house, history, what):
    """A server may live with damage in its past, but what it answers is right or refused as damaged; or it stops and says why."""

    def has_named_it():
        return house.ended(20) == 1 and "offset" in house.end_of_log(3)

    if not house.start(1):
        if has_named_it():
            return  # the state was to be made from there
        raise Finding(f"{what}: does not start, and does not say why")
    line = Line(Api(house.facts))
    try:
        for client in history.clients:
            for call in [call for call in client.calls if call.state == "done" and call.key][-300:]:
                answer = line.call("POST", call.path, client.key_for(call), call.body, call.key)
                if answer.token != "data_damaged" and (answer.status, answer.body) != (call.status, call.answer):
                    raise Finding(f"{what}: {call.kind} {call.key} was {call.status} {call.answer!r} and is {answer}")
    except NoAnswer as silence:
        if not has_named_it():  # who reads the journal behind the others has come there
            raise Finding(f"{what}: no answer, and it does not say why") from silence
        return
    finally:
        line.close()
    house.kill()


def check_named(status, said, segment, offset, what):
    named = re.search(re.escape(str(segment.path)) + r", offset (\d+), position \d+", said)
    if status != 1 or not named:
        raise Finding(f"{what}: should be refused with file, offset and position: {status} {said}")
    if offset is not None and int(named[1]) != offset:
        raise Finding(f"{what}: the frame at {offset} is damaged, but offset {named[1]} is named")


def tear_the_end(house, chance, history):
    """Everything from some byte of the last frames on was never written, or the file is cut short there."""
    if chance.random() < 0.6:  # nothing beside the journal knows how far it went
        shutil.rmtree(house.data / "state")
        shutil.rmtree(house.data / "rails")
    segment = segments_of(house.data)[-1]
    if not segment.frames:
        return "nothing to tear"
    frame = chance.choice(segment.frames[-3:])
    at = chance.randrange(frame.offset, frame.end)
    if chance.random() < 0.25:
        del segment.bytes[at:]
        segment.save()
        expect_refusal(house, segment, None, f"file cut short at {at}")
        return f"file cut short at {at}: refused"
    last_sector = (frame.end - 1) // SECTOR * SECTOR
    came_first = b""
    if chance.random() < 0.5 and -(-at // SECTOR) * SECTOR < last_sector:  # whole sectors in front of the last are missing
        at = -(-at // SECTOR) * SECTOR
        came_first = bytes(segment.bytes[last_sector:frame.end])
    segment.bytes[at:segment.end] = bytes(segment.end - at)
    segment.bytes[last_sector:last_sector + len(came_first)] = came_first
    segment.save()
    return expect_prefix(house, frame.first, history, f"torn at {at}")


def expect_prefix(house, first_lost, history, what):
    """All that was journaled before the torn frame is served as it was answered, and nothing else of the past.

    Where the state or the rails have noted a later position, the missing frames are missed, and the start is refused.
    """
    events = house.events()
    things = [event["data"]["object"] for event in events]
    kept, steps = {thing.get("id") for thing in things}, {(thing.get("id"), thing.get("sequence")) for thing in things}
    if len(events) != first_lost - 1:
        raise Finding(f"{what}: {first_lost - 1} events should be left: {len(events)}")
    if not house.start(1):
        if house.ended() == 1 and GONE.search(house.end_of_log()):
            return f"{what}: refused, since what is gone was noted elsewhere"
        raise Finding(f"{what}: does not start")
    line = Line(Api(house.facts))
    try:
        for client in history.clients:
            for call in [call for call in client.calls if call.state == "done" and call.id][-80:]:
                if call.kind.startswith("batch_"):  # of which the batch may be left, and not the step
                    if (call.id, json.loads(call.answer)["sequence"]) in steps:
                        repeat_call(line, client, call)
                elif call.id in kept:
                    repeat_call(line, client, call)
                elif call.kind != "funding":
                    answer = line.get(f"{call.path}/{call.id}", client.key)
                    if answer.status != 404:
                        raise Finding(f"{what}: {call.id} was cut off and is still served: {answer}")
    finally:
        line.close()
    house.stop()
    house.verify(clean=True)
    return f"{what}: {first_lost - 1} events left"
