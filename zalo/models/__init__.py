"""What the wall keeps of Zalo."""

from zalo.models.accounts import OfficialAccount
from zalo.models.assets import GroupAsset
from zalo.models.calls import ApiCall

__all__ = ["ApiCall", "GroupAsset", "OfficialAccount"]
