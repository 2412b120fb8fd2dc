"""Groups that an account owns, the places for them, and who is in them.

Reads may be repeated. What changes a group may end in ZaloUncertain: then look before doing it
again. Nothing here costs money.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from django.db import transaction
from django.utils import timezone

from zalo.client.api import ZaloClient
from zalo.client.types import (
    CreatedGroup,
    GroupAssetInfo,
    GroupDetail,
    GroupPage,
    GroupPerson,
    GroupSummary,
    PeopleChange,
    PeoplePage,
)
from zalo.hold.process import require_open
from zalo.official_accounts import call_log
from zalo.official_accounts.models import GroupAsset, OfficialAccount
from zalo.pacing.services import call, wait_for_idle_slot

A_PAGE = 50
MOST_GROUPS = 10_000
MOST_PEOPLE = 5_000


def list_groups(account: OfficialAccount, *, paced: bool = False) -> list[GroupSummary]:
    """Every group that the account owns. Raises ZaloRetryable or ZaloRejected."""

    def page(offset: int) -> tuple[int, tuple[GroupSummary, ...]]:
        found: GroupPage = _read(
            account, lambda client: client.groups_of_oa(offset, A_PAGE), "groups", paced
        )
        return found.total, found.groups

    return list(_all(page, MOST_GROUPS))


def group_detail(
    account: OfficialAccount, zalo_group_id: str, *, paced: bool = False
) -> GroupDetail:
    """One group of the account. ZaloRejected (-403): it is not the account's."""
    return _read(account, lambda client: client.group_detail(zalo_group_id), "group", paced)


def group_people(
    account: OfficialAccount, zalo_group_id: str, *, paced: bool = False
) -> list[GroupPerson]:
    """Everyone in a group except the account itself."""
    return _people(account, zalo_group_id, ZaloClient.group_people, paced)


def pending_people(
    account: OfficialAccount, zalo_group_id: str, *, paced: bool = False
) -> list[GroupPerson]:
    """Everyone who asks to be let into a group."""
    return _people(account, zalo_group_id, ZaloClient.pending_people, paced)


def _people(
    account: OfficialAccount,
    zalo_group_id: str,
    ask: Callable[[ZaloClient, str, int, int], PeoplePage],
    paced: bool,
) -> list[GroupPerson]:
    def page(offset: int) -> tuple[int, tuple[GroupPerson, ...]]:
        found: PeoplePage = _read(
            account, lambda client: ask(client, zalo_group_id, offset, A_PAGE), "group", paced
        )
        return found.total, found.people

    return [person for person in _all(page, MOST_PEOPLE) if person.user_id]


def people_page(account: OfficialAccount, zalo_group_id: str, *, page: int) -> PeoplePage:
    """Fifty people of a group, the account itself among them without an id; pages count from 1."""
    offset = (page - 1) * A_PAGE
    return _read(
        account,
        lambda client: client.group_people(zalo_group_id, offset, A_PAGE),
        "group",
        paced=False,
    )


def refresh_assets(account: OfficialAccount, *, paced: bool = False) -> list[GroupAsset]:
    """Ask Zalo for the places of the account and keep them; returns those it still names."""
    infos = _read(account, ZaloClient.group_assets, "assets", paced)
    return keep_assets(account, infos)


@transaction.atomic
def keep_assets(account: OfficialAccount, infos: Sequence[GroupAssetInfo]) -> list[GroupAsset]:
    """Write down what Zalo named; a place that it no longer names is gone."""
    now = timezone.now()
    for info in infos:
        if not info.asset_id:
            continue
        GroupAsset.objects.update_or_create(
            account=account,
            asset_id=info.asset_id,
            defaults={
                "product_type": info.product_type[:20],
                "capacity": max(info.capacity, 0),
                "quota_type": info.quota_type[:20],
                "valid_through": info.valid_through,
                "is_auto_renewed": info.is_auto_renewed,
                "status": GroupAsset.Status.USED if info.is_used else GroupAsset.Status.AVAILABLE,
                "used_by": info.used_by[:64],
                "seen_at": now,
                "gone_at": None,
            },
        )
    own = GroupAsset.objects.filter(account=account)
    own.filter(gone_at=None, seen_at__lt=now).update(gone_at=now)
    return list(own.held())


def create_group(
    account: OfficialAccount, *, name: str, description: str, asset_id: str, user_ids: Sequence[str]
) -> CreatedGroup:
    """Make a group on a free place.

    ZaloUncertain: it may be there. Never repeated; `list_groups` shows it.
    """

    def create(client: ZaloClient) -> CreatedGroup:
        return client.create_group(
            name=name, description=description, asset_id=asset_id, user_ids=user_ids
        )

    return _change(account, create)


def update_group(
    account: OfficialAccount,
    zalo_group_id: str,
    *,
    name: str | None = None,
    description: str | None = None,
    switches: Mapping[str, bool] | None = None,
) -> GroupDetail:
    """Change the name, the description or the switches; returns how the group stands then."""

    def update(client: ZaloClient) -> GroupDetail:
        return client.update_group(
            zalo_group_id, name=name, description=description, switches=switches
        )

    return _change(account, update)


def change_asset(account: OfficialAccount, zalo_group_id: str, asset_id: str) -> GroupDetail:
    """Put a group on another place that was paid for already. -238: it is taken."""
    return _change(account, lambda client: client.change_asset(zalo_group_id, asset_id))


def change_people(
    account: OfficialAccount, zalo_group_id: str, change: PeopleChange, user_ids: Sequence[str]
) -> None:
    """Let people in who asked, turn them away, invite, make deputies, take out."""
    _change(account, lambda client: client.change_people(zalo_group_id, change, user_ids))


def _all[Row](page: Callable[[int], tuple[int, tuple[Row, ...]]], most: int) -> Iterator[Row]:
    """Page after page, until Zalo's total or an empty page."""
    seen = 0
    while seen < most:
        total, rows = page(seen)
        yield from rows
        seen += len(rows)
        if not rows or seen >= total:
            return


@call_log.flushed()
def _read[Answer](
    account: OfficialAccount, do: Callable[[ZaloClient], Answer], reference: str, paced: bool
) -> Answer:
    if paced:
        wait_for_idle_slot(account)
    return call(account, do, reference)


@call_log.flushed()
def _change[Answer](account: OfficialAccount, do: Callable[[ZaloClient], Answer]) -> Answer:
    require_open()
    return call(account, do, "group-change")
