"""One box finds the caller (H4), and likely duplicates show while a new person is typed (H5)."""

from households.search.duplicates import Match, data_of, duplicates
from households.search.finder import Hit, communes_named, homes_of, numbered, referent_of, search
from households.search.pairs import Pair, likely_pairs

__all__ = [
    "Hit",
    "Match",
    "Pair",
    "communes_named",
    "data_of",
    "duplicates",
    "homes_of",
    "likely_pairs",
    "numbered",
    "referent_of",
    "search",
]
