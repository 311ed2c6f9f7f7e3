"""How a letter's words are made: addressing, merge keys, the text, the PDF (H16)."""
