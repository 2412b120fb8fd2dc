"""Verbs of an article from draft to approved, and its checks.

Checks and second person as for posts. An article is never a way for what is urgent: Zalo sends it
up to half an hour late, by day only, to provinces.
"""

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.workflow.four_eyes import is_writer
from accounts.workflow.services import lock_for, record, require_state, stored_for
from broadcasts.approval import approvable
from broadcasts.articles import occasions
from broadcasts.articles.models import Article
from broadcasts.content_check.answers import Answers, reason_of, unanswered
from broadcasts.content_check.services import official_phones
from broadcasts.posts.errors import NotAllowed
from broadcasts.posts.rendering import plain
from content_rules.engine.findings import Hit, Level
from content_rules.rulebook import find
from zalo import services as zalo
from zalo.capabilities.states import Capability, may
from zalo.channels import provinces

Status, Spread = Article.Status, Article.Spread
URGENT_TOPICS: Final = frozenset({"canh-bao-khan"})
DAY_STARTS, DAY_ENDS = 6, 22
PICTURE: Final = re.compile(r"https://\S+\.(?:jpe?g|png)", re.IGNORECASE)
NOT_FOR_URGENT: Final = (
    "Bài viết không dùng cho cảnh báo khẩn: Zalo gửi chậm tới 30 phút, không gửi ban đêm và không "
    "gửi riêng được cho xã. Hãy soạn bài đăng vào nhóm, mức độ khẩn."
)


def body_parts(text: str) -> list[dict[str, str]]:
    """Paragraphs in Zalo's format; a paragraph that is a picture URL becomes a picture."""
    paragraphs = (part.strip() for part in re.split(r"\n\s*\n", plain(text)))
    return [
        {"type": "image", "url": part, "caption": ""}
        if PICTURE.fullmatch(part)
        else {"type": "text", "content": part}
        for part in paragraphs
        if part
    ]


def cover_url(article: Article) -> str:
    """Public URL of the cover for Zalo; open once the article is approved."""
    return f"{settings.PORTAL_URL}{reverse('article_cover', args=[article.uuid])}"


def limits_of(article: Article, now: datetime | None = None) -> list[str]:
    """Limits of a broadcast of this article, in sentences for the approver."""
    names = provinces.names_of(article.cities)
    where = (
        f"Chỉ thu hẹp được tới tỉnh: người quan tâm ở {names} (theo tên tỉnh trước 7/2025). Không "
        "gửi riêng cho xã hay ấp được."
        if names
        else "Gửi tới mọi người quan tâm OA; không gửi riêng cho xã hay ấp được."
    )
    found = [
        where,
        "Chỉ người đã bấm quan tâm OA mới nhận được.",
        "Chỉ gửi từ 6 giờ đến trước 22 giờ; ngoài giờ đó hệ thống tự chuyển sang 6 giờ sáng.",
        "Mỗi người nhận nhiều nhất một bài mỗi ngày.",
        "Ai đã nhận đủ trong ngày hoặc trong tháng thì Zalo bỏ qua mà không báo.",
        "Có thể chậm tới 30 phút. Zalo chỉ báo “đã nhận”, không báo tới ai.",
    ]
    allowance = allowance_of(article, now)
    return found if allowance is None else [*found, allowance.sentence]


def allowance_of(article: Article, now: datetime | None = None) -> zalo.Allowance | None:
    """Whether its month still has an article for the followers, those counted that are approved
    and wait; None for one that stays on the page, or without an account."""
    account = zalo.account_for(article.commune_id) if article.wants_spread else None
    if account is None:
        return None
    moment = now or timezone.now()
    leaves = max(moment, article.spread_for or moment)
    ahead = Article.objects.waiting_to_spread(article.commune_id, leaves).exclude(pk=article.pk)
    return zalo.may_broadcast(account, leaves, ahead=ahead.count())


