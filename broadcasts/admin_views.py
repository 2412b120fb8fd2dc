"""Pages of a post beside the admin's form: look and decide, the log of its sending, pictures.

They are few and each does one job on a phone: what is sent, to whom, and one large button.
"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.documents import download
from accounts.own_pages import own_pages
from accounts.picture_views import picture
from broadcasts import findings, reading, services, starting, steps, wording
from broadcasts.admin_forms import LogFilterForm, PreviewForm
from broadcasts.models import Broadcast, BroadcastEvent, Delivery
from groups.models import Hamlet, ZaloGroup

LOG_PAGE = 60
EMPTY = dict.fromkeys(["total", "done", "failed", "unclear", "trouble", "by_machine", "by_hand"], 0)
# How soon the log asks again: while the machine sends, while hands post, and never after.
SOON_MS, LATER_MS = 2_000, 15_000


def urls(site: Any) -> list[URLPattern]:
    """Addresses under the admin of posts."""
    pages = {
        "xem-truoc/": (preview, "preview"),
        "<int:pk>/xem/": (review, "review"),
        "<int:pk>/nhat-ky/": (log, "log"),
        "<int:pk>/nhat-ky/phan/": (log_fragment, "log_fragment"),
        "<int:pk>/buoc/<slug:name>/": (step, "step"),
        "<int:pk>/anh/": (post_image, "image"),
        "<int:pk>/tep/": (post_file, "file"),
        "luot/<int:pk>/xac-minh/": (settle, "settle"),
    }
    return own_pages(site, "broadcasts_broadcast", pages, "broadcasts.view_broadcast")


def _post(request: HttpRequest, pk: int) -> Broadcast:
    """A post that this account may see; 404 otherwise, as if it were not there."""
    posts = Broadcast.objects.visible_to(request.user).select_related(
        "commune", "topic", "created_by", "last_edited_by", "submitted_by", "approved_by",
        "template", "request", "corrects", "edition__procedure",
    )  # fmt: skip
    return get_object_or_404(posts, pk=pk)


def _deliveries(request: HttpRequest, post: Broadcast) -> Any:
    return Delivery.objects.visible_to(request.user).filter(broadcast=post)


def _context(request: HttpRequest, site: Any, post: Broadcast, active: str) -> dict[str, Any]:
    progress = _deliveries(request, post).progress([post.pk]).get(post.pk, EMPTY)
    newcomers = steps.newcomers(post, request.user, timezone.now())
    failed = progress["failed"] if services.corrected_by(post) is None else 0
    return {
        **site.each_context(request),
        "title": post.title,
        "post": post,
        "state": wording.post_state(post),
        "leaving": wording.leaving(post),
        "progress": progress,
        "offers": steps.offers(post, request.user, failed=failed, newcomers=newcomers),
        "newcomers": newcomers,
        "waiting_for": steps.waiting_for(post, request.user),
        "may_edit": request.user.has_perm("broadcasts.change_broadcast")
        and steps.may_edit(post, request.user),
        "active": active,
        "here": request.path,
    }


def _audience(request: HttpRequest, post: Broadcast) -> str:
    """The chosen places by name, as far as this account may know them."""
    if post.corrects_id:
        return "Những nhóm đã nhận, hoặc có thể đã nhận bài gốc"
    if post.goes_to_whole_commune:
        return "Tất cả nhóm đang hoạt động của xã"
    hamlets = Hamlet.objects.visible_to(request.user).filter(pk__in=post.audience_hamlets)
    groups = ZaloGroup.objects.visible_to(request.user).filter(pk__in=post.audience_groups)
    named = [*map(str, hamlets), *(f"nhóm {group.name}" for group in groups)]
    hidden = len(post.audience_hamlets) + len(post.audience_groups) - len(named)
    return ", ".join([*named, *([f"{hidden} nơi khác"] if hidden else [])])


def _kin(request: HttpRequest, post: Broadcast) -> dict[str, Any]:
    """What a post corrects and what corrects it, and which of its other forms may be had."""
    user = request.user
    visible = Broadcast.objects.visible_to(user)
    correction = services.corrected_by(post)
    writes = user.has_perm("broadcasts.add_broadcast")
    return {
        "correction": correction,
        "drafted_corrections": services.live_corrections(post)
        .exclude(status__in=Broadcast.UNDER_APPROVAL)
        .filter(pk__in=visible.values("pk")),
        "is_printable": post.status in wording.PRINTABLE and correction is None,
        "may_correct": writes and correction is None and services.may_correct(post),
        "may_reuse": writes
        and correction is None
        and post.corrects_id is None
        and post.status not in Broadcast.EDITABLE,
        "shown_request": post.request
        if post.request and user.has_perm("broadcasts.answer_postrequest")
        else None,
    }


def _events(request: HttpRequest, post: Broadcast) -> Any:
    """The history; who does not see all hamlets is spared the lines that name a group."""
    rows = post.events.exclude(kind=BroadcastEvent.Kind.SCHEDULED).select_related("by")
    if request.user.has_perm("groups.view_all_hamlets"):
        return rows
    return rows.exclude(kind=BroadcastEvent.Kind.SETTLED)


def _next_waiting(request: HttpRequest, post: Broadcast) -> Broadcast | None:
    """After a decision: the next post that waits for this account."""
    decided = post.status != Broadcast.Status.PENDING_APPROVAL
    if not (decided and request.user.has_perm("broadcasts.approve_broadcast")):
        return None
    waiting = Broadcast.objects.visible_to(request.user).approvable_by(request.user)
    return (
        waiting.exclude(pk=post.pk).order_by("-priority", "scheduled_for", "submitted_at").first()
    )


@require_GET
def review(request: HttpRequest, *, site: Any, pk: int) -> HttpResponse:
    """Exactly what is sent, to how many groups, when and by whom; with the steps as buttons."""
    post = _post(request, pk)
    still_open = post.status in Broadcast.EDITABLE
    hits = services.check(post) if still_open else []
    parts = post.approved_parts or services.text_parts(post.text)
    context = _context(request, site, post, "review")
    context |= {
        "parts": findings.marked(parts, post, hits),
        "reach": services.reach(post) if still_open else None,
        "audience": _audience(request, post),
        **_kin(request, post),
        "findings": findings.look(post, hits, context["offers"]),
        "events": _events(request, post),
        "returned_because": steps.returned_because(post),
        "next_waiting": _next_waiting(request, post),
    }
    return TemplateResponse(request, "broadcasts/review.html", context)


@require_POST
def preview(request: HttpRequest, *, site: Any) -> HttpResponse:
    """The live preview beside the form: the parts, the findings of the gate, the reach."""
    form = PreviewForm(request.POST, user=request.user)
    post = form.as_broadcast()
    post.corrects = starting.read(request).corrects
    has_audience = form.has_audience or post.corrects is not None
    context = preview_context(post, has_audience=has_audience, leaving=wording.leaving(post))
    return TemplateResponse(request, "broadcasts/preview.html", context)


def preview_context(post: Broadcast, *, has_audience: bool, leaving: str) -> dict[str, Any]:
    """An unsaved post as it would be sent, and what the gate finds so far."""
    hits = [hit for hit in services.check(post) if hit.rule != "empty"]
    return {
        "post": post,
        "parts": findings.marked(services.text_parts(post.text), post, hits),
        "findings": findings.look(post, hits),
        "reach": services.reach(post) if post.commune_id and has_audience else None,
        "reading": reading.look(post.text),
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
    may_settle = request.user.has_perm("broadcasts.settle_delivery")
    return {
        "page": page,
        "lines": [
            {
                "delivery": row,
                "said": wording.delivery_state(row, now),
                "at": wording.when(row.sent_at or row.posted_at or row.settled_at, now),
                "to_settle": may_settle and row.status == "uncertain" and row.settled_at is None,
            }
            for row in page
        ],
        "filters": [
            (value, label, counts[value], wording.DELIVERY_TONES[value])
            for value, label in Delivery.Status.choices
            if counts.get(value)
        ],
        "chosen": chosen,
        "refresh_ms": _refresh_ms(post, counts),
        "now": timezone.localtime(now),
    }


@require_GET
def log(request: HttpRequest, *, site: Any, pk: int) -> HttpResponse:
    """The truth about every group that this account may see."""
    post = _post(request, pk)
    context = _context(request, site, post, "log") | _log_context(request, post)
    context["events"] = _events(request, post)
    return TemplateResponse(request, "broadcasts/log.html", context)


@require_GET
def log_fragment(request: HttpRequest, *, site: Any, pk: int) -> HttpResponse:
    """The moving part of the log, asked for again and again while the post is being sent."""
    post = _post(request, pk)
    progress = _deliveries(request, post).progress([post.pk]).get(post.pk, EMPTY)
    context = _log_context(request, post) | {"post": post, "progress": progress}
    response = TemplateResponse(request, "broadcasts/log_body.html", context)
    response["X-Refresh-Ms"] = context["refresh_ms"]
    return response


def _seen(request: HttpRequest) -> steps.Seen:
    """What the page sent along with the button."""
    confirmed = tuple(request.POST.getlist("confirm"))
    return steps.Seen(request.POST.get("seen"), findings.reasons_in(request.POST), confirmed)


def take_step(request: HttpRequest, post: Broadcast, chosen: steps.Step) -> bool:
    """Call the service of a step and say how it went."""
    try:
        done = chosen.act(
            post,
            request.user,
            request.POST.get("reason", "")[:1000],
            _seen(request),
        )
    except services.GateBlocked as refusal:
        messages.error(request, findings.refusal_words(refusal))
        return False
    except services.NotAllowed as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, done)
    return True


@require_POST
def step(request: HttpRequest, *, site: Any, pk: int, name: str) -> HttpResponse:
    """One step of a post; the service checks person, moment and content again."""
    post, chosen = _post(request, pk), steps.BY_NAME.get(name)
    if chosen is None:
        raise PermissionDenied
    take_step(request, post, chosen)
    back = "log" if request.POST.get("from") == "log" else "review"
    return redirect(f"admin:broadcasts_broadcast_{back}", post.pk)


@require_POST
def settle(request: HttpRequest, *, site: Any, pk: int) -> HttpResponse:
    """A person has looked into the group and says whether the post is there."""
    visible = Delivery.objects.visible_to(request.user).select_related("broadcast", "zalo_group")
    delivery = get_object_or_404(visible, pk=pk)
    finding = request.POST.get("finding")
    if finding not in Delivery.Finding.values:
        messages.error(request, "Hãy chọn bài đã có hay không có trong nhóm.")
        return redirect("admin:broadcasts_broadcast_log", delivery.broadcast_id)
    arrived = finding == Delivery.Finding.ARRIVED
    try:
        services.settle(delivery, by=request.user, arrived=arrived)
    except services.NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        found = "đã có bài" if arrived else "không có bài, gửi lại được"
        messages.success(request, f"Đã ghi: {delivery.zalo_group} {found}.")
    return redirect("admin:broadcasts_broadcast_log", delivery.broadcast_id)


@require_GET
def post_image(request: HttpRequest, *, site: Any, pk: int) -> HttpResponse:
    return picture(_post(request, pk).image, download_as="")


@require_GET
def post_file(request: HttpRequest, *, site: Any, pk: int) -> HttpResponse:
    post = _post(request, pk)
    return download(post.file, name=post.file_name.rpartition(".")[0])
