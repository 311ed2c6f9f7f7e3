"""Axes with round numbers, always starting at zero: a truncated axis lies."""

from math import ceil, floor, log10


def nice_ticks(maximum: float, decimals: int = 0, count: int = 4) -> list[float]:
    """About `count` round steps from 0 to at least `maximum`: 574 → 0, 200, 400, 600. All fit `decimals`."""
    smallest = 10.0**-decimals
    rough = max(maximum / count, smallest)
    magnitude = 10.0 ** floor(log10(rough))
    factors = (1, 2, 2.5, 5, 10) if magnitude > smallest else (1, 2, 5, 10)
    step = next(factor * magnitude for factor in factors if factor * magnitude >= rough * 0.999)
    return [step * rank for rank in range(max(1, ceil(maximum / step - 1e-9)) + 1)]


def ticks_around_zero(minimum: float, maximum: float, decimals: int = 0, count: int = 4) -> list[float]:
    """The same steps on both sides of zero, from `minimum` to `maximum`: -40, 250 → -100, 0, 100, 200, 300."""
    if minimum >= 0:
        return nice_ticks(maximum, decimals, count)
    steps = nice_ticks(max(maximum, 0) - minimum, decimals, count)
    step = steps[1]
    below, above = ceil(-minimum / step - 1e-9), ceil(max(maximum, 0) / step - 1e-9)
    return [step * rank for rank in range(-below, above + 1)]
