"""How the simulated account and its application are set up, and what that allows."""

from dataclasses import dataclass, field
from typing import Any, Final

DEFAULT_OA_ID: Final = "4321000000000000001"
DEFAULT_APP_ID: Final = "1000000000000000001"

PROFILES: Final[dict[str, dict[str, Any]]] = {
    "business": {"oa_type": 2, "package": "Tăng trưởng", "is_verified": True, "articles": 4},
    "state_agency": {"oa_type": 4, "package": "", "is_verified": True, "articles": 4},
    "low_package": {"oa_type": 2, "package": "Cơ bản", "is_verified": True, "articles": 1},
    "unverified": {"oa_type": 2, "package": "", "is_verified": False, "articles": 0},
}
"""`articles`: how many articles a follower may be sent in a month."""

PERMISSIONS: Final = {
    "send": "Gửi tin nhắn và thông báo",
    "manage_messages": "Quản lý tin nhắn",
    "oa_info": "Quản lý thông tin OA",
    "user_info": "Quản lý thông tin người dùng",
    "group_info": "Quản lý thông tin nhóm",
    "articles": "Quản lý bài viết",
    "template_events": "Nhận sự kiện tin nhắn theo mẫu",
}


@dataclass
class Settings:
    """What `/_sim/profile` and `/_sim/app` change while the simulator runs, and the file keeps.

    `account_refusal`, `group_refusal`: the number that every call, or every call about groups, is
    answered with, such as -204 for a disabled account. `redirect_uris`:
    those registered for the application; none means that any address without a query will do.
    `rate_per_min`, `app_rate_per_min`: 0 means no limit. `is_invite_waiting`: an invited person
    has to accept first. `quota_left`: messages of the package for the time after 48 hours;
    `zca_balance`: money of the linked account, None where none is linked.
    """

    profile: str = "business"
    account_refusal: int | None = None
    group_refusal: int | None = None
    is_app_active: bool = True
    is_proof_required: bool = False
    is_oauth_error_numbered: bool = True
    redirect_uris: list[str] = field(default_factory=list)
    permissions: list[str] = field(default_factory=lambda: list(PERMISSIONS))
    rate_per_min: int = 0
    app_rate_per_min: int = 0
    is_invite_waiting: bool = False
    article_rounds: int = 2
    article_quota: int | None = None
    quota_total: int = 500
    quota_left: int = 500
    purchased_left: int = 0
    zca_balance: int | None = None

    def change(self, **values: Any) -> None:
        """Set what is given. Raises ValueError for a name or a value that makes no sense."""
        for name, value in values.items():
            if name not in self.__dataclass_fields__:
                raise ValueError(f"không có mục {name!r}")
            if name == "profile" and value not in PROFILES:
                raise ValueError(f"unknown profile {value!r}; one of {', '.join(PROFILES)}")
            if name == "permissions" and not set(value) <= set(PERMISSIONS):
                raise ValueError(f"permissions là một số trong {', '.join(PERMISSIONS)}")
        for name, value in values.items():
            setattr(self, name, value)
