"""The command line: one module for each verb, each one call into the library."""
