"""Pages of the SLIME programme, one module an object."""
