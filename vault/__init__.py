"""The vault: a process of its own that answers `accounts.vault.client.ask` over Unix sockets.

One socket for web and one for workers, so that neither can ask what is the other's. It keeps no
state but its log: whoever ends it at any moment loses nothing
(docs/decisions/0110-the-vault.md).
"""
