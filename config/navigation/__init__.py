"""The sections of the product: at most eight an account, each with its pages and lists."""
