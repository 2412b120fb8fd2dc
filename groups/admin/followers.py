"""Who follows the account, in counts alone: windows, linked share, how the list and quota stand."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.admin_pages import number_of, own_pages
from accounts.services import NotAllowed
from groups.linking import figures
from zalo.capabilities import Capability, may
from zalo.models import FollowerSync, OfficialAccount
from zalo.services import follower_lists, quota
from zalo.services.quota import number

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
        "definition": figures.DEFINITION,
    }
    if account is not None:
        sync = account.syncs.first()
        if request.user.has_perm("groups.view_hamlet"):
            context |= _places(account)
        context |= {
            "windows": figures.windows(account, timezone.now()),
            "waiting": figures.waiting(account),
            "astray": figures.replies_astray(account),
            "sync": sync,
            "sync_words": _in_words(sync) if sync else "",
            "tone": TONES[FollowerSync.State(sync.state)] if sync else "info",
            "quotas": quota.summary(account),
            "may_read": request.user.has_perm("zalo.sync_follower"),
            "may_settle": request.user.has_perm("groups.view_linkproposal"),
        }
    return TemplateResponse(request, "groups/linking/followers.html", context)


def _places(account: OfficialAccount) -> dict[str, Any]:
    """How many are linked in each hamlet, for those who may know the hamlets at all."""
    shares, whole = figures.linked_by_hamlet(account)
    return {
        "places": ([row for row in shares if row.linked != "0"], whole),
        "nobody": [row.place for row in shares if row.linked == "0"],
    }


def _in_words(sync: FollowerSync) -> str:
    said = f"{timezone.localtime(sync.started_at):%H:%M %d/%m/%Y}: đọc {number(sync.seen)} người"
    if sync.expected is not None and sync.expected != sync.seen:
        said += f", Zalo báo có {number(sync.expected)}"
    if sync.unfollowed:
        said += f"; {number(sync.unfollowed)} người đã bỏ quan tâm"
    return f"{said}."


@require_POST
def read_again(request: HttpRequest, *, site: Any, account: OfficialAccount) -> HttpResponse:
    """Have the list read anew in the background."""
    try:
        follower_lists.start(account, by=request.user)  # type: ignore[arg-type]
    except NotAllowed as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Đã bắt đầu đọc lại danh sách. Vài phút nữa hãy xem lại.")
    return redirect(f"{reverse('admin:groups_linkproposal_followers')}?oa={account.pk}")
