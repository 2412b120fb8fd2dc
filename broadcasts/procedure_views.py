"""“Soạn bài đăng” on the page of a procedure: one press makes a draft from the edition in use."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.views.decorators.http import require_POST

from accounts.admin_pages import own_pages
from accounts.models import User
from broadcasts.services.errors import NotAllowed
from broadcasts.services.from_procedures import draft_from
from procedures.models import Edition


def urls(site: Any) -> list[URLPattern]:
    """The address under the admin of posts, for whoever writes posts and reads the library."""
    pages = {"tu-thu-tuc/<int:pk>/": (make_draft, "from_procedure")}
    needs = ("broadcasts.add_broadcast", "procedures.view_edition")
    return own_pages(site, "broadcasts_broadcast", pages, *needs, row="edition", rows=_rows)


def _rows(request: HttpRequest) -> Any:
    return Edition.objects.visible_to(request.user).with_parts()


@require_POST
def make_draft(request: HttpRequest, *, site: Any, edition: Edition) -> HttpResponse:
    """With the fee where `fee` was pressed; refused in a sentence where none may be told."""
    by: User = request.user  # type: ignore[assignment]
    try:
        post = draft_from(edition, by=by, with_fee="fee" in request.POST)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect("admin:procedures_edition_show", edition.pk)
    messages.success(request, "Đã soạn bản nháp từ thủ tục. Hãy đọc lại, chọn nơi gửi rồi trình.")
    return redirect("admin:broadcasts_broadcast_change", post.pk)
