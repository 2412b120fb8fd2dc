"""A local stand-in for the push services of browsers, for the demo, for training and for tests.

It makes the keys of phones, checks who pushes, opens what is pushed with those keys, breaks on
request, and draws each phone's lock screen. It speaks to nobody but the portal beside it.
"""
