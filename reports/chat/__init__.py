"""Private messages to the account, as far as they are words: what one means, and the fixed answers.

Nothing here writes to the database; `reports.chat.services` makes tips and answers of them. Only
`deciding` reads: it looks into the library of procedures.
"""
