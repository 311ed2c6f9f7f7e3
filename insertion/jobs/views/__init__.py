"""Pages of job search."""
