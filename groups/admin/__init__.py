"""The admin of the place and its people."""

from groups.admin import members, officers, place, zalo_groups

__all__ = ["members", "officers", "place", "zalo_groups"]
