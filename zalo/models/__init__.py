"""All models of this app."""

from zalo.followers.models import Follower, FollowerSync, QuotaLedger
from zalo.hold.models import HeldRow, SendGate
from zalo.inbox.models import GroupActivity, HistoryReading, InboundFile, WebhookEvent
from zalo.official_accounts.models import ApiCall, ConsentAttempt, GroupAsset, OfficialAccount
