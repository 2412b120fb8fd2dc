"""Public functions of `zalo`: apps above call these and nothing else.

The sends into groups may be called from any thread and do not touch the database in the normal
case: the token is held in the process, the call log is buffered, the rate is kept by the caller's
slot book (`slots`). Those to one person read their window and write down the quota. All raise what
`zalo.client.errors` describes and nothing else.
"""

from zalo.capabilities.services import probe
from zalo.channels.article import (
    article_detail,
    broadcast_article,
    find_article,
    remove_article,
    verify_article,
)
from zalo.channels.group import send as send_to_group
from zalo.channels.group import upload_file, upload_image
from zalo.channels.person import send as send_to_person
from zalo.channels.person import window_of
from zalo.client.types import PeopleChange
from zalo.followers.quota import Allowance, count_broadcast, may_broadcast
from zalo.groups import (
    change_asset,
    change_people,
    create_group,
    group_detail,
    group_people,
    list_groups,
    pending_people,
    people_page,
    refresh_assets,
    update_group,
)
from zalo.official_accounts.services import (
    account_for,
    check_accounts,
    note_revoked,
    refresh_profile,
)
from zalo.pacing.services import note_failure, slots

__all__ = [
    "Allowance",
    "PeopleChange",
    "account_for",
    "article_detail",
    "broadcast_article",
    "change_asset",
    "change_people",
    "check_accounts",
    "count_broadcast",
    "create_group",
    "find_article",
    "group_detail",
    "group_people",
    "list_groups",
    "may_broadcast",
    "note_failure",
    "note_revoked",
    "pending_people",
    "people_page",
    "probe",
    "refresh_assets",
    "refresh_profile",
    "remove_article",
    "send_to_group",
    "send_to_person",
    "slots",
    "update_group",
    "upload_file",
    "upload_image",
    "verify_article",
    "window_of",
]
