"""Groups that the account owns."""

from zalo.client.calls import Calls
from zalo.types import (
    GroupDetail,
    GroupPage,
    GroupSummary,
    as_bool,
    as_date,
    as_id,
    as_int,
    as_mapping,
    as_text,
)


class GroupCalls(Calls):
    """The list of groups and what is known of each."""

    def groups_of_oa(self, offset: int = 0, count: int = 50) -> GroupPage:
        """A page of the groups that this account owns."""
        data = self._data(
            "GET",
            "/v3.0/oa/group/getgroupsofoa",
            is_repeatable=True,
            params={"offset": str(offset), "count": str(count)},
        )
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
                )
                for group in map(as_mapping, groups if isinstance(groups, list) else ())
            ),
        )

    def group_detail(self, zalo_group_id: str) -> GroupDetail:
        """One group with its capacity asset and its settings. -403: not a group of this account."""
        data = self._data(
            "GET",
            "/v3.0/oa/group/getgroup",
            is_repeatable=True,
            params={"group_id": zalo_group_id},
        )
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
            is_send_locked=as_bool(setting.get("lock_send_msg")),
        )
