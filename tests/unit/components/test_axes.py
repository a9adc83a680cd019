"""Where the axis of a shop ends that does not sell in every minute."""

from components.widgets.axes import cap


def test_quiet_minutes_do_not_cut_the_axis_down_to_the_smallest_sale() -> None:
    sold = [10_000 + 100 * i for i in range(60)]
    assert cap([0] * 640 + sold) == max(sold) * 112 // 100


def test_a_burst_over_minutes_that_sold_is_still_cut() -> None:
    assert cap([0] * 500 + [100] * 99 + [10_000]) == 140
