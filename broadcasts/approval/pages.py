"""Pages of a post beside the admin's form: look and decide, the log of its sending, pictures.

They are few and each does one job on a phone: what is sent, to whom, and one large button.
"""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.live.pages import live_page
from accounts.scoped_admin.pages import attempt, own_pages
from accounts.workflow.four_eyes import names_of_writers
from broadcasts import services
from broadcasts.approval import steps
from broadcasts.content_check import pages as content_check_pages
from broadcasts.content_check.pages import ContentPage
from broadcasts.posts import prefill, readability, wording
from broadcasts.posts.corrections import live_corrections, refusal
from broadcasts.posts.events import BroadcastEvent
from broadcasts.posts.forms import LogFilterForm, PreviewForm
from broadcasts.posts.models import Broadcast
from broadcasts.scheduling.quiet_hours import COUNTING_GROUPS
from broadcasts.sending.models import Delivery
from documents.pictures import picture
from documents.uploads import download
from groups.models import Hamlet, ZaloGroup

VIEW = "broadcasts.view_broadcast"
LOG_PAGE = 60
EMPTY = dict.fromkeys(["total", "done", "failed", "unclear", "trouble", "by_machine", "by_hand"], 0)
# How soon the log asks again: while the machine sends, while hands post, and never after.
SOON_MS, LATER_MS = 2_000, 15_000


def _rows(request: HttpRequest) -> Any:
    return Broadcast.objects.visible_to(request.user).select_related(
        "commune", "topic", "created_by", "last_edited_by", "submitted_by", "approved_by",
        "template", "request", "corrects", "edition__procedure",
    )  # fmt: skip


def _deliveries(request: HttpRequest, post: Broadcast) -> Any:
    return Delivery.objects.visible_to(request.user).filter(broadcast=post)


def _context(request: HttpRequest, post: Broadcast, active: str) -> dict[str, Any]:
    progress = _deliveries(request, post).progress([post.pk]).get(post.pk, EMPTY)
    may_edit = request.user.has_perm("broadcasts.change_broadcast") and steps.may_edit(
        post, request.user
    )
    return {
        "title": post.title,
        "post": post,
        "state": wording.post_state(post),
        "leaving": wording.leaving(post),
        "progress": progress,
        "newcomers": steps.newcomers(post, request.user),
        "waiting_for": steps.waiting_for(post, request.user),
        "edit_url": reverse("admin:broadcasts_broadcast_change", args=[post.pk])
        if may_edit
        else "",
        "edit_label": "Sửa bài",
        "active": active,
        "origin": active,
    }


def _audience(request: HttpRequest, post: Broadcast) -> str:
    """Chosen places by name; those out of sight are only counted."""
    if post.corrects_id:
        return "Những nhóm đã nhận, hoặc có thể đã nhận bài gốc"
    if post.goes_to_whole_commune:
        return "Tất cả nhóm đang hoạt động của xã"
    hamlets = Hamlet.objects.visible_to(request.user)
    groups = ZaloGroup.objects.visible_to(request.user)
    if request.user.has_perm("broadcasts.approve_broadcast"):  # who decides knows all of it
        hamlets = Hamlet.objects.of_commune(post.commune_id)
        groups = ZaloGroup.objects.of_commune(post.commune_id)
    hamlets = hamlets.filter(pk__in=post.audience_hamlets)
    groups = groups.filter(pk__in=post.audience_groups)
    named = [*map(str, hamlets), *(f"nhóm {group.name}" for group in groups)]
    hidden = len(post.audience_hamlets) + len(post.audience_groups) - len(named)
    return ", ".join([*named, *([f"{hidden} nơi khác"] if hidden else [])])


def _kin(request: HttpRequest, post: Broadcast) -> dict[str, Any]:
    """Corrections of a post, and the actions open on it: print, correct, reuse."""
    user = request.user
    visible = Broadcast.objects.visible_to(user)
    correction = services.corrected_by(post)
    writes = user.has_perm("broadcasts.add_broadcast")
    return {
        "correction": correction,
        "drafted_corrections": live_corrections(post)
        .exclude(status__in=Broadcast.UNDER_APPROVAL)
        .filter(pk__in=visible.values("pk")),
        "is_printable": post.status in wording.PRINTABLE and correction is None,
        "may_correct": writes and correction is None and not refusal(post),
        "may_reuse": writes
        and correction is None
        and post.corrects_id is None
        and post.status not in Broadcast.EDITABLE,
        "shown_request": post.request
        if post.request and user.has_perm("broadcasts.answer_postrequest")
        else None,
    }


