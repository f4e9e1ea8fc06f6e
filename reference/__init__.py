"""Reference models and functions, one file each, to be read from top to bottom."""
