"""Capabilities of each kind of group; every screen asks this table."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Capabilities:
    """The powers over one kind of group; `way` is said to people."""

    sends_by_api: bool
    posts_by_hand: bool
    roster_by_api: bool
    head_count_is_declared: bool
    confirms_delivery: bool
    way: str
    most_people: int
    """So many Zalo takes into one; of a group of the account its package says less."""


OA_GROUP = Capabilities(
    sends_by_api=True,
    posts_by_hand=False,
    roster_by_api=True,
    head_count_is_declared=False,
    confirms_delivery=True,
    way="Máy gửi qua Zalo OA",
    most_people=1000,
)
ORDINARY_GROUP = Capabilities(
    sends_by_api=False,
    posts_by_hand=True,
    roster_by_api=False,
    head_count_is_declared=True,
    confirms_delivery=False,
    way="Cán bộ đăng tay",
    most_people=1000,
)
CAPABILITIES: dict[str, Capabilities] = {"oa": OA_GROUP, "ordinary": ORDINARY_GROUP}
API_KINDS = [kind for kind, powers in CAPABILITIES.items() if powers.sends_by_api]
# Zalo says who is in the others.
ROLL_KINDS = [kind for kind, powers in CAPABILITIES.items() if not powers.roster_by_api]
HAND_KINDS = [kind for kind, powers in CAPABILITIES.items() if powers.posts_by_hand]
