"""The account itself."""

from zalo.client.calls import Calls
from zalo.types import OaProfile, as_bool, as_id, as_int, as_optional_int, as_text


class ProfileCalls(Calls):
    """Who the account is."""

    def get_oa(self) -> OaProfile:
        """Who this account is."""
        data = self._data("GET", "/v2.0/oa/getoa", is_repeatable=True)
        return OaProfile(
            oa_id=as_id(data.get("oa_id") or data.get("oaid")),
            name=as_text(data.get("name")),
            oa_type=as_optional_int(data.get("oa_type")),
            is_verified=as_bool(data.get("is_verified")),
            follower_count=as_int(data.get("num_follower")),
            package_name=as_text(data.get("package_name")),
        )
