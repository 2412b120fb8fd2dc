"""Proofs of officers, verified by the vault, for acts that a session alone does not allow."""
