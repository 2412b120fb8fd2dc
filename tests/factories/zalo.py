"""Official Accounts."""

from datetime import timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from accounts.models import Commune
from zalo.followers.models import index_of
from zalo.models import Follower, GroupAsset, OfficialAccount

_numbers = count(1)


def make_follower(account: OfficialAccount, zalo_user_id: str = "", **fields: Any) -> Follower:
    """Somebody who follows the account and spoke to it just now."""
    user_id = zalo_user_id or f"81234567890{next(_numbers):08d}"
    now = timezone.now()
    values = {"is_following": True, "followed_at": now, "last_interaction_at": now}
    return Follower.objects.create(
        account=account, zalo_user_id=user_id, user_index=index_of(user_id), **(values | fields)
    )


def make_official_account(commune: Commune, **fields: Any) -> OfficialAccount:
    """A connected account with a token pair that is good for a day."""
    number = next(_numbers)
    now = timezone.now()
    values = {
        "oa_id": f"43210000000000{number:05d}",
        "name": f"Công an {commune}",
        "access_token": f"access-{number}",
        "refresh_token": f"refresh-{number}",
        "token_expires_at": now + timedelta(hours=25),
        "refresh_expires_at": now + timedelta(days=90),
        "refreshed_at": now,
    }
    return OfficialAccount.objects.create(commune=commune, **(values | fields))


def make_asset(account: OfficialAccount, **fields: Any) -> GroupAsset:
    """A free place for a hundred people, good for a year."""
    now = timezone.now()
    values = {
        "asset_id": f"asset{next(_numbers):06d}", "product_type": "gmf100", "capacity": 100,
        "status": GroupAsset.Status.AVAILABLE, "quota_type": "sub_quota", "seen_at": now,
        "valid_through": timezone.localdate() + timedelta(days=365), "is_auto_renewed": True,
    }  # fmt: skip
    return GroupAsset.objects.create(account=account, **(values | fields))
