"""The only doors of the wall: everything above `zalo` calls these and nothing else.

The send doors may be called from any thread and do not touch the database in the normal case: the
token is held in the process, the call log is buffered, the rate is kept by the caller's slot book
(`slots`). They raise what `zalo.errors` describes and nothing else.
"""

from zalo.services.calling import note_failure, slots
from zalo.services.groups import group_detail, list_groups
from zalo.services.profile import account_for, check_accounts, refresh_profile
from zalo.services.sending import (
    send_image_to_group,
    send_text_to_group,
    send_text_to_user,
    upload_image,
)

__all__ = [
    "account_for",
    "check_accounts",
    "group_detail",
    "list_groups",
    "note_failure",
    "refresh_profile",
    "send_image_to_group",
    "send_text_to_group",
    "send_text_to_user",
    "slots",
    "upload_image",
]
