"""Housing and energy."""

from cias.accounts.matrix.line import ALL, DIRECTION, TS, Right

GROUP = "Logement et énergie"

LINES: tuple[Right, ...] = (
    Right("housing.view", "Lire les logements, les places et les séjours", {TS: ALL, DIRECTION: ALL}),
    Right("housing.edit", "Gérer les logements, les places et les séjours", {TS: ALL, DIRECTION: ALL}),
)
