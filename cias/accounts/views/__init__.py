"""My account; who may see what; the accounts of everybody, for those who manage them."""