def _events(request: HttpRequest, post: Broadcast) -> Any:
    """History of a post; accounts limited to hamlets do not get the lines that name a group."""
    rows = post.events.exclude(kind=BroadcastEvent.Kind.SCHEDULED).select_related("by")
    if request.user.has_perm("groups.view_all_hamlets"):
        return rows
    return rows.exclude(kind=BroadcastEvent.Kind.SETTLED)


def _next_waiting(request: HttpRequest, post: Broadcast) -> Broadcast | None:
    """Next post to decide for this account, once this one is decided."""
    decided = post.status != Broadcast.Status.PENDING_APPROVAL
    if not (decided and request.user.has_perm("broadcasts.approve_broadcast")):
        return None
    waiting = Broadcast.objects.visible_to(request.user).approvable_by(request.user)
    return (
        waiting.exclude(pk=post.pk).order_by("-priority", "scheduled_for", "submitted_at").first()
    )


def _review(request: HttpRequest, post: Broadcast) -> dict[str, Any]:
    """Context of the review page: content, reach, time, people."""
    still_open = post.status in Broadcast.EDITABLE
    hits = services.check(post) if still_open else []
    parts = post.approved_parts or services.text_parts(post.text)
    return _context(request, post, "review") | {
        "parts": content_check_pages.marked(parts, post, hits),
        "reach": services.reach(post) if still_open else None,
        "audience": _audience(request, post),
        **_kin(request, post),
        "hits": hits,
        "writers": names_of_writers(post) if still_open else [],
        "events": _events(request, post),
        "returned_because": steps.returned_because(post),
        "next_waiting": _next_waiting(request, post),
        "mandate": services.mandate_words(request.user) if still_open else "",
    }


class PostPage(ContentPage):
    def back_to(self, request: HttpRequest, row: Any) -> str:
        if request.POST.get("from") == "log":
            return reverse("admin:broadcasts_broadcast_log", args=[row.pk])
        return super().back_to(request, row)


PAGE = PostPage(
    "broadcasts_broadcast", VIEW, _rows, _review, steps.STEPS, "broadcasts/review.html",
    url_name="review", has_prefixes=False,
)  # fmt: skip


@require_POST
def preview(request: HttpRequest, *, site: Any) -> HttpResponse:
    """Live preview beside the form: parts, findings, reach."""
    form = PreviewForm(request.POST, user=request.user)
    post = form.as_broadcast()
    post.corrects = prefill.read(request).corrects
    has_audience = form.has_audience or post.corrects is not None
    context = preview_context(post, has_audience=has_audience, leaving=wording.leaving(post))
    return TemplateResponse(request, "broadcasts/preview.html", context)


def preview_context(post: Broadcast, *, has_audience: bool, leaving: str) -> dict[str, Any]:
    """Context of the preview of an unsaved post."""
    unsaid = {"empty"} if has_audience else {"empty", *COUNTING_GROUPS}
    hits = [hit for hit in services.check(post) if hit.rule not in unsaid]
    return {
        "post": post,
        "parts": content_check_pages.marked(services.text_parts(post.text), post, hits),
        "findings": content_check_pages.look(post, hits),
        "reach": services.reach(post) if post.commune_id and has_audience else None,
        "reading": readability.look(post.text),
        "leaving": leaving,
    }


def _refresh_ms(post: Broadcast, counts: dict[str, int]) -> int:
    if post.status != Broadcast.Status.SENDING:
        return 0
    return SOON_MS if counts.keys() & {"queued", "sending"} else LATER_MS


