"""How many follow, can be answered and are linked: counts that name nobody.

A number between one and four could point to a person, above all to one who has just written. It is
shown as “dưới 5”. Of what would give it away by subtraction a bound is told, made of told numbers
alone: a rounded one says on which side of its half the hidden number lies.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.scoped_admin.pages import number_of, own_pages
from groups.admin_mixins import do
from groups.linking.models import LinkProposal, LinkReply
from groups.places.models import Hamlet
from groups.residents.models import Member
from vietnamese.text import grouped
from zalo.capabilities.states import Capability, may
from zalo.followers import follower_lists, quota
from zalo.models import Follower, FollowerSync, OfficialAccount

SMALL: Final = 5
DEFINITION: Final = (
    "Liên kết = người đang tham gia đã tự bấm chia sẻ hoặc nhắn mã trên phiếu, chia cho số người "
    "đang tham gia của ấp. Số từ 1 đến 4 ghi là “dưới 5”; số có thể suy ra số đó chỉ ghi "
    "“ít nhất” hoặc “nhiều nhất”."
)


@dataclass(frozen=True, slots=True)
class Windows:
    """How many follow, and how many can be answered now; each as it may be shown."""

    following: str
    free: str
    paid: str
    closed: str


@dataclass(frozen=True, slots=True)
class LinkedShare:
    """How many of a hamlet's people are linked, as it may be shown; `share` in per cent or None."""

    place: str
    members: int
    linked: str
    share: float | None


def windows(account: OfficialAccount, now: datetime) -> Windows:
    """One query."""
    counts = Follower.objects.filter(account=account).window_counts(now)
    free, paid, closed = counts["free"], counts["paid"], counts["closed"]
    listed, hidden = _listed_sum([free, paid])
    most = counts["following"] - listed - hidden
    return Windows(
        following=grouped(counts["following"]),
        free=_small(free),
        paid=_small(paid),
        closed=f"nhiều nhất {grouped(most)}" if hidden else _small(closed),
    )


def linked_by_hamlet(account: OfficialAccount) -> tuple[list[LinkedShare], LinkedShare]:
    """The hamlets of today and the commune; one query for the people."""
    is_linked = Q(zalo_link__isnull=False)
    rows = {
        row["hamlet"]: (row["members"], row["linked"])
        for row in Member.objects.active()
        .filter(hamlet__commune=account.commune_id)
        .order_by()
        .values("hamlet")
        .annotate(members=Count("pk"), linked=Count("pk", filter=is_linked))
    }
    hamlets = Hamlet.objects.offered().filter(commune=account.commune_id).order_by("code", "pk")
    counts = [(str(hamlet), *rows.get(hamlet.pk, (0, 0))) for hamlet in hamlets]
    shares = [_share(*line) for line in counts]
    members, linked = sum(line[1] for line in counts), sum(line[2] for line in counts)
    listed, hidden = _listed_sum([line[2] for line in counts])
    whole = _share(str(account.commune), members, linked)
    if hidden:
        whole = LinkedShare(whole.place, members, f"ít nhất {grouped(listed + hidden)}", None)
    return shares, whole


def waiting(account: OfficialAccount) -> int:
    """Proposals that nobody has decided."""
    return LinkProposal.objects.filter(follower__account=account).count()


def replies_astray(account: OfficialAccount) -> int:
    """Answers about linking that failed, or of which nobody knows."""
    states = (LinkReply.State.FAILED, LinkReply.State.UNCERTAIN)
    return LinkReply.objects.filter(follower__account=account, state__in=states).count()


def _share(place: str, members: int, linked: int) -> LinkedShare:
    is_small = 0 < linked < SMALL
    share = None if is_small or not members else 100 * linked / members
    return LinkedShare(place, members, _small(linked), share)


def _small(value: int) -> str:
    return f"dưới {SMALL}" if 0 < value < SMALL else grouped(value)


def _listed_sum(numbers: Sequence[int]) -> tuple[int, int]:
    """The sum of the numbers that are shown, and how many are not."""
    hidden = sum(0 < number < SMALL for number in numbers)
    return sum(number for number in numbers if number >= SMALL), hidden


# Who follows the account, in counts alone: windows, linked share, how the list and quota stand.


TONES = {
    FollowerSync.State.RUNNING: "info",
    FollowerSync.State.COMPLETE: "good",
    FollowerSync.State.INCOMPLETE: "warn",
    FollowerSync.State.FAILED: "bad",
}


def urls(site: Any) -> list[URLPattern]:
    """Addresses under the admin of what people shared."""
    pages = {
        "nguoi-quan-tam/": (counts, "followers"),
        "<int:pk>/doc-lai/": (read_again, "read_followers", "zalo.sync_follower"),
    }
    return own_pages(
        site, "groups_linkproposal", pages, "zalo.view_follower", row="account", rows=_accounts
    )


def _accounts(request: HttpRequest) -> Any:
    return OfficialAccount.objects.visible_to(request.user).select_related("commune")


@require_GET
def counts(request: HttpRequest, *, site: Any) -> HttpResponse:
    """Counts of one account; whoever sees several chooses."""
    accounts = list(_accounts(request).order_by("commune__name", "pk"))
    asked = number_of(request.GET.get("oa"))
    account = next((row for row in accounts if row.pk == asked), accounts[0] if accounts else None)
    context = {
        **site.each_context(request),
        "title": "Người quan tâm OA",
        "account": account,
        "accounts": accounts if len(accounts) > 1 else [],
        "listing": may(account, Capability.FOLLOWERS),
        "definition": DEFINITION,
    }
    if account is not None:
        sync = account.syncs.first()
        if request.user.has_perm("groups.view_hamlet"):
            shares, whole = linked_by_hamlet(account)
            context["places"] = ([row for row in shares if row.linked != "0"], whole)
            context["nobody"] = [row.place for row in shares if row.linked == "0"]
        context |= {
            "windows": windows(account, timezone.now()),
            "waiting": waiting(account),
            "astray": replies_astray(account),
            "sync": sync,
            "sync_words": _in_words(sync) if sync else "",
            "tone": TONES[FollowerSync.State(sync.state)] if sync else "info",
            "quotas": quota.summary(account),
            "may_read": request.user.has_perm("zalo.sync_follower"),
            "may_settle": request.user.has_perm("groups.view_linkproposal"),
        }
    return TemplateResponse(request, "groups/linking/followers.html", context)


def _in_words(sync: FollowerSync) -> str:
    words = f"{timezone.localtime(sync.started_at):%H:%M %d/%m/%Y}: đọc {grouped(sync.seen)} người"
    if sync.expected is not None and sync.expected != sync.seen:
        words += f", Zalo báo có {grouped(sync.expected)}"
    if sync.unfollowed:
        words += f"; {grouped(sync.unfollowed)} người đã bỏ quan tâm"
    return f"{words}."


@require_POST
def read_again(request: HttpRequest, *, site: Any, account: OfficialAccount) -> HttpResponse:
    """Have the list read anew in the background."""
    do(
        request,
        lambda: follower_lists.start(account, by=request.user),
        "Đã bắt đầu đọc lại danh sách. Vài phút nữa hãy xem lại.",
    )
    return redirect(f"{reverse('admin:groups_linkproposal_followers')}?oa={account.pk}")
