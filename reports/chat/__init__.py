"""Private messages to the account: their meaning, automatic answers, tips made of them."""
