"""Posts of which somebody must be told: to approve, returned, to be posted by hand.

Services call `follow` once a post has another state; what a kind means is asked at each step.
Articles take the part about approval from here (`broadcasts.articles.occasions`).
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Min, Q
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.scoped_admin.asking import Asking
from accounts.users.roles import MODEL_BACKEND
from accounts.workflow.four_eyes import ids_of_writers
from broadcasts.health import late_since
from broadcasts.models import Broadcast, Delivery
from broadcasts.posts.corrections import corrected_by
from duty.models import Occasion
from duty.occasions.models import subject_of
from duty.occasions.subjects import Subject, register, seen
from duty.roster.services import is_on_duty, leaders_at
from duty.services import add_part, close_occasions, open_occasion
from duty.signals import Waiting, waiting_asked
from groups.models import HamletAssignment
from groups.places.querysets import hamlets_of

Status = Broadcast.Status
APPROVALS: Final = ("approval_urgent", "approval_routine")
HANDS: Final = ("hand_urgent", "hand_routine")
RETURNED: Final = "post_returned"
STOPS: Final = "broadcasts.stop_broadcast"
OF_POSTS: Final = (*APPROVALS, RETURNED, *HANDS)
# A task without an end of its own is given up after so long.
HAND_POSTING: Final = timedelta(days=3)
STUCK: Final = timedelta(minutes=5)
_ENDED: Final[dict[str, str]] = {
    Status.DRAFT: Occasion.Ended.REPLACED,
    Status.CANCELLED: Occasion.Ended.GONE,
    Status.PAUSED: Occasion.Ended.GONE,
}


def follow(post: Broadcast) -> None:
    """Open what the state of a post makes somebody's duty, and close what it ends.

    Call in the transaction of the step, once the row is saved.
    """
    if post.status == Status.SENDING:
        call_hands(post)
    else:
        kind = APPROVALS[0] if post.is_urgent else APPROVALS[1]
        follow_approval(post, kind, post.scheduled_for, post.expires_at)


def follow_approval(row: Any, kind: str, *moments: datetime | None) -> None:
    """The same of any text that a second person approves: `kind` asks for it.

    `moments` of the text: the first one that is still to come is when it is due.
    """
    now = timezone.now()
    due_at = min((at for at in moments if at and at > now), default=None)
    match row.status:
        case Status.PENDING_APPROVAL:
            close_occasions(row, RETURNED)
            open_occasion(kind, row, commune=row.commune, due_at=due_at)
        case Status.RETURNED:
            close_occasions(row, *APPROVALS)
            open_occasion(RETURNED, row, commune=row.commune, due_at=due_at)
        case _:
            because = _ENDED.get(row.status, Occasion.Ended.DONE)
            close_occasions(row, *OF_POSTS, because=because)


def edited(post: Broadcast) -> None:
    """The words have changed: what was submitted or returned is a version of the past."""
    close_occasions(post, *APPROVALS, RETURNED, because=Occasion.Ended.REPLACED)


def call_hands(post: Broadcast) -> None:
    """Of an urgent post that is being sent, tell those who must post it by hand."""
    if post.is_urgent and _is_going_on(post.pk):
        open_occasion(HANDS[0], post, commune=post.commune, due_at=post.expires_at)


def hands_added(rows: Any) -> None:
    """Tell the owners of groups that people must post to since a while after the post began.

    `rows`: these deliveries. Call in the transaction that makes them, once the post has its matter.
    """
    now, added = timezone.now(), rows.to_post()
    for post in Broadcast.objects.filter(deliveries__in=added).distinct().order_by("pk"):
        owners = _owners_of(added.filter(broadcast=post), now)
        add_part(post, *HANDS, people=owners)


def hands_done(post: Broadcast) -> None:
    """Close the posting by hand once no group is left.

    Groups of an urgent post that somebody could not post to then become a matter of the leader and
    of who approved it.
    """
    if not _left(post.pk).exists():
        add_part(post, *HANDS, people=_deciders(post.pk, timezone.now()))
        close_if_over(post)


def close_if_over(post: Broadcast) -> None:
    """Close where no group is left and none was given up, or its outcome was found."""
    if not _is_going_on(post.pk):
        close_occasions(post, *HANDS)


def ended(posts: Iterable[int]) -> None:
    """The same for several posts that were closed at once."""
    names = [subject_of(Broadcast(pk=pk)) for pk in posts]
    for name in Occasion.objects.open().filter(subject__in=names).values_list("subject", flat=True):
        close_if_over(Broadcast(pk=int(name.rpartition(":")[2])))


@transaction.atomic
def tend(now: datetime) -> int:
    """Tell of posting by hand that nears its end, and of urgent one that began otherwise.

    Near: an hour or a quarter of its time is left, whichever is more. Returns how many opened.
    """
    posts = (
        Broadcast.objects.filter(status=Status.SENDING, deliveries__status="to_post")
        .annotate(since=Min("deliveries__created_at"))
        .select_related("commune")
        .order_by("pk")
    )
    open_ones = Occasion.objects.open().filter(kind__in=HANDS)
    known = set(open_ones.values_list("subject", flat=True))
    opened = 0
    for post in posts:
        if subject_of(post) in known:
            continue
        last = post.since + HAND_POSTING
        ends_at = min(filter(None, (post.expires_at, last)))
        near = max((ends_at - post.since) / 4, timedelta(hours=1))
        if post.is_urgent or now >= ends_at - near:
            kind = HANDS[0] if post.is_urgent else HANDS[1]
            open_occasion(kind, post, commune=post.commune, due_at=ends_at)
            opened += 1
    return opened


# Approval and return, of posts and of articles alike.


def approval_of(model: Any, *, approves: str, page: str) -> Subject:
    """Submitted texts: told to accounts with the right `approves` that wrote none of it."""

    def approvers(pk: int, now: datetime) -> Iterable[int]:
        row = model.objects.filter(pk=pk).first()
        if row is None:
            return ()
        may = User.objects.with_perm(approves, include_superusers=False, backend=MODEL_BACKEND)
        may = may.filter(commune=row.commune_id).exclude(pk__in=ids_of_writers(row))
        return may.values_list("pk", flat=True)

    def to_approve(user: User) -> Any:
        may = user.has_perm(approves)
        return model.objects.visible_to(user).approvable_by(user) if may else None

    return Subject(
        among=seen(to_approve), address=_page(page),
        stands=_in_state(model, Status.PENDING_APPROVAL), first=approvers,
    )  # fmt: skip


def return_of(model: Any, *, edits: str, approves: str, page: str) -> Subject:
    """Returned texts: told to their writers; who may approve sees them while on duty."""

    def writers(pk: int, now: datetime) -> Iterable[int]:
        row = model.objects.filter(pk=pk).first()
        return sorted(ids_of_writers(row)) if row is not None else ()

    def to_edit(user: User, pks: list[int]) -> Asking[set[int]]:
        if not user.has_perm(edits):
            return set()
        rows = yield model.objects.visible_to(user).filter(pk__in=pks)
        sees_all = user.has_perm(approves) and is_on_duty(user)
        return {row.pk for row in rows if sees_all or user.pk in ids_of_writers(row)}

    return Subject(
        among=to_edit, address=_page(page), stands=_in_state(model, Status.RETURNED),
        first=writers,
    )  # fmt: skip


def _page(name: str) -> Callable[[User, int], str]:
    return lambda user, pk: reverse(name, args=[pk])


def _in_state(model: Any, state: str) -> Callable[[int], bool]:
    return lambda pk: model.objects.filter(pk=pk, status=state).exists()


# Posting by hand.


def _left(pk: int) -> Any:
    """Groups that nobody has posted to yet, of a post that goes on."""
    return Delivery.objects.filter(broadcast=pk).to_post()


def _is_going_on(pk: int) -> bool:
    return _left(pk).exists() or Delivery.objects.filter(broadcast=pk).given_up().exists()


def _owners(pk: int, now: datetime) -> Iterable[int]:
    """The owners of the groups left; of groups that were given up those who decide."""
    return _owners_of(_left(pk), now) or _deciders(pk, now)


def _deciders(pk: int, now: datetime) -> list[int]:
    """The leader on duty and the approver of a post of which groups were given up."""
    rows = Delivery.objects.filter(broadcast=pk).given_up()
    found: set[int] = set()
    for commune, approver in rows.values_list("commune", "broadcast__approved_by").distinct():
        found |= {*leaders_at(commune, now), approver} - {None}
    return sorted(found)


def _owners_of(rows: Any, now: datetime) -> list[int]:
    """Accounts that cover the hamlet of a group, or own the group; heads and officers alike.

    A group that none of them may post to falls to those who see all hamlets.
    """
    groups = list(rows.values_list("zalo_group__hamlet", "zalo_group__owner__user", "commune"))
    covering: dict[int, set[int]] = {}
    assignments = HamletAssignment.objects.on(timezone.localdate(now)).filter(
        hamlet__in={hamlet for hamlet, _owner, _commune in groups}, officer__is_active=True,
        officer__user__isnull=False,
    )  # fmt: skip
    for hamlet, user_id in assignments.values_list("hamlet", "officer__user"):
        covering.setdefault(hamlet, set()).add(user_id)
    posting = User.objects.with_perm(
        "broadcasts.post_by_hand", include_superusers=False, backend=MODEL_BACKEND
    )
    named = {pk for users in covering.values() for pk in users} | {owner for _, owner, _ in groups}
    able = set(posting.filter(pk__in=named - {None}).values_list("pk", flat=True))
    found: set[int] = set()
    for hamlet, owner, commune in groups:
        own = (covering.get(hamlet, set()) | {owner}) & able
        found |= own or _who_see_all(posting, commune)
    return sorted(found)


def _who_see_all(posting: Any, commune: int) -> set[int]:
    seeing = User.objects.with_perm(
        "groups.view_all_hamlets", include_superusers=False, backend=MODEL_BACKEND
    )
    rows = posting.filter(commune=commune, pk__in=seeing.values("pk"))
    return set(rows.values_list("pk", flat=True))


def _own_tasks(user: User) -> Any:
    """Groups left for this account to post to."""
    if not user.has_perm("broadcasts.post_by_hand"):
        return Delivery.objects.none()
    return Delivery.objects.visible_to(user).to_post()


def _tasks(user: User, pk: int) -> Any:
    """The same of one post, in the order of its list."""
    rows = _own_tasks(user).filter(broadcast=pk)
    return rows.order_by("zalo_group__hamlet__code", "zalo_group__search_text")


def _to_post_or_see(user: User, pks: list[int]) -> Asking[set[int]]:
    """Posts of which the account has a group left, which of an urgent post includes people on duty;
    and what chiefs, people on duty and approvers of groups given up see."""
    own = _own_tasks(user).filter(broadcast__in=pks)
    posts, given_up = Broadcast.objects.none(), Delivery.objects.none()
    if user.has_perm("broadcasts.view_broadcast"):
        posts = Broadcast.objects.visible_to(user).filter(pk__in=pks)
        given_up = Delivery.objects.filter(broadcast__in=pks, broadcast__approved_by=user.pk)
    left, seen_ones, ended = yield [
        own.order_by().values_list("broadcast", flat=True).distinct(),
        posts.values_list("pk", flat=True),
        given_up.given_up().order_by().values_list("broadcast", flat=True).distinct(),
    ]
    sees_all = user.has_perm(STOPS) or (bool(seen_ones) and is_on_duty(user))
    return {*left, *(pk for pk in seen_ones if sees_all or pk in ended)}


def _posting_page(user: User, pk: int) -> str:
    """The own first group; who owns none sees which groups are left, to post to or of the post."""
    own = Q(zalo_group__hamlet__in=hamlets_of(user)) | Q(zalo_group__owner__user=user.pk)
    task = _tasks(user, pk).filter(own).first()
    if task is not None:
        return reverse("admin:broadcasts_delivery_hand_task", args=[task.pk])
    if not user.has_perm(STOPS) and _tasks(user, pk).exists():
        return reverse("admin:broadcasts_delivery_hand_list")
    log = reverse("admin:broadcasts_broadcast_log", args=[pk])
    return f"{log}?trang-thai={'to_post' if _left(pk).exists() else 'missed'}"


def _is_left(pk: int) -> bool:
    post = Broadcast.objects.filter(pk=pk).first()
    return post is not None and _is_going_on(pk) and corrected_by(post) is None


APPROVES: Final = "broadcasts.approve_broadcast"
APPROVAL: Final = approval_of(
    Broadcast, approves=APPROVES, page="admin:broadcasts_broadcast_review"
)
HAND: Final = Subject(among=_to_post_or_see, address=_posting_page, stands=_is_left, first=_owners)
for _kind in APPROVALS:
    register(_kind, APPROVAL)
for _kind in HANDS:
    register(_kind, HAND)
register(
    RETURNED,
    return_of(
        Broadcast, edits="broadcasts.change_broadcast", approves=APPROVES,
        page="admin:broadcasts_broadcast_change",
    ),
)  # fmt: skip


@receiver(waiting_asked)
def posts_that_wait(sender: Any, *, now: datetime, **kwargs: Any) -> Waiting:
    """Communes whose posts do not leave, and those with an urgent one that waits."""
    urgent = Delivery.objects.filter(
        status=Delivery.Status.QUEUED, is_urgent=True, broadcast__status=Status.SENDING
    )
    return Waiting(
        stuck=frozenset(late_since(now, STUCK)),
        urgent=frozenset(urgent.order_by().values_list("commune", flat=True).distinct()),
    )
