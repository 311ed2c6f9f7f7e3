"""Pages of eviction prevention."""
