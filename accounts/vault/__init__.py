"""Values that only the vault opens: sealed by everybody with its public key, opened by asking it.

Web and workers seal (`fields`, `sealing`) and ask (`client.ask`); the vault answers
(`operations`), after it has checked the session itself (docs/decisions/0110-the-vault.md).
"""
