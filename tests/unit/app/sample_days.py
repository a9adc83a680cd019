"""The shape of a promotion day, from a seed."""

import math
import random

DAY = 1680
NOW = 1248  # minutes since opening: 16:48


def flow(seed: int = 1111, minutes: int = NOW) -> list[int]:
    """Return cents per minute: an opening burst, a midnight burst, a trough, a day."""
    dice = random.Random(seed)
    made = []
    for x in range(minutes):
        burst = 1.8e10 * math.exp(-x / 18) if x < 240 else 1.9e10 * math.exp(-(x - 240) / 22)
        day = 2.6e9 * math.exp(-(((x - 960) / 260) ** 2)) + 4e8
        evening = 1.4e9 * math.exp(-(((x - 1490) / 90) ** 2))
        made.append(int((burst + day + evening) * dice.uniform(0.94, 1.06)))
    return made
