"""The ways by which something leaves: one module each, one line in `registry`."""
