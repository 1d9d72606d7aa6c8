"""Starts that once failed, or passed when they should not have, each by itself."""
import shutil

import pytest

from damage import GONE
from house import House
from segments import segments_of


@pytest.fixture
def house(tmp_path):
    made = House(tmp_path / "house")
    yield made
    if made.process and made.ended() is None:
        made.kill()
    shutil.rmtree(made.folder)


@pytest.mark.parametrize("nth", range(1, 12))
def test_a_first_start_that_is_killed_while_its_certificate_is_made_does_not_stop_the_next(house, nth):
    if house.start(1, f"die=any:/data/tls:{nth}"):
        house.kill()
    assert house.ended() == -9
    house.lose_power(nth)
    assert house.start(2), house.end_of_log()
    house.stop()


def test_a_journal_that_lost_its_last_durable_frame_is_refused_by_name(house):
    assert house.start(1), house.end_of_log()
    house.stop()
    segment = segments_of(house.data)[-1]
    last = segment.frames[-1]
    segment.bytes[last.offset:last.end] = bytes(last.size)
    segment.save()
    assert not house.start(2) and house.ended() == 1
    assert GONE.search(house.end_of_log()) and str(house.data / "journal") in house.end_of_log()
    verified = house.tool("verify")
    assert verified.returncode == 1 and GONE.search(verified.stderr), verified
