"""Pages of domiciliation, split by who works on them."""
