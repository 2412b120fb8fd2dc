"""`/phan-anh/`: the form for a tip, and its progress for the holder of the receipt.

No account, no session, nothing on the server before the last button: answers travel sealed in the
form (`reports.public.form_tokens`). All pages work without scripts.
"""
