"""Demo: followers of the account, links, proposals that wait for a call."""

from datetime import datetime, timedelta
from random import Random

from django.utils import timezone

from accounts.models import User
from groups.linking import services as linking
from groups.models import Hamlet, LinkProposal, Member, ZaloLink
from zalo.client.types import SentQuota
from zalo.followers import quota
from zalo.followers.models import day_of, index_of
from zalo.models import Follower, FollowerSync, HistoryReading, OfficialAccount

FOLLOWERS = 240
SHARES = (31, 24, 12, 3)
"""How many of the first hamlets are linked; the last of them has only shared."""
FIRST_ID = 7_710_000_000_000_000_000
PACKAGE, USED, SINCE_DAYS = 500, 88, 12


def make(account: OfficialAccount, hamlets: list[Hamlet], chief: User, now: datetime) -> None:
    """Followers as their list was read last night, links in the first hamlets, two proposals."""
    random = Random(account.pk + 11)  # noqa: S311 -- not a secret
    followers = Follower.objects.bulk_create(
        [_follower(account, number, random, now) for number in range(FOLLOWERS)]
    )
    agreed = Member.objects.active().exclude(consent_basis=Member.Consent.NONE)
    people = [
        member
        for hamlet, share in zip(hamlets, SHARES, strict=False)
        for member in agreed.filter(hamlet=hamlet).order_by("pk")[:share]
    ]
    for number, member in enumerate(people[:-1]):
        is_call = number % 4 == 0
        linking.make(
            member,
            followers[number],
            method=ZaloLink.Method.CONTACT if is_call else ZaloLink.Method.CODE,
            at=now - timedelta(days=random.randrange(1, 40)),
            by=chief if is_call else None,
        )
    _share(followers[-1], people[-1], now)
    doubtful = LinkProposal(follower=followers[-2], shared_at=now - timedelta(hours=5))
    doubtful.name, doubtful.phone = "Cô Bảy", "+84900000707"
    doubtful.save()
    night = now - timedelta(hours=6)
    FollowerSync.objects.create(
        account=account, state=FollowerSync.State.COMPLETE, expected=FOLLOWERS, seen=FOLLOWERS,
        unfollowed=3, started_at=night, beat_at=night, finished_at=night + timedelta(minutes=1),
    )  # fmt: skip
    HistoryReading.objects.create(
        account=account, state=HistoryReading.State.COMPLETE, since=night - timedelta(days=1),
        chats=FOLLOWERS // 3, started_at=night, beat_at=night,
        finished_at=night + timedelta(minutes=1),
    )  # fmt: skip
    _tell_quota(account, now)


def _follower(account: OfficialAccount, number: int, random: Random, now: datetime) -> Follower:
    """Most have not written for long, some within two days, some within the week."""
    user_id = str(FIRST_ID + number)
    hours = random.choice([None] * 5 + [random.randrange(1, 46), random.randrange(50, 160)])
    return Follower(
        account=account,
        zalo_user_id=user_id,
        user_index=index_of(user_id),
        is_following=True,
        followed_at=now - timedelta(days=random.randrange(8, 200)),
        listed_at=now - timedelta(hours=6),
        last_interaction_at=None if hours is None else day_of(now - timedelta(hours=hours)),
        source=Follower.Source.PROFILE,
    )


def _share(follower: Follower, member: Member, now: datetime) -> None:
    LinkProposal.objects.create(
        follower=follower, member=member, hamlet=member.hamlet, shared_at=now - timedelta(hours=2)
    )


def _tell_quota(account: OfficialAccount, now: datetime) -> None:
    """Some of the package is used since the first message of the month."""
    ends = timezone.localdate(now) + timedelta(days=45)
    for days, remain in ((SINCE_DAYS, PACKAGE), (0, PACKAGE - USED)):
        answer = SentQuota("sub_quota", remain, PACKAGE, ends)
        quota.record(account, answer, now - timedelta(days=days))
    quota.note_broadcasts_allowed(account, 4, now)
    quota.count_broadcast(account, now)
