"""Normal forms of our own: what proves most equalities, in a few milliseconds, without SymPy."""
