"""Somebody outside the police takes every number of tips there is to see, and calculates."""
