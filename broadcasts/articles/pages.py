"""Pages of an article: state and steps in the admin, public cover picture."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_safe

from accounts.step_pages.content import RowContent
from accounts.step_pages.declaration import Step, StepForm, reason_form, text_form
from accounts.workflow.four_eyes import names_of_writers
from broadcasts.articles import services as articles
from broadcasts.articles import settling
from broadcasts.articles.models import Article
from broadcasts.content_check.pages import ApproveForm, ContentPage, SubmitForm
from documents.pictures import picture

OPEN = ("approved", "publishing", "published", "uncertain")


@require_safe
def article_cover(request: HttpRequest, uuid: str) -> HttpResponseBase:
    """Cover of an article, from its approval until its removal; 404 otherwise."""
    article = get_object_or_404(Article, uuid=uuid, status__in=OPEN)
    response = picture(article.cover, download_as="")
    response["Cache-Control"] = "public, max-age=3600"
    return response


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


APPROVES, REMOVES = "broadcasts.approve_article", "broadcasts.remove_article"


def _rows(request: HttpRequest) -> Any:
    return Article.objects.visible_to(request.user).select_related(
        "commune", "topic", "created_by", "last_edited_by", "submitted_by", "approved_by"
    )


def _approve(article: Article, by: Any, data: Any) -> None:
    articles.approve(article, by=by, **data)


def _look_again(article: Article, by: Any, data: Any) -> str:
    if settling.look_again(article, by=by):
        return "Bài đã có trên trang của OA."
    return "Trang của OA chưa có bài này. Có thể trình duyệt lại."


def _spread_at(spread: str) -> Any:
    return lambda article, user: article.spread == spread


def _may_cancel(article: Article, user: Any) -> bool:
    if article.status in Article.DRAFTED and user.pk == article.created_by_id:
        return True
    stoppable = {Status.PENDING_APPROVAL, Status.APPROVED, Status.FAILED, *Article.DRAFTED}
    return article.status in stoppable and user.has_perm(REMOVES)


def _reason(label: str) -> type[StepForm]:
    return text_form(label, name="reason", rows=3, longest=500, is_optional=True, unmarked=True)


STEPS = {
    "trinh-duyet": Step(
        "Trình duyệt", "Đã trình duyệt. Chỉ huy sẽ thấy bài này ở trang Hôm nay.",
        lambda article, by, data: articles.submit(article, by=by, reasons=data["reasons"]),
        form=SubmitForm, permission="broadcasts.submit_article",
        states=(Status.DRAFT, Status.RETURNED, Status.FAILED), tone="primary",
    ),
    "duyet": Step(
        "Duyệt và đăng", "Đã duyệt. Bài được giao cho Zalo trong ít giây.", _approve,
        lambda article, user: not articles.why_not_second_person(article, user),
        ApproveForm, permission=APPROVES, states=(Status.PENDING_APPROVAL,), tone="primary",
    ),
    "tra-lai": Step(
        "Trả lại", "Đã trả lại bài để người soạn sửa.",
        lambda article, by, data: articles.return_for_changes(article, by=by, **data),
        form=_reason("Phải sửa gì"), permission=APPROVES, states=(Status.PENDING_APPROVAL,),
    ),
    "xem-lai": Step(
        "Xem lại trên OA", "", _look_again,
        permission=APPROVES, states=(Status.UNCERTAIN,), tone="primary",
    ),
    "da-gui": Step(
        "Zalo đã gửi", "Đã ghi: Zalo đã gửi.",
        lambda article, by, data: settling.settle_spread(article, by=by, is_sent=True),
        _spread_at(Spread.UNCERTAIN), permission=APPROVES, states=(Status.PUBLISHED,),
    ),
    "chua-gui": Step(
        "Chưa gửi, gửi lại", "Bài được gửi lại trong ít giây.",
        lambda article, by, data: settling.settle_spread(article, by=by, is_sent=False),
        _spread_at(Spread.UNCERTAIN), permission=APPROVES, states=(Status.PUBLISHED,),
    ),
    "gui-rong-lai": Step(
        "Gửi rộng lại", "Bài được gửi lại trong ít giây.",
        lambda article, by, data: settling.spread_again(article, by=by),
        _spread_at(Spread.FAILED), permission=APPROVES, states=(Status.PUBLISHED,),
    ),
    "dung-gui": Step(
        "Dừng gửi rộng", "Đã dừng.",
        lambda article, by, data: articles.cancel(article, by=by, **data),
        _spread_at(Spread.WAITING), reason_form(), permission=REMOVES,
        states=(Status.PUBLISHED,),
    ),
    "go": Step(
        "Gỡ bài",
        "Đã gỡ bài khỏi trang của OA. Ai đã nhận bài thì vẫn còn trong hội thoại của họ.",
        lambda article, by, data: settling.take_down(article, by=by, **data),
        form=reason_form(), permission=REMOVES, states=(Status.PUBLISHED,), tone="danger",
    ),
    "huy": Step(
        "Hủy bài", "Đã dừng.", lambda article, by, data: articles.cancel(article, by=by, **data),
        _may_cancel, reason_form(), tone="danger",
    ),
}  # fmt: skip


def _moment(at: Any) -> str:
    return f"{timezone.localtime(at):%H:%M %d/%m/%Y}" if at else ""


def _spread(article: Article) -> str:
    if not article.wants_spread:
        return "Không. Bài chỉ nằm trên trang của OA."
    if article.spread_at:
        return f"Zalo đã nhận lúc {_moment(article.spread_at)}"
    starts = article.spread_due_at or article.spread_for
    return f"Từ {_moment(starts)}" if starts else "Ngay sau khi đăng"


def _notes(article: Article) -> list[tuple[str, str]]:
    found = []
    if article.error_text:
        is_spread = article.status == Status.PUBLISHED and article.spread != Spread.FAILED
        found.append(("info" if is_spread else "warn", article.error_text))
    if article.status == Status.RETURNED:
        found.append(("bad", f"Bài bị trả lại để sửa: {article.note}"))
    if article.status in GATE and (refusal := articles.refusal(article)):
        found.append(("bad", refusal))
    return found


def _show(request: HttpRequest, article: Article) -> dict[str, Any]:
    """Context of the page of an article."""
    submitted = f"{article.submitted_by}, {_moment(article.submitted_at)}"
    approved = f"{article.approved_by}, {_moment(article.approved_at)}"
    return {
        "name": "bài",
        "list_label": "Tất cả bài viết",
        "content": RowContent(
            badge=article.get_status_display(),
            tone=TONES[Status(article.status)],
            under=str(article.topic),
            notes=tuple(_notes(article)),
            facts=(
                ("Người soạn", str(article.created_by)),
                (
                    "Đã viết, sửa từ lần duyệt trước",
                    ", ".join(names_of_writers(article)) if article.status in GATE else "",
                ),
                ("Người trình", submitted if article.submitted_by else ""),
                ("Người duyệt", approved if article.approved_by else ""),
                ("Gửi rộng", _spread(article)),
                ("Đăng lúc", _moment(article.published_at)),
            ),
        ),
        "spread_tone": SPREAD_TONES[Spread(article.spread)],
        "parts": articles.body_parts(article.text),
        "limits": articles.limits_of(article) if article.wants_spread else [],
        "hits": articles.check(article) if article.status in GATE else [],
        "edit_url": reverse("admin:broadcasts_article_change", args=[article.pk])
        if articles.may_edit(article, request.user)
        else "",
        "edit_label": "Sửa bài",
    }


def _cover(request: HttpRequest, *, site: Any, row: Article) -> Any:
    return picture(row.cover, download_as="")


PAGE = ContentPage(
    "broadcasts_article", "broadcasts.view_article", _rows, _show, STEPS,
    "broadcasts/article.html", has_prefixes=False,
    not_offered="Bài đã đổi trạng thái. Hãy xem lại trước khi bấm.",
)  # fmt: skip
MORE = {"<int:pk>/anh/": (require_GET(_cover), "cover")}
