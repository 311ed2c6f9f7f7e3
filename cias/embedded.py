"""Embedded PostgreSQL and Valkey (placeholder API, filled in by its own change)."""