def _log_context(request: HttpRequest, post: Broadcast) -> dict[str, Any]:
    rows = _deliveries(request, post)
    counts = dict(rows.counts_by_status())
    choice = LogFilterForm({"status": request.GET.get("trang-thai", "")})
    chosen = choice.cleaned_data["status"] if choice.is_valid() else ""
    listed = rows.filter(status=chosen) if chosen else rows
    page = Paginator(listed.with_names().by_need(), LOG_PAGE).get_page(request.GET.get("trang"))
    now = timezone.now()
    return {
        "page": page,
        "lines": [
            {
                "delivery": row,
                "said": wording.delivery_state(row, now),
                "at": wording.when(row.sent_at or row.posted_at or row.settled_at, now),
                "to_settle": row.waits_for_finding and services.may_settle(row, request.user),
            }
            for row in page
        ],
        "filters": [
            (value, wording.delivery_label(post, value), counts[value], tone)
            for value, tone in wording.DELIVERY_TONES.items()
            if counts.get(value)
        ],
        "chosen": chosen,
        "refresh_ms": _refresh_ms(post, counts),
        "now": timezone.localtime(now),
    }


@require_GET
def log(request: HttpRequest, *, site: Any, post: Broadcast) -> HttpResponse:
    """Delivery log of every group that this account may see."""
    live = live_page(request, "posts", "hand", "sending")
    post = get_object_or_404(_rows(request), pk=post.pk)  # as it is since the version was read
    context = {
        **site.each_context(request),
        **PAGE.offers_for(post, request.user),
        **_context(request, post, "log"),
        **_log_context(request, post),
        "events": _events(request, post),
        "live": live,
    }
    return TemplateResponse(request, "broadcasts/log.html", context)


@require_GET
def log_fragment(request: HttpRequest, *, site: Any, post: Broadcast) -> HttpResponse:
    """The part of the log that the page polls while the post is being sent."""
    progress = _deliveries(request, post).progress([post.pk]).get(post.pk, EMPTY)
    context = _log_context(request, post) | {"post": post, "progress": progress}
    response = TemplateResponse(request, "broadcasts/log_body.html", context)
    response["X-Refresh-Ms"] = context["refresh_ms"]
    return response


@require_POST
def settle(request: HttpRequest, *, site: Any, pk: int) -> HttpResponse:
    """Record whether a person found the post in the group."""
    visible = Delivery.objects.visible_to(request.user).select_related("broadcast", "zalo_group")
    delivery = get_object_or_404(visible, pk=pk)
    finding = request.POST.get("finding")
    if finding not in Delivery.Finding.values:
        messages.error(request, "Hãy chọn bài đã có hay không có trong nhóm.")
        return redirect("admin:broadcasts_broadcast_log", delivery.broadcast_id)
    arrived = finding == Delivery.Finding.ARRIVED
    again = ", gửi lại được" if delivery.status == Delivery.Status.UNCERTAIN else ""
    found = "đã có bài" if arrived else f"không có bài{again}"
    attempt(
        request, lambda: services.settle(delivery, by=request.user, arrived=arrived),
        f"Đã ghi: {delivery.zalo_group} {found}.",
    )  # fmt: skip
    return redirect("admin:broadcasts_broadcast_log", delivery.broadcast_id)


@require_GET
def post_image(request: HttpRequest, *, site: Any, post: Broadcast) -> HttpResponse:
    return picture(post.image, download_as="")


@require_GET
def post_file(request: HttpRequest, *, site: Any, post: Broadcast) -> HttpResponse:
    return download(post.file, name=post.file_name.rpartition(".")[0])


def urls(site: Any) -> list[URLPattern]:
    """Addresses under the admin of posts."""
    of_a_post = {
        "<int:pk>/nhat-ky/": (log, "log"),
        "<int:pk>/nhat-ky/phan/": (log_fragment, "log_fragment"),
        "<int:pk>/anh/": (post_image, "image"),
        "<int:pk>/tep/": (post_file, "file"),
    }
    others = {
        "xem-truoc/": (preview, "preview"),
        "luot/<int:pk>/xac-minh/": (settle, "settle"),
    }
    return [
        *PAGE.urls(site),
        *own_pages(site, PAGE.prefix, of_a_post, VIEW, row="post", rows=_rows),
        *own_pages(site, PAGE.prefix, others, VIEW),
    ]
