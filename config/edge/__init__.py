"""Limits and terms for callers, kept before a thread of the portal looks at a request."""
