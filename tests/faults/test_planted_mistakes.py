"""The tester is tested: with each planted mistake (src/testing/baddisk/plants.hpp) the worlds must find something.

They are made of the ordeals that bring such a mistake to light, and each of these is among those of every world.
"""
import pytest

from campaign import play

WORLDS_MAX = 10  # most are found in the first or second
PLANTS = {"early_flush": ["lose_power"], "lying_flush": ["lose_power"], "forgotten_answers": ["kill"], "dropped_frame": ["kill"],
          "cut_damage": ["flip"]}


@pytest.mark.parametrize("plant", PLANTS)
def test_a_planted_mistake_is_found(plant):
    seeds = range(1, WORLDS_MAX + 1)
    assert any(play(seed, rounds=3, plant=plant, ordeals=PLANTS[plant]) for seed in seeds), f"{plant} lives on"
