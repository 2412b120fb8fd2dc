"""The queue of rows that may be one person: look at two side by side, join them or tell them apart.

And the merges of the last thirty days, which can be taken apart again.
"""

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from accounts.audit import services as audit
from accounts.scoped_admin.base import (
    ReadOnlyAdminMixin,
    ScopedModelAdmin,
    action,
    in_sight,
    visible_object,
)
from accounts.scoped_admin.pages import guarded, number_of, own_pages, try_out
from groups.admin_mixins import do
from groups.duplicates import pairs as duplicates
from groups.duplicates import services as duplicates_services
from groups.duplicates.models import DistinctPair, MemberMerge
from groups.personal_data.holdings import ELSEWHERE
from groups.places.models import Hamlet
from groups.residents.models import Member
from groups.residents.question_pages import StepsMixin, ask_page
from vietnamese.text import local_phone

PAIRS_A_PAGE = 20
NOTHING = "–"
# Who may join rows sees them in full.
NEEDS = ("groups.merge_member", "groups.reveal_member")


def _page(request: HttpRequest, site: Any, template: str, **context: Any) -> HttpResponse:
    context = {**site.each_context(request), "opts": Member._meta, **context}
    return TemplateResponse(request, f"groups/people/{template}.html", context)


@require_GET
def queue(request: HttpRequest, *, site: Any) -> HttpResponse:
    """All pairs within what the account sees, or within one hamlet."""
    hamlets = Hamlet.objects.visible_to(request.user).valid_on(timezone.localdate())
    chosen = hamlets.filter(pk=number_of(request.GET.get("ap"))).first()
    members = Member.objects.visible_to(request.user)
    must_choose = chosen is None and request.user.commune_id is None
    if must_choose:
        members = members.none()
    found = duplicates.pair_ids(members.filter(hamlet=chosen) if chosen else members)
    page = Paginator(found, PAIRS_A_PAGE).get_page(request.GET.get("trang"))
    return _page(
        request, site, "duplicates",
        title="Người có thể trùng", page=page, pairs=duplicates.pairs(list(page.object_list)),
        hamlets=hamlets if hamlets.count() > 1 or must_choose else [], chosen=chosen,
        must_choose=must_choose,
        is_cut=len(found) == duplicates.MOST_PAIRS, apart=_told_apart(members, chosen),
        may_see_merges=request.user.has_perm("groups.view_membermerge"),
    )  # fmt: skip


def _told_apart(members: Any, chosen: Hamlet | None) -> Any:
    """The last decisions about people in sight: a thumb may have slipped."""
    rows = DistinctPair.objects.filter(first__in=members, second__in=members)
    if chosen is not None:
        rows = rows.filter(first__hamlet=chosen)
    return rows.select_related("first__hamlet", "second__hamlet", "decided_by")[:PAIRS_A_PAGE]


def _two(request: HttpRequest, source: Any) -> tuple[Member, Member]:
    """Both members of a pair; 404 when one is out of sight."""
    rows = Member.objects.visible_to(request.user).select_related("hamlet__commune", "team")
    first = get_object_or_404(rows, pk=number_of(source.get("a")))
    return first, get_object_or_404(rows.exclude(pk=first.pk), pk=number_of(source.get("b")))


def _in_words(member: Member, choice: str, user: Any) -> str:
    """A value as a person reads it; nobody out of sight is named."""
    if choice == "reached_through" and member.reached_through_id is not None:
        is_seen = Member.objects.visible_to(user).filter(pk=member.reached_through_id).exists()
        return str(member.reached_through) if is_seen else ELSEWHERE
    if choice == "birth":
        day = f"{member.birth_date:%d/%m/%Y}" if member.birth_date else ""
        return day or str(member.birth_year or NOTHING)
    if choice == "place":
        return f"{member.hamlet}{f', {member.team.name}' if member.team else ''}"
    if choice == "gender":
        return str(member.get_gender_display()) if member.gender else NOTHING
    if choice == "is_representative":
        return "Có" if member.is_representative else "Không"
    value = getattr(member, choice)
    if choice == "phone":
        return local_phone(value) or NOTHING
    return str(value or NOTHING)


def _is_better(first: Member, second: Member, choice: str) -> bool:
    """Whether the second has a value where the first has none, or says more of a birth."""
    if choice == "birth":
        mine, other = (
            (member.birth_date is not None, member.birth_year is not None)
            for member in (first, second)
        )
        return other > mine
    if choice in ("place", "is_representative"):
        return False
    return not getattr(first, choice) and bool(getattr(second, choice))


def _lines(first: Member, second: Member, user: Any) -> list[dict[str, Any]]:
    lines = []
    for choice, label in duplicates_services.LABELS.items():
        mine, other = _in_words(first, choice, user), _in_words(second, choice, user)
        if mine == other == NOTHING:
            continue
        lines.append(
            {
                "name": choice,
                "label": label,
                "mine": mine,
                "other": other,
                "is_same": mine == other,
                "takes_other": _is_better(first, second, choice),
            }
        )
    return lines


@require_GET
def compare(request: HttpRequest, *, site: Any) -> HttpResponse:
    """Two rows side by side; the one on the left is kept, and the sides can be changed."""
    if not request.GET.get("a"):
        return redirect("admin:groups_member_duplicates")
    first, second = _two(request, request.GET)
    for member in (first, second):
        audit.record(
            "member.viewed", by=request.user, target=member, commune=member.hamlet.commune
        )  # fmt: skip
    return _page(
        request, site, "compare",
        title="Hai dòng này có phải một người không?", first=first, second=second,
        why=duplicates.reasons(first, second), lines=_lines(first, second, request.user),
        groups=[_groups(first), _groups(second)], days=MemberMerge.UNDO_DAYS,
    )  # fmt: skip


