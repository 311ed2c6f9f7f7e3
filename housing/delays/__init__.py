"""Legal delays of the housing lines: dated reference data, and how they are counted."""
