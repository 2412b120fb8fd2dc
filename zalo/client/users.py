"""People whom the account may know, and what it may still send."""

import json
from datetime import date
from typing import Any, Final

from zalo.client.calls import Calls
from zalo.client.messages import EndpointFamily
from zalo.types import (
    QuotaAsset,
    UserPage,
    as_date,
    as_id,
    as_int,
    as_mapping,
    as_optional_int,
    as_text,
)

USERS_A_PAGE: Final = 50
LAST_OFFSET: Final = 9_951
LIST_PATHS: Final = {
    EndpointFamily.V2: "/v2.0/oa/getfollowers",
    EndpointFamily.V3: "/v3.0/oa/user/getlist",
}
QUOTA_PATH: Final = "/v3.0/oa/quota/message"


class UserCalls(Calls):
    """The list of people, by pages of at most 50, and quotas."""

    def followers(
        self,
        offset: int = 0,
        count: int = USERS_A_PAGE,
        *,
        family: EndpointFamily,
        interacted: tuple[date, date] | None = None,
    ) -> UserPage:
        """A page of those who follow; `interacted` keeps to those whose last interaction was on
        one of these days, both included (v3 only; v2 knows no such filter)."""
        asked: dict[str, Any] = {"offset": offset, "count": count}
        if family is EndpointFamily.V3:
            asked["is_follower"] = "true"
            if interacted is not None:
                first, last = interacted
                asked["last_interaction_period"] = f"{first:%Y_%m_%d}:{last:%Y_%m_%d}"
        data = self._data(
            "GET",
            LIST_PATHS[family],
            is_repeatable=True,
            params={"data": json.dumps(asked, separators=(",", ":"))},
        )
        people = data.get("users") if family is EndpointFamily.V3 else data.get("followers")
        found = (
            as_id(as_mapping(person).get("user_id"))
            for person in (people if isinstance(people, list) else ())
        )
        return UserPage(as_int(data.get("total")), tuple(one for one in found if one))

    def quota_assets(self, quota_type: str, *, product_type: str = "cs") -> tuple[QuotaAsset, ...]:
        """What the account itself may still send, as Zalo keeps it: a line for each purchase."""
        body = {"quota_owner": "OA", "product_type": product_type, "quota_type": quota_type}
        assets = self._items("POST", QUOTA_PATH, is_repeatable=True, json_body=body)
        return tuple(
            QuotaAsset(
                quota_type=as_text(asset.get("quota_type")) or quota_type,
                remain=as_optional_int(asset.get("remain")),
                total=as_optional_int(asset.get("total")),
                expires_on=as_date(asset.get("expired_date") or asset.get("valid_through")),
            )
            for asset in assets
        )

    def monthly_articles(self, zalo_user_id: str) -> int | None:
        """How many articles the account may have sent to this person in a month; None where Zalo
        leaves it out."""
        body = {"user_id": zalo_user_id}
        told = self._data("POST", QUOTA_PATH, is_repeatable=True, json_body=body)
        return as_optional_int(as_mapping(told.get("promotion")).get("monthly_total"))
