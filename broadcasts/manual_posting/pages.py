"""Manual posting on a small phone: task list, one task, its pictures.

The pages carry their own small frame instead of the admin's, so that they open fast on a cheap
phone and work without scripts; only copying needs one.
"""

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.live.pages import SOON_MS, live_page
from accounts.scoped_admin.pages import number_of, own_pages
from broadcasts import services
from broadcasts.manual_posting.services import old_post_of
from broadcasts.posts import wording
from broadcasts.posts.forms import MissedForm, PostedForm
from broadcasts.sending.models import Delivery
from documents.pictures import picture
from documents.uploads import download

LISTED = 200


def urls(site: Any) -> list[URLPattern]:
    """Addresses under the admin of deliveries."""
    prefix, by_hand = "broadcasts_delivery", "broadcasts.post_by_hand"
    pages = {"<int:pk>/dang-tay/": (task_page, "hand_task")}
    files = {
        "<int:pk>/anh/": (task_image, "image"),
        "<int:pk>/tep/": (task_file, "file"),
    }
    proofs = {"<int:pk>/minh-chung/": (proof, "proof")}
    return [
        *own_pages(site, prefix, {"dang-tay/": (task_list, "hand_list")}, by_hand),
        *own_pages(site, prefix, pages, by_hand, row="task", rows=_tasks),
        *own_pages(site, prefix, files, by_hand, row="task", rows=_deliveries),
        *own_pages(site, prefix, proofs, "broadcasts.view_delivery", row="task", rows=_deliveries),
    ]


def _deliveries(request: HttpRequest) -> Any:
    return Delivery.objects.visible_to(request.user).select_related("broadcast")


def _tasks(request: HttpRequest) -> Any:
    return Delivery.objects.visible_to(request.user).with_names().by_hand()


def _open_tasks(request: HttpRequest) -> Any:
    """Urgent first, then the older post, then by place."""
    return (
        Delivery.objects.visible_to(request.user)
        .to_post()
        .with_names()
        .order_by(
            "-is_urgent", "broadcast__started_at", "broadcast", "zalo_group__hamlet__code",
            "zalo_group__search_text",
        )
    )  # fmt: skip


@require_GET
def task_list(request: HttpRequest, *, site: Any) -> HttpResponse:
    live = live_page(request, "hand", "posts", every_ms=SOON_MS)
    tasks = list(_open_tasks(request)[: LISTED + 1])
    posts = [
        (post, list(rows)) for post, rows in groupby(tasks[:LISTED], lambda task: task.broadcast)
    ]
    context = {
        "posts": posts,
        "count": len(tasks[:LISTED]),
        "has_more": len(tasks) > LISTED,
        "just_done": _just_done(request),
        "live": live,
    }
    return TemplateResponse(request, "broadcasts/hand/list.html", context)


def _just_done(request: HttpRequest) -> int | None:
    """The task ticked a moment ago, for the link “Bấm nhầm?”."""
    return number_of(request.GET.get("vua")) or None


@require_http_methods(["GET", "POST"])
def task_page(request: HttpRequest, *, site: Any, task: Delivery) -> HttpResponse:
    """Task page of one group: copy, open, paste, tick."""
    posted = PostedForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and (answer := _record(request, task, posted)) is not None:
        return answer
    is_open = (
        task.status == Delivery.Status.TO_POST
        and task.broadcast.status == "sending"
        and services.corrected_by(task.broadcast) is None
    )
    context = {
        "task": task,
        "parts": task.broadcast.approved_parts,
        "old_post": old_post_of(task),
        "corrected_by": services.corrected_by(task.broadcast),
        "is_printable": task.broadcast.status in wording.PRINTABLE,
        "is_open": is_open,
        "is_paused": task.status == Delivery.Status.TO_POST and task.broadcast.status == "paused",
        "is_own": task.posted_by_id == request.user.pk,
        "just_done": _just_done(request),
        "said": wording.delivery_state(task),
        "left": _open_tasks(request).filter(broadcast=task.broadcast_id).count(),
        "posted_form": posted,
        "reasons": MissedForm.REASONS,
        "expires": wording.when(task.broadcast.expires_at),
    }
    return TemplateResponse(request, "broadcasts/hand/task.html", context)


def _record(request: HttpRequest, task: Delivery, posted: PostedForm) -> HttpResponse | None:
    """Record the officer's answer; None to show the page again."""
    try:
        if "mistake" in request.POST:
            services.take_back(task, by=request.user)
            messages.success(request, f"Đã mở lại việc đăng vào {task.zalo_group}.")
            return redirect("admin:broadcasts_delivery_hand_task", task.pk)
        if "missed" in request.POST:
            services.mark_missed(task, by=request.user, reason=MissedForm(request.POST).sentence())
            messages.warning(request, f"Đã ghi: chưa đăng được vào {task.zalo_group}.")
        elif posted.is_valid():
            services.mark_posted(
                task, by=request.user, proof=posted.cleaned_data["proof"],
                recalled=posted.cleaned_data["recalled"],
            )  # fmt: skip
            messages.success(request, f"Đã ghi: đã đăng vào {task.zalo_group}.")
        else:
            return None
    except services.NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect("admin:broadcasts_delivery_hand_task", task.pk)
    rows = _open_tasks(request)
    following = rows.filter(broadcast=task.broadcast_id).first() or rows.first()
    address = (
        reverse("admin:broadcasts_delivery_hand_task", args=[following.pk])
        if following
        else reverse("admin:broadcasts_delivery_hand_list")
    )
    return redirect(f"{address}?vua={task.pk}")


@require_GET
def task_image(request: HttpRequest, *, site: Any, task: Delivery) -> HttpResponse:
    """Picture of the post to be posted."""
    post = task.broadcast
    return picture(post.image, download_as="" if "xem" in request.GET else f"anh-bai-{post.pk}.jpg")


@require_GET
def task_file(request: HttpRequest, *, site: Any, task: Delivery) -> HttpResponse:
    """File of the post to be posted."""
    post = task.broadcast
    return download(post.file, name=post.file_name.rpartition(".")[0])


@require_GET
def proof(request: HttpRequest, *, site: Any, task: Delivery) -> HttpResponse:
    return picture(task.proof, download_as="")