def _groups(member: Member) -> str:
    rows = member.memberships.joined().select_related("group")
    return ", ".join(row.group.name for row in rows) or NOTHING


def _answer(request: HttpRequest, verb: Any, done: str) -> HttpResponse:
    first, second = _two(request, request.POST)
    do(request, lambda: verb(first, second), done)
    return redirect("admin:groups_member_duplicates")


@require_POST
def merge(request: HttpRequest, *, site: Any) -> HttpResponse:
    """Keep `a`, absorb `b`, with the values that were chosen."""
    values = {choice: request.POST.get(choice) == "b" for choice in duplicates_services.CHOICES}
    verb = partial(duplicates_services.merge, from_absorbed=values, by=request.user)
    days = MemberMerge.UNDO_DAYS
    return _answer(request, verb, f"Đã gộp. Trong {days} ngày có thể bấm “Tách lại”.")


@require_POST
def tell_apart(request: HttpRequest, *, site: Any) -> HttpResponse:
    """They are two people and are not offered again."""
    return _answer(
        request,
        partial(duplicates_services.tell_apart, by=request.user),
        "Đã ghi là hai người khác nhau. Bấm nhầm thì mở “Đã xác nhận là hai người khác nhau” ở "
        "cuối trang.",
    )


@require_POST
def ask_again(request: HttpRequest, *, site: Any) -> HttpResponse:
    """Take the decision back that they are two people."""
    first, second = _two(request, request.POST)
    one, other = sorted((first.pk, second.pk))
    pair = get_object_or_404(DistinctPair, first=one, second=other)
    return _answer(
        request,
        lambda *_: duplicates_services.ask_again(pair, by=request.user),
        "Đã bỏ xác nhận; cặp này lại có trong danh sách.",
    )


class DuplicatesMixin:
    """The way from the list of members to the queue."""

    actions_list = ["duplicates"]

    def get_actions_list(self, request: HttpRequest) -> list[Any]:
        """None in the head of the page: the way stands above the list, for a phone too."""
        return []

    def has_merge_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perms(NEEDS)

    def get_urls(self) -> list[Any]:
        pages = {
            "nguoi-trung/so-sanh/": (compare, "compare"),
            "nguoi-trung/gop/": (merge, "merge"),
            "nguoi-trung/khac-nhau/": (tell_apart, "tell_apart"),
            "nguoi-trung/hoi-lai/": (ask_again, "ask_again"),
        }
        own = own_pages(self.admin_site, "groups_member", pages, *NEEDS)
        return own + super().get_urls()

    @action(
        description=_("Người có thể trùng"),
        url_path="nguoi-trung",
        permissions=["merge"],
    )
    def duplicates(self, request: HttpRequest) -> HttpResponse:
        view = guarded(self.admin_site, queue, *NEEDS)
        return view(request)


@admin.register(MemberMerge)
class MemberMergeAdmin(StepsMixin, ReadOnlyAdminMixin, ScopedModelAdmin):
    """Merges, each with its author and the last day to split it."""

    list_display = ["survivor", "hamlet", "merged", "reversible"]
    list_select_related = ["survivor__hamlet", "merged_by"]
    fields = ["survivor", "merged_by", "merged_at", "undo_until"]
    actions_detail = ["split"]
    main_steps = ("split",)

    def has_split_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        made = in_sight(self, request, object_id).reversible(timezone.now())
        return request.user.has_perm("groups.merge_member") and made.exists()

    @admin.display(description=_("ấp, khu phố"))
    def hamlet(self, made: MemberMerge) -> str:
        return str(made.survivor.hamlet)

    @admin.display(description=_("lần gộp"), ordering="merged_at")
    def merged(self, made: MemberMerge) -> str:
        """In words: on a phone a date stands without its heading."""
        return f"Gộp {timezone.localtime(made.merged_at):%H:%M %d/%m/%Y}, {made.merged_by}"

    @admin.display(description=_("tách lại"), ordering="undo_until")
    def reversible(self, made: MemberMerge) -> str:
        return f"Tách lại được đến {timezone.localtime(made.undo_until):%d/%m/%Y}"

    @action(description=_("Tách lại"), url_path="tach-lai", permissions=["split"])
    def split(self, request: HttpRequest, object_id: str) -> HttpResponse:
        made = visible_object(self, request, object_id)
        back_url = reverse("admin:groups_membermerge_changelist")
        refusal = ""
        if request.method == "POST":
            unchanged, refusal = try_out(lambda: duplicates_services.split(made, by=request.user))
            if unchanged is not None:
                self.message_user(request, _split_message(unchanged), messages.SUCCESS)
                return redirect(back_url)
        return ask_page(
            self, request, title=f"Tách lại: {made.survivor}", back_url=back_url,
            sentence="Hai dòng trở lại như trước khi gộp, kể cả nhóm và các lần đồng ý. Chỗ nào "
            "đã sửa sau khi gộp thì giữ như đã sửa.",
            form=forms.Form() if not refusal else None, button="Tách lại", refusal=refusal,
        )  # fmt: skip


def _split_message(unchanged: list[str]) -> str:
    if not unchanged:
        return "Đã tách lại như trước khi gộp."
    return f"Đã tách lại. Đã sửa sau khi gộp nên giữ nguyên: {', '.join(unchanged)}."
