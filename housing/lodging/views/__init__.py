"""Pages of lodging, by what they are about."""
