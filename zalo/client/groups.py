"""Groups that the account owns.

Nothing here costs money: packages are bought by a person in Zalo's own console.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from zalo.client.calls import Calls
from zalo.client.errors import ZaloUncertain
from zalo.client.types import (
    CreatedGroup,
    GroupAssetInfo,
    GroupDetail,
    GroupPage,
    GroupPerson,
    GroupSettings,
    GroupSummary,
    OwnMessage,
    OwnPage,
    PeopleChange,
    PeoplePage,
    as_bool,
    as_date,
    as_id,
    as_int,
    as_mapping,
    as_text,
)

GROUP: Final = "/v3.0/oa/group"
HISTORY_A_PAGE: Final = 10
FROM_ACCOUNT: Final = 0
SWITCHES: Final = {
    "is_send_locked": "lock_send_msg",
    "needs_approval": "join_appr",
    "shows_history": "enable_msg_history",
    "is_link_open": "enable_link_join",
}
"""Our names of the four switches and Zalo's."""


class GroupCalls(Calls):
    """Groups, the places for them, and who is in them.

    What changes a group may end uncertain: look at it (`group_detail`, `group_people`) before
    doing it again.
    """

    def group_assets(self) -> tuple[GroupAssetInfo, ...]:
        """Every place for a group that this account has, free or used."""
        items = self._items(
            "POST", "/v3.0/oa/quota/group", is_repeatable=True, json_body={"quota_owner": "OA"}
        )
        return tuple(
            GroupAssetInfo(
                asset_id=as_id(item.get("asset_id")),
                product_type=as_text(item.get("product_type")),
                quota_type=as_text(item.get("quota_type")),
                valid_through=as_date(item.get("valid_through")),
                is_auto_renewed=as_bool(item.get("auto_renew")),
                is_used=as_text(item.get("status")) == "used",
                used_by=as_id(item.get("used_id")),
            )
            for item in items
        )

    def create_group(
        self, *, name: str, description: str, asset_id: str, user_ids: Sequence[str]
    ) -> CreatedGroup:
        """Make a group; among `user_ids` (1 to 99) is an administrator of the account.

        -238, -241: the place is taken. ZaloUncertain: it may be there; never repeat, look at
        `groups_of_oa`.
        """
        body = {
            "group_name": name,
            "group_description": description,
            "asset_id": asset_id,
            "member_user_ids": list(user_ids),
        }
        data = self._post("creategroupwithoa", {k: v for k, v in body.items() if v})
        created = CreatedGroup(
            group_id=as_id(data.get("group_id")),
            link=as_text(data.get("group_link")),
            name=as_text(data.get("name")),
            total_member=as_int(data.get("total_member")),
        )
        if not created.group_id:
            raise ZaloUncertain("creategroupwithoa: no group_id in the answer")
        return created

    def groups_of_oa(self, offset: int = 0, count: int = 50) -> GroupPage:
        """A page of the groups that this account owns."""
        data = self._get("getgroupsofoa", offset=str(offset), count=str(count))
        groups = data.get("groups")
        return GroupPage(
            total=as_int(data.get("total")),
            offset=as_int(data.get("offset"), default=offset),
            groups=tuple(
                GroupSummary(
                    group_id=as_id(group.get("group_id")),
                    name=as_text(group.get("name")),
                    status=as_text(group.get("status")),
                    total_member=as_int(group.get("total_member")),
                    link=as_text(group.get("group_link")),
                    deletes_on=as_date(group.get("auto_delete_date")),
                )
                for group in map(as_mapping, groups if isinstance(groups, list) else ())
            ),
        )

    def group_detail(self, zalo_group_id: str) -> GroupDetail:
        """One group with its capacity asset and its settings. -403: not a group of this account."""
        return _detail(self._get("getgroup", group_id=zalo_group_id))

    def update_group(
        self,
        zalo_group_id: str,
        *,
        name: str | None = None,
        description: str | None = None,
        switches: Mapping[str, bool] | None = None,
    ) -> GroupDetail:
        """Change what is given and nothing else; `switches` by the names in `SWITCHES`."""
        body: dict[str, Any] = {"group_id": zalo_group_id}
        if name is not None:
            body["group_name"] = name
        if description is not None:
            body["group_description"] = description
        body |= {SWITCHES[ours]: value for ours, value in (switches or {}).items()}
        return _detail(self._post("updateinfo", body))

    def change_asset(self, zalo_group_id: str, asset_id: str) -> GroupDetail:
        """Put a group on another place, which also wakes one that has lapsed. -238: taken."""
        return _detail(self._post("updateasset", {"group_id": zalo_group_id, "asset_id": asset_id}))

    def group_people(self, zalo_group_id: str, offset: int = 0, count: int = 50) -> PeoplePage:
        """A page of who is in a group, without the account itself."""
        return self._people("listmember", zalo_group_id, offset, count)

    def pending_people(self, zalo_group_id: str, offset: int = 0, count: int = 50) -> PeoplePage:
        """A page of who asks to be let in."""
        return self._people("listpendinginvite", zalo_group_id, offset, count)

    def own_messages(self, zalo_group_id: str, offset: int = 0) -> OwnPage:
        """The account's own messages on a page of a group's history, the last first.

        What others wrote is dropped here.
        """
        asked = {"group_id": zalo_group_id, "offset": str(offset), "count": str(HISTORY_A_PAGE)}
        items = self._items("GET", f"{GROUP}/conversation", is_repeatable=True, params=asked)
        moments = [moment for item in items if (moment := as_int(item.get("time")))]
        ours = (item for item in items if as_int(item.get("src"), default=1) == FROM_ACCOUNT)
        return OwnPage(
            ours=tuple(
                OwnMessage(
                    as_id(item.get("message_id")), as_int(item.get("time")),
                    as_text(item.get("message")),
                )
                for item in ours
            ),
            oldest_ms=min(moments, default=None),
            is_last=len(items) < HISTORY_A_PAGE,
        )  # fmt: skip

    def change_people(
        self, zalo_group_id: str, change: PeopleChange, user_ids: Sequence[str]
    ) -> None:
        """Let people in, invite them, make them deputies, take them out, …"""
        self._post(change, {"group_id": zalo_group_id, "member_user_ids": list(user_ids)})

    def _get(self, name: str, **params: str) -> Mapping[str, Any]:
        return self._data("GET", f"{GROUP}/{name}", is_repeatable=True, params=params)

    def _post(self, name: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        return self._data("POST", f"{GROUP}/{name}", is_repeatable=False, json_body=body)

    def _people(self, name: str, zalo_group_id: str, offset: int, count: int) -> PeoplePage:
        data = self._get(name, group_id=zalo_group_id, offset=str(offset), count=str(count))
        members = data.get("members")
        listed = [as_mapping(row) for row in members] if isinstance(members, list) else []
        return PeoplePage(
            total=as_int(data.get("total")),
            people=tuple(
                GroupPerson(as_id(row.get("user_id")), as_text(row.get("name"))) for row in listed
            ),
        )


def _detail(data: Mapping[str, Any]) -> GroupDetail:
    info = as_mapping(data.get("group_info"))
    asset = as_mapping(data.get("asset_info"))
    setting = as_mapping(data.get("group_setting"))
    return GroupDetail(
        group_id=as_id(info.get("group_id")),
        name=as_text(info.get("name")),
        description=as_text(info.get("group_description")),
        link=as_text(info.get("group_link")),
        status=as_text(info.get("status")),
        total_member=as_int(info.get("total_member")),
        max_member=as_int(info.get("max_member")),
        asset_id=as_id(asset.get("asset_id")),
        asset_type=as_text(asset.get("asset_type")),
        asset_valid_through=as_date(asset.get("valid_through")),
        is_auto_renewed=as_bool(asset.get("auto_renew")),
        settings=GroupSettings(
            **{ours: as_bool(setting.get(theirs)) for ours, theirs in SWITCHES.items()}
        ),
        deletes_on=as_date(info.get("auto_delete_date")),
    )
