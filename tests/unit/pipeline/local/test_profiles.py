"""The sizes of the embedded parts, by the memory and the cores of the machine."""

import pytest

from pipeline.local.profiles import GIB, LAPTOP, SPLIT_WALL, WALL, Profile, choose_profile


@pytest.mark.parametrize(
    ("gib", "cores", "wanted"),
    [(8, 8, LAPTOP), (15, 2, LAPTOP), (15.5, 2, WALL), (16, 3, WALL), (64, 4, SPLIT_WALL)],
)
def test_auto_goes_by_the_machine(gib: float, cores: int, wanted: Profile) -> None:
    assert choose_profile("auto", int(gib * GIB), cores) == wanted


def test_what_is_asked_for_is_taken() -> None:
    assert choose_profile("laptop", 64 * GIB, 16) == LAPTOP
    assert choose_profile("wall", 4 * GIB, 2) == WALL
    assert choose_profile("wall", 4 * GIB, 16) == SPLIT_WALL


@pytest.mark.parametrize("profile", [LAPTOP, WALL, SPLIT_WALL])
def test_two_generations_and_the_archive_job_have_a_slot_for_each_way(profile: Profile) -> None:
    assert profile.slots == 2 * profile.parallelism + 1
