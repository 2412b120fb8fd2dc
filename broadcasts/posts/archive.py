"""Archive of past posts: search, reach, print, reuse."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.scoped_admin.pages import own_pages
from broadcasts.posts import wording
from broadcasts.posts.models import Broadcast, Topic
from broadcasts.sending.models import Delivery
from groups.models import Hamlet
from vietnamese.text import fold

PAGE = 20
MONTHS = 36
Status = Broadcast.Status
EXCERPT = 220
_BY_STATE: dict[str, dict[str, Any]] = {
    "xong": {"status": Status.COMPLETED},
    "dang-gui": {"status__in": [Status.SENDING, Status.PAUSED]},
    "dinh-chinh": {"is_corrected": True},
    "la-dinh-chinh": {"corrects__isnull": False},
    "huy": {"status": Status.CANCELLED},
}


def urls(site: Any) -> list[URLPattern]:
    """Address under the admin of posts; also for accounts that only post manually."""
    pages = {"kho/": (library, "library")}
    return own_pages(site, "broadcasts_broadcast", pages, "broadcasts.view_delivery")


class LibraryForm(forms.Form):
    """Search form; unreadable input counts as blank."""

    STATES = (
        ("", "Tất cả"),
        ("xong", "Đã xong"),
        ("dang-gui", "Đang gửi, tạm dừng"),
        ("dinh-chinh", "Đã bị đính chính"),
        ("la-dinh-chinh", "Là bài đính chính"),
        ("huy", "Đã hủy giữa chừng"),
    )

    q = forms.CharField(label="Tìm", required=False, max_length=100)
    topic = forms.ModelChoiceField(
        Topic.objects.none(), label="Chủ đề", required=False, empty_label="Tất cả"
    )
    month = forms.ChoiceField(label="Tháng", required=False)
    state = forms.ChoiceField(label="Tình trạng", choices=STATES, required=False)
    hamlet = forms.ModelChoiceField(
        Hamlet.objects.none(), label="Ấp, khu phố", required=False, empty_label="Tất cả"
    )

    def __init__(self, *args: Any, user: Any, months: list[datetime], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topic"].queryset = Topic.objects.all()  # type: ignore[attr-defined]
        self.fields["hamlet"].queryset = (  # type: ignore[attr-defined]
            Hamlet.objects.visible_to(user).order_by("code")
        )
        named = [(f"{month:%Y-%m}", f"Tháng {month:%m/%Y}") for month in months]
        self.fields["month"].choices = [("", "Tất cả"), *named]  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.widget.attrs["class"] = "by-input"

    def asked(self) -> dict[str, Any]:
        self.is_valid()
        return self.cleaned_data


def past_posts(user: Any) -> Any:
    """Visible posts that have begun to leave, the latest first."""
    approved = Broadcast.objects.filter(
        corrects=OuterRef("pk"), status__in=Broadcast.UNDER_APPROVAL
    )
    return (
        Broadcast.objects.visible_to(user)
        .filter(started_at__isnull=False)
        .annotate(is_corrected=Exists(approved))
        .select_related("topic", "corrects")
        .order_by("-started_at", "-pk")
    )


def found(posts: Any, asked: dict[str, Any]) -> Any:
    """The posts that fit what was asked."""
    if fold(asked.get("q") or ""):
        posts = posts.search(asked["q"])
    if asked.get("topic"):
        posts = posts.filter(topic=asked["topic"])
    if asked.get("month"):
        year, month = map(int, asked["month"].split("-"))
        posts = posts.filter(started_at__year=year, started_at__month=month)
    if asked.get("hamlet"):
        there = Delivery.objects.filter(
            broadcast=OuterRef("pk"), zalo_group__hamlet=asked["hamlet"]
        )
        posts = posts.filter(Exists(there))
    return posts.filter(**_BY_STATE.get(asked.get("state") or "", {}))


def _cards(user: Any, posts: list[Any]) -> list[dict[str, Any]]:
    """Each post of a page with its reach and the correction that it got."""
    ids = [post.pk for post in posts]
    counts = Delivery.objects.visible_to(user).progress(ids)
    corrections = Broadcast.objects.filter(
        corrects__in=ids, status__in=Broadcast.UNDER_APPROVAL
    ).order_by("approved_at", "pk")
    corrected = {correction.corrects_id: correction for correction in corrections}
    return [
        {
            "post": post,
            "state": wording.post_state(post),
            "when": wording.when(post.started_at),
            "counts": counts.get(post.pk),
            "correction": corrected.get(post.pk),
            "excerpt": " ".join(post.approved_parts or [post.text])[:EXCERPT],
            "is_printable": post.status in wording.PRINTABLE and post.pk not in corrected,
        }
        for post in posts
    ]


@require_GET
def library(request: HttpRequest, *, site: Any) -> HttpResponse:
    """Archive page, made for a phone."""
    posts = past_posts(request.user)
    zone = timezone.get_current_timezone()
    months = posts.order_by().datetimes("started_at", "month", order="DESC", tzinfo=zone)
    form = LibraryForm(request.GET, user=request.user, months=list(months[:MONTHS]))
    asked = form.asked()
    page = Paginator(found(posts, asked), PAGE).get_page(request.GET.get("trang"))
    query = request.GET.copy()
    query.pop("trang", None)
    context = {
        **site.each_context(request),
        "title": "Kho bài đã đăng",
        "form": form,
        "filters": [form[name] for name in form.fields if name != "q"],
        "is_filtered": any(value for name, value in asked.items() if name != "q"),
        "is_narrowed": any(asked.values()),
        "cards": _cards(request.user, list(page)),
        "page": page,
        "query": query.urlencode(),
    }
    return TemplateResponse(request, "broadcasts/library.html", context)
