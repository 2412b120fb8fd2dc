"""Names and values that a move of code must leave as they are: tables, keys, tasks, addresses, …

`python -m dev.contracts --write` puts them into `tests/contracts.json`; `tests/test_contracts.py`
computes them again and compares. No module path of ours is among them.
"""
