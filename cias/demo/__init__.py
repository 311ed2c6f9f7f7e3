"""Invented data for `make demo`; importing this package loads no model."""

DEMO_PASSWORD = "Beauce-2026-demonstration"  # noqa: S105 - printed by `make demo` and in the README on purpose
