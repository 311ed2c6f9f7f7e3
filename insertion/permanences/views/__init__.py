"""Pages of the sealed room and of liaison notes."""
