"""Access to housing (L9): requests for social housing, proposals, DALO."""
