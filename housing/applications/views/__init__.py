"""Pages of access to housing."""
