"""`/phan-anh/`: where a resident tells something, and comes back with the receipt.

No account, no session, nothing on the server before the last button: answers travel sealed in the
form (`reports.public.form_tokens`). All pages work without scripts.
"""