def check(article: Article, *, now: datetime | None = None) -> list[Hit]:
    """All findings about an article."""
    now = now or timezone.now()
    official = official_phones(article.commune_id, timezone.localdate(now))
    hits = [
        hit
        for where, words in article.texts.items()
        for hit in find(words, where=where, official=official)
    ]
    if article.topic_id and article.topic.code in URGENT_TOPICS:
        hits.append(Hit("urgent", Level.BLOCK, article.topic.name, NOT_FOR_URGENT, "title"))
    if not body_parts(article.text):
        hits.append(Hit("empty", Level.BLOCK, "", "Bài chưa có nội dung."))
    if not settings.PORTAL_URL.startswith("https://") and not settings.DEBUG:
        sentence = (
            "Zalo phải tải được ảnh bìa từ địa chỉ https của cổng. Quản trị kỹ thuật hãy đặt biến "
            "PORTAL_URL."
        )
        hits.append(Hit("cover", Level.WARN, "", sentence, "image_name"))
    return hits


def stopping(article: Article) -> list[Hit]:
    """Findings that stop an article, given its stored answers."""
    return unanswered(check(article), article.gate_answers)


def refusal(article: Article) -> str:
    """Why the account cannot carry this article at all, or nothing; without one it waits."""
    account = zalo.account_for(article.commune_id)
    if account is None:
        return ""
    wanted = [Capability.ARTICLES, *([Capability.BROADCAST] if article.wants_spread else [])]
    answers = [may(account, capability) for capability in wanted]
    if why := next((answer.sentence for answer in answers if answer.is_no), ""):
        return why
    allowance = allowance_of(article)
    if allowance is None or allowance.is_allowed:
        return ""
    return f"{allowance.sentence} Bài vẫn đăng được lên trang của OA: bỏ chọn gửi rộng."


def cities_of(article: Article) -> list[int]:
    """Zalo's numbers of the province of the commune; empty where it is not known."""
    profile = article.commune.profile_on(timezone.localdate())
    return list(provinces.codes_of(profile.province_label)) if profile else []


def may_edit(article: Article, user: Any) -> bool:
    """Whether the account may edit: the author and approvers, until Zalo has the article."""
    own = article.created_by_id == user.pk
    allowed = user.has_perm("broadcasts.change_article")
    return (
        article.status in Article.EDITABLE
        and allowed
        and (own or user.has_perm("broadcasts.approve_article"))
    )


def _digest(article: Article) -> str:
    lost = "Không đọc được ảnh bìa. Hãy chọn lại ảnh."
    if digest := approvable.file_digest(article.cover, lost):
        return digest
    raise NotAllowed(lost)


def why_not_second_person(article: Article, user: Any) -> str:
    """Why an account does not approve: it wrote, edited or submitted it. Blank otherwise."""
    people = (article.created_by_id, article.submitted_by_id, article.last_edited_by_id)
    if is_writer(user, *people, *article.writers):
        return "Đồng chí đã soạn, sửa hoặc trình bài này nên người khác phải duyệt."
    return ""


TEXT = approvable.Text(
    picture_digest="cover_sha256",
    digest=_digest,
    check=check,
    why_not_second_person=why_not_second_person,
    changed="Bài khác với bản đã trình. Hãy trả lại để người soạn trình lại.",
)


def _unapprove(article: Article) -> None:
    article.approved_by = article.approved_at = None
    article.approved_hash = ""
    article.next_attempt_at = article.spread_due_at = None
    article.spread = Spread.NONE


@transaction.atomic
def create(article: Article, *, by: User) -> Article:
    """Save a new draft of this author. Raises NotAllowed."""
    own_commune = by.commune_id in {None, article.commune_id}
    if not own_commune or not by.has_perm("broadcasts.add_article"):
        raise NotAllowed("Tài khoản này không có quyền soạn bài viết cho xã này.")
    article.status, article.cities = Status.DRAFT, cities_of(article)
    approvable.start(article, TEXT, by=by)
    record(article, "created", by=by)
    return article


@transaction.atomic
def edit(article: Article, *, by: User) -> Article:
    """Save the changed content; a change voids the submission and the approval.

    Raises NotAllowed, also once Zalo has it.
    """
    stored = stored_for(article, by, permission="broadcasts.change_article")
    if by.pk != stored.created_by_id and not by.has_perm("broadcasts.approve_article"):
        raise NotAllowed("Chỉ người soạn và chỉ huy được sửa bài này.")
    require_state(stored, only=Article.EDITABLE)
    approvable.save_upload(article, "cover")
    if approvable.apply_changes(stored, article, TEXT, by=by):
        _unapprove(stored)
        stored.submitted_by = stored.submitted_at = None
        stored.status = Status.DRAFT
        record(stored, "edited", by=by)
        occasions.follow(stored)
    stored.save()
    article.refresh_from_db()
    return article


