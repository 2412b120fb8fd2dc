"""The page of an article: what stands there, what a broadcast can and cannot, and the steps.

The services decide; the table of steps only spares people a button that would be refused.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.own_pages import own_pages
from accounts.picture_views import picture
from broadcasts import findings
from broadcasts.models import Article
from broadcasts.services import article_settling, articles
from broadcasts.services.errors import NotAllowed
from broadcasts.services.gate import GateBlocked
from groups.disclosure.findings import Hit

Status, Spread = Article.Status, Article.Spread
TONES = {
    Status.DRAFT: "", Status.PENDING_APPROVAL: "warn", Status.RETURNED: "bad",
    Status.APPROVED: "info", Status.PUBLISHING: "info", Status.PUBLISHED: "good",
    Status.FAILED: "bad", Status.UNCERTAIN: "warn", Status.REMOVED: "", Status.CANCELLED: "",
}  # fmt: skip
SPREAD_TONES = {
    Spread.NONE: "", Spread.WAITING: "info", Spread.SENDING: "info", Spread.ACCEPTED: "good",
    Spread.FAILED: "bad", Spread.UNCERTAIN: "warn", Spread.CANCELLED: "",
}  # fmt: skip
GATE = (Status.DRAFT, Status.RETURNED, Status.PENDING_APPROVAL, Status.FAILED)


@dataclass(frozen=True)
class ArticleStep:
    """One button; `act(article, by, form)` returns the sentence that says it is done."""

    name: str
    label: str
    permission: str
    act: Callable[[Article, Any, Any], str]
    tone: str = "plain"
    asks: str = ""
    confirms: str = ""


def urls(site: Any) -> list[URLPattern]:
    """Addresses under the admin of articles."""
    pages = {
        "<int:pk>/xem/": (show, "show"),
        "<int:pk>/buoc/<slug:name>/": (step, "step"),
        "<int:pk>/anh/": (cover, "cover"),
    }
    needs = "broadcasts.view_article"
    return own_pages(site, "broadcasts_article", pages, needs, row="article", rows=_rows)


def _rows(request: HttpRequest) -> Any:
    return Article.objects.visible_to(request.user).select_related(
        "commune", "topic", "created_by", "last_edited_by", "submitted_by", "approved_by"
    )


def _submit(article: Article, by: Any, form: Any) -> str:
    articles.submit(article, by=by, reasons=findings.reasons_in(form))
    return "Đã trình duyệt. Chỉ huy sẽ thấy bài này ở trang Hôm nay."


def _approve(article: Article, by: Any, form: Any) -> str:
    articles.approve(
        article,
        by=by,
        seen_hash=form.get("seen", ""),
        confirmations=form.getlist("confirm"),
    )
    return "Đã duyệt. Bài được giao cho Zalo trong ít giây."


def _return(article: Article, by: Any, form: Any) -> str:
    articles.return_for_changes(article, by=by, reason=form.get("reason", ""))
    return "Đã trả lại bài để người soạn sửa."


def _cancel(article: Article, by: Any, form: Any) -> str:
    articles.cancel(article, by=by, reason=form.get("reason", ""))
    return "Đã dừng."


def _take_down(article: Article, by: Any, form: Any) -> str:
    article_settling.take_down(article, by=by, reason=form.get("reason", ""))
    return "Đã gỡ bài khỏi trang của OA. Ai đã nhận bài thì vẫn còn trong hội thoại của họ."


def _look_again(article: Article, by: Any, form: Any) -> str:
    if article_settling.look_again(article, by=by):
        return "Bài đã có trên trang của OA."
    return "Trang của OA chưa có bài này. Có thể trình duyệt lại."


def _was_sent(article: Article, by: Any, form: Any) -> str:
    article_settling.settle_spread(article, by=by, is_sent=True)
    return "Đã ghi: Zalo đã gửi."


def _was_not_sent(article: Article, by: Any, form: Any) -> str:
    article_settling.settle_spread(article, by=by, is_sent=False)
    return "Bài được gửi lại trong ít giây."


def _spread_again(article: Article, by: Any, form: Any) -> str:
    article_settling.spread_again(article, by=by)
    return "Bài được gửi lại trong ít giây."


STEPS = {
    step.name: step
    for step in (
        ArticleStep("trinh-duyet", "Trình duyệt", "submit_article", _submit, "primary"),
        ArticleStep("duyet", "Duyệt và đăng", "approve_article", _approve, "primary"),
        ArticleStep("tra-lai", "Trả lại", "approve_article", _return, asks="Phải sửa gì"),
        ArticleStep("xem-lai", "Xem lại trên OA", "approve_article", _look_again, "primary"),
        ArticleStep("da-gui", "Zalo đã gửi", "approve_article", _was_sent),
        ArticleStep("chua-gui", "Chưa gửi, gửi lại", "approve_article", _was_not_sent),
        ArticleStep("gui-rong-lai", "Gửi rộng lại", "approve_article", _spread_again),
        ArticleStep("dung-gui", "Dừng gửi rộng", "remove_article", _cancel),
        ArticleStep("go", "Gỡ bài", "remove_article", _take_down, "danger", asks="Lý do"),
        ArticleStep("huy", "Hủy bài", "view_article", _cancel, "danger", asks="Lý do"),
    )
}  # fmt: skip


def _names(article: Article, user: Any) -> Iterator[str]:
    is_author = user.pk == article.created_by_id
    match article.status:
        case Status.DRAFT | Status.RETURNED | Status.FAILED:
            yield "trinh-duyet"
        case Status.PENDING_APPROVAL:
            if not articles.why_not_second_person(article, user):
                yield "duyet"
            yield "tra-lai"
        case Status.UNCERTAIN:
            yield "xem-lai"
        case Status.PUBLISHED:
            if article.spread == Spread.WAITING:
                yield "dung-gui"
            if article.spread == Spread.UNCERTAIN:
                yield from ("da-gui", "chua-gui")
            if article.spread == Spread.FAILED:
                yield "gui-rong-lai"
            yield "go"
    stoppable = {Status.PENDING_APPROVAL, Status.APPROVED, Status.FAILED}
    is_own_draft = is_author and article.status in Article.DRAFTED
    if is_own_draft or (
        article.status in stoppable | Article.DRAFTED and user.has_perm("broadcasts.remove_article")
    ):
        yield "huy"


def offers(article: Article, user: Any) -> list[ArticleStep]:
    """The buttons that this account sees now."""
    return [
        STEPS[name]
        for name in _names(article, user)
        if user.has_perm(f"broadcasts.{STEPS[name].permission}")
    ]


def _hits(article: Article) -> list[Hit]:
    return articles.check(article) if article.status in GATE else []


@require_GET
def show(request: HttpRequest, *, site: Any, article: Article) -> HttpResponse:
    """What followers read, where and when it goes, what the gate says, and what to do next."""
    hits, steps = _hits(article), offers(article, request.user)
    context = {
        **site.each_context(request),
        "title": article.title,
        "article": article,
        "tone": TONES[Status(article.status)],
        "spread_tone": SPREAD_TONES[Spread(article.spread)],
        "parts": articles.body_parts(article.text),
        "limits": articles.limits_of(article) if article.wants_spread else [],
        "findings": findings.look_at_article(article, hits, {step.name for step in steps}),
        "refusal": articles.refusal(article) if article.status in GATE else "",
        "offers": steps,
        "now": timezone.now(),
        "may_edit": articles.may_edit(article, request.user),
    }
    return TemplateResponse(request, "broadcasts/article.html", context)


@require_POST
def step(request: HttpRequest, *, site: Any, article: Article, name: str) -> HttpResponse:
    """One button pressed."""
    chosen = STEPS.get(name)
    if chosen is not None and chosen in offers(article, request.user):
        try:
            messages.success(request, chosen.act(article, request.user, request.POST))
        except GateBlocked as refusal:
            messages.error(request, findings.refusal_words(refusal))
        except NotAllowed as refusal:
            messages.error(request, str(refusal))
    else:
        messages.warning(request, "Bài đã đổi trạng thái. Hãy xem lại trước khi bấm.")
    return redirect("admin:broadcasts_article_show", pk=article.pk)


@require_GET
def cover(request: HttpRequest, *, site: Any, article: Article) -> Any:
    """The cover, for whoever may read the article."""
    return picture(article.cover, download_as="")
