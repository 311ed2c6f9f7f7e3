"""Optional aid (R9): the CIAS's own règlement, its requests, its commission, its payments (CASF, L123-5 and R123-2)."""
