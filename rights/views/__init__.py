"""Pages of access to rights, split by what they show."""
