"""Reference data a new installation starts with; from then on its rows belong to the people who edit them."""

from households.reference import budgets, datalife, letters


def seed() -> None:
    budgets.seed()
    letters.seed()
    datalife.seed()
