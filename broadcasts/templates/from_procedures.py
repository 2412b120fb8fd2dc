"""Draft a post from the current edition of a procedure, and the button that does it."""

from datetime import date
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.models import Commune, User
from accounts.scoped_admin.pages import attempt, own_pages
from broadcasts.approval.services import create
from broadcasts.posts.errors import NotAllowed
from broadcasts.posts.models import Broadcast, Topic
from broadcasts.posts.rendering import PART_LIMIT
from groups.models import Hamlet
from procedures.editions.rendering import FEE_ELSEWHERE, FeeNotVerified, fee_for_post, lines
from procedures.library.wording import clip
from procedures.models import Edition
from procedures.public.links import page_url

TOPIC: Final = "tthc"
_LINE: Final = 300
_FEE: Final = "Lệ phí"
_PLAIN: Final = {"Hồ sơ": "Mang theo", "Thời hạn": "Có kết quả sau"}


def text_of(edition: Edition, today: date, commune: Commune, *, with_fee: bool) -> str:
    """Text of a post, one message long. Raises NotAllowed for a fee that may not be published."""
    if with_fee:
        try:
            fee_for_post(edition, today)
        except FeeNotVerified as refusal:
            raise NotAllowed(f"{refusal} Có thể soạn bài không ghi lệ phí.") from refusal
    facts = []
    for line in lines(edition, today, commune=commune):
        text = FEE_ELSEWHERE if line.label == _FEE and not with_fee else line.text
        facts.append(f"{_PLAIN.get(line.label, line.label)}: {clip(text, _LINE)}")
    profile = commune.profile_on(today)
    tail = [f"Xem đủ: {_page(edition, commune)}"]
    if profile is not None and profile.duty_phone:
        tail.append(f"Hỏi thêm: trực ban Công an xã, số {profile.duty_phone}.")
    if edition.verified_on is not None:
        tail.append(f"Nội dung rà soát ngày {edition.verified_on:%d/%m/%Y}.")
    head = f"HƯỚNG DẪN: {edition.procedure.name.upper()}\n\n{edition.short_answer.strip()}"
    end = "\n".join(tail)
    body = clip(f"{head}\n\n" + "\n".join(facts), PART_LIMIT - len(end) - 2)
    return f"{body}\n\n{end}"


def _page(edition: Edition, commune: Commune) -> str:
    """The page of the procedure, or that of the ministry where the portal knows no own address."""
    page = page_url(edition.procedure, commune)
    return edition.link if page.startswith("/") else page


def draft_from(edition: Edition, *, by: User, with_fee: bool) -> Broadcast:
    """A new draft of this author from an edition in use.

    It goes to the whole commune, or to the hamlets of an author who sees only those, until the
    author chooses otherwise. Raises NotAllowed: no edition in use, or no fee that may be told.
    """
    today = timezone.localdate()
    if by.commune is None:
        raise NotAllowed("Tài khoản này không thuộc xã nào. Hãy để cán bộ của xã soạn bài.")
    if not Edition.objects.current(today).filter(pk=edition.pk).exists():
        raise NotAllowed(f"{edition} không phải bản đang dùng. Hãy soạn bài từ bản đang dùng.")
    topic = Topic.objects.filter(code=TOPIC).first()
    if topic is None:
        raise NotAllowed("Chưa có chủ đề cho bài hướng dẫn thủ tục. Hãy bấm “Soạn bài mới”.")
    post = Broadcast(
        commune=by.commune,
        title=clip(f"Hướng dẫn: {edition.procedure.name}", 150),
        text=text_of(edition, today, by.commune, with_fee=with_fee),
        topic=topic,
        edition=edition,
        audience_hamlets=_own_hamlets(by, today),
    )
    return create(post, by=by)


def _own_hamlets(by: User, today: date) -> list[int]:
    if by.has_perm("groups.view_all_hamlets"):
        return []
    hamlets = Hamlet.objects.visible_to(by).valid_on(today).of_commune(by.commune_id)
    return list(hamlets.values_list("pk", flat=True))


def urls(site: Any) -> list[URLPattern]:
    """Address under the admin of posts, for writers of posts who read the library."""
    pages = {"tu-thu-tuc/<int:pk>/": (make_draft, "from_procedure")}
    needs = ("broadcasts.add_broadcast", "procedures.view_edition")
    return own_pages(site, "broadcasts_broadcast", pages, *needs, row="edition", rows=_rows)


def _rows(request: HttpRequest) -> Any:
    return Edition.objects.visible_to(request.user).with_parts()


@require_POST
def make_draft(request: HttpRequest, *, site: Any, edition: Edition) -> HttpResponse:
    """Draft a post, with the fee if `fee` was pressed; a message says a refusal."""
    by: User = request.user  # type: ignore[assignment]
    post = attempt(
        request, lambda: draft_from(edition, by=by, with_fee="fee" in request.POST),
        "Đã soạn bản nháp từ thủ tục. Hãy đọc lại, chọn nơi gửi rồi trình.",
    )  # fmt: skip
    if post is None:
        return redirect("admin:procedures_edition_show", edition.pk)
    return redirect("admin:broadcasts_broadcast_change", post.pk)
