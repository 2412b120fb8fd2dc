"""Doors for the workers; the work is in the services."""
