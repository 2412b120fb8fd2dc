"""Rows for tests: plain functions, keyword fields, valid as they stand."""
