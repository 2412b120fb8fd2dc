"""What the wall keeps of Zalo."""

from zalo.models.accounts import OfficialAccount
from zalo.models.assets import GroupAsset
from zalo.models.calls import ApiCall
from zalo.models.consent import ConsentAttempt
from zalo.models.followers import Follower, FollowerSync, QuotaLedger
from zalo.models.history import HistoryReading
from zalo.models.inbox import GroupActivity, InboundFile, WebhookEvent

__all__ = [
    "ApiCall",
    "ConsentAttempt",
    "Follower",
    "FollowerSync",
    "GroupActivity",
    "GroupAsset",
    "HistoryReading",
    "InboundFile",
    "OfficialAccount",
    "QuotaLedger",
    "WebhookEvent",
]