@transaction.atomic
def submit(
    article: Article, *, by: User, reasons: Mapping[str, str] | str | None = None
) -> Article:
    """Submit a draft. `reasons` answer findings that ask for one, by rule or once
    for all.

    Raises NotAllowed (as GateBlocked with every finding that stops it).
    """
    lock_for(
        article, by, permission="broadcasts.submit_article", only={*Article.DRAFTED, Status.FAILED}
    )
    if why := refusal(article):
        raise NotAllowed(why)
    article.cities = cities_of(article)
    hits, answers = approvable.mark_submitted(article, TEXT, reasons, by=by)
    _unapprove(article)
    article.status = Status.PENDING_APPROVAL
    article.error_code = article.error_text = ""
    article.save()
    record(article, "submitted", by=by, text=_reasons(hits, answers))
    occasions.follow(article)
    return article


def _reasons(hits: list[Hit], answers: Answers) -> str:
    """Reasons given, without the excerpts, which do not belong in the audit trail."""
    reasons = [f"{hit.label}: {reason}" for hit in hits if (reason := reason_of(answers, hit))]
    return "; ".join(dict.fromkeys(reasons))


@transaction.atomic
def approve(
    article: Article,
    *,
    by: User,
    seen_hash: str | None = None,
    confirmations: Collection[str] = (),
) -> Article:
    """Approve; valid only for the current content. It is handed to Zalo within seconds.

    `confirmations` are the keys of the findings that only a second person may let pass, as this
    person has confirmed them. Raises NotAllowed.
    """
    lock_for(article, by, permission="broadcasts.approve_article", only=Status.PENDING_APPROVAL)
    approvable.require_second_person(article, TEXT, seen_hash, by=by)
    approvable.require_unchanged(article, TEXT)
    if why := refusal(article):
        raise NotAllowed(why)
    approvable.mark_approved(article, TEXT, confirmations, by=by)
    article.status = Status.APPROVED
    now = article.next_attempt_at = timezone.now()
    if article.wants_spread:
        article.spread = Spread.WAITING
        article.spread_due_at = max(now, article.spread_for or now)
    article.save()
    record(article, "approved", by=by)
    occasions.follow(article)
    return article


@transaction.atomic
def return_for_changes(article: Article, *, by: User, reason: str) -> Article:
    """Send a submitted article back to its author, with a reason. Raises NotAllowed."""
    lock_for(article, by, permission="broadcasts.approve_article", only=Status.PENDING_APPROVAL)
    if not reason.strip():
        raise NotAllowed("Hãy ghi lý do để người soạn biết phải sửa gì.")
    article.status, article.note = Status.RETURNED, reason.strip()
    article.save(update_fields=["status", "note"])
    record(article, "returned", by=by, text=reason.strip())
    occasions.follow(article)
    return article


def _may_cancel(article: Article, by: User) -> bool:
    is_own_draft = by.pk == article.created_by_id and article.status in Article.DRAFTED
    return is_own_draft or by.has_perm("broadcasts.remove_article")


@transaction.atomic
def cancel(article: Article, *, by: User, reason: str = "") -> Article:
    """Cancel the article, or only its broadcast once it is published."""
    lock_for(article, by, permission=_may_cancel)
    if article.status == Status.PUBLISHED:
        if article.spread != Spread.WAITING:
            raise NotAllowed("Không còn gì để dừng: bài đã đăng. Muốn bỏ bài thì bấm “Gỡ bài”.")
    else:
        require_state(article, only=Article.EDITABLE)
        article.status = Status.CANCELLED
    article.spread = Spread.CANCELLED if article.spread == Spread.WAITING else article.spread
    article.next_attempt_at = article.spread_due_at = None
    article.save(update_fields=["status", "spread", "next_attempt_at", "spread_due_at"])
    record(article, "cancelled", by=by, text=reason.strip())
    occasions.follow(article)
    return article
