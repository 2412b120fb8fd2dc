"""Linking a resident's Zalo account with their line of the list, only by what they do themselves.

`links` makes and ends a link, `codes` is the code on a paper, `proposals` what a person shared with
the account, `replies` the few fixed answers, `receivers` what is heard of Zalo.
"""
