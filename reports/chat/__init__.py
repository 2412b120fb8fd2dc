"""Private messages to the account, as far as they are words: what one means, and the fixed answers.

Nothing here touches the database; `reports.services.chat` makes tips of them.
"""
