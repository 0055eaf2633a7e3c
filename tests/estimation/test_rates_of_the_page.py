"""Every rate lies where the page says, in other runs than those it was made from."""

from estimation.test_rates import page

from simulation.estimation.rates import measure_rates

__all__ = ["page"]
WIDER = 1.5
"""Of many intervals of 95% some part by chance; none by half as much again as both are wide."""


def test_every_rate_lies_where_the_page_says(page):
    for each in measure_rates(300, seed=2, workers=2):
        value, low, high, _ = page[each.rate.name, each.window.name]
        room = WIDER * (
            max(high - value, value - low) + max(each.high - each.value, each.value - each.low)
        )
        assert abs(each.value - value) <= room, (each.rate.name, each.window.name)
