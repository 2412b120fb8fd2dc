"""Signals sent when an event of Zalo is interpreted.

Each is sent with `account` (the OfficialAccount) and `event` (a value of `zalo.inbox.events`)
inside the transaction that interprets the row. An event can come twice and out of order: receivers
are idempotent and compare `event.at`. They neither call Zalo nor anything else outside the
database; a receiver that raises has the event interpreted again later.
"""

from django.dispatch import Signal

# InboundMessage of one person to the account. Sent with `record` too, the WebhookEvent, whose
# `files` are there already and are fetched beside it. Who takes the message returns True and takes
# or drops its files; as long as nobody does, the sealed body stays in the inbox.
message_received = Signal()
# GroupChange of a group of the account.
group_changed = Signal()
# ContactShared: a person gave name, phone and address to the account.
contact_shared = Signal()
# Withdrawal: a person wants no more use of the data.
person_withdrew = Signal()
# PermissionRevoked: the account took its grant back.
permission_was_revoked = Signal()
# OwnEcho: what the account wrote, as Zalo tells it; proof that it arrived, never a tip.
echo_received = Signal()
