"""How a budget is reckoned: pure functions on lines, persons counted and a formula, and what is kept of the result."""
