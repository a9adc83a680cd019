"""The shape of a promotion day: how many order lines a minute expects, relative to 00:00."""

import math

MINUTES_PER_DAY = 1440
OPENING = -240  # 20:00 of the eve
CLOSE = 1440


def intensity(minute: int) -> float:
    """Return the relative rate at a local minute counted from 00:00 of the promotion's date.

    Before the opening and after the close it is an ordinary day, without the bursts.
    """
    if OPENING <= minute < CLOSE:
        return _ordinary(minute) + _bursts(minute)
    return _ordinary(minute % MINUTES_PER_DAY)


def _ordinary(minute: int) -> float:
    hour = minute / 60
    night_trough = 5.0
    morning = _bump(hour, 10.2, 1.5, 18.4)
    noon = _bump(hour, 12.6, 1.9, 9)
    afternoon = _bump(hour, 15.4, 2.4, 17)
    evening = _bump(hour, 21.0, 1.65, 42)
    return night_trough + morning + noon + afternoon + evening


def _bursts(minute: int) -> float:
    hour = minute / 60
    waiting = _bump(hour, -3.2, 1.7, 15) + _bump(hour, 0.4, 1.0, 12)
    last_chance = _bump(hour, 23.9, 0.35, 22)
    opening = _burst(minute - OPENING, 84, 17) + _burst(minute - OPENING, 25, 75)
    midnight = _burst(minute, 92, 14) + _burst(minute, 31, 62)
    return waiting + last_chance + opening + midnight


def _bump(hour: float, centre: float, width: float, height: float) -> float:
    return height * math.exp(-0.5 * ((hour - centre) / width) ** 2)


def _burst(since: int, height: float, fades_in_minutes: float) -> float:
    return height * math.exp(-since / fades_in_minutes) if since >= 0 else 0.0
