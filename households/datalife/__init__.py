"""The end of a file (C7) and the rights of persons (C8)."""
