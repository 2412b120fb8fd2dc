"""A local stand-in for Zalo: for the demo, for training and for tests. No Django in here.

It keeps the contract of the real API for what the portal uses, refuses what Zalo refuses, breaks
on request, and shows its groups as a page. It never speaks to Zalo and holds no real token.
"""
