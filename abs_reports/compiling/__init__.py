"""From the databases to a finished report: public tables, the CIAS's own tables after secrecy, pages, PDF."""
