"""Domiciliation (R8): the address of people without a stable one, decided by the CIAS itself (CASF, L264-1)."""
