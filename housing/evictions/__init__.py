"""Eviction prevention (L8)."""
