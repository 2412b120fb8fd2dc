"""Which members of the list, and which officers, are behind ids of Zalo: by their own act alone."""

from collections.abc import Iterable

from groups.models import Member, Officer, ZaloGroup
from groups.models.zalo_links import ZaloLink
from groups.services.at_zalo import account_of


def members_behind(group: ZaloGroup, user_ids: Iterable[str]) -> dict[str, Member]:
    """Id → member, for those who are on the list of this commune; all others are nobody."""
    wanted = {one for one in user_ids if one}
    if not wanted:
        return {}
    in_commune = Member.objects.people().filter(hamlet__commune=group.commune_owner_id)
    account = account_of(group)
    if account is None:
        return {}
    links = (
        ZaloLink.objects.behind(account, wanted)
        .filter(member__in=in_commune)
        .select_related("member__hamlet", "follower")
    )
    return {link.follower.zalo_user_id: link.member for link in links}


def ids_of(group: ZaloGroup, members: Iterable[Member]) -> dict[int, str]:
    """Member → id at Zalo, for those who linked themselves to this account."""
    account = account_of(group)
    if account is None:
        return {}
    links = ZaloLink.objects.filter(
        member__in=[member.pk for member in members],
        follower__account=account,
        follower__withdrawn_at=None,
    ).select_related("follower")
    return {link.member_id: link.follower.zalo_user_id for link in links}


def officers_behind(group: ZaloGroup, user_ids: Iterable[str]) -> dict[str, Officer]:
    """Id → serving officer of this commune."""
    rows = Officer.objects.filter(
        commune=group.commune_owner_id,
        is_active=True,
        zalo_user_id__in=[one for one in user_ids if one],
    )
    return {officer.zalo_user_id: officer for officer in rows}
