"""One box finds the caller (H4), and likely duplicates show while a new person is typed (H5)."""

from households.search.duplicates import Match, duplicates
from households.search.finder import Hit, communes_named, homes_of, referent_of, search

__all__ = ["Hit", "Match", "communes_named", "duplicates", "homes_of", "referent_of", "search"]
