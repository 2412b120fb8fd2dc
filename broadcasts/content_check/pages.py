"""Show the findings of the content check on a page and collect the answers to them."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join

from accounts.step_pages.declaration import StepForm
from accounts.step_pages.pages import StepPage
from broadcasts.articles.models import Article
from broadcasts.content_check.answers import is_confirmed, reason_of
from broadcasts.posts.errors import GateBlocked
from broadcasts.posts.models import Broadcast
from broadcasts.posts.rendering import plain, without_mentions
from content_rules.engine.findings import Hit, Level

_AROUND = 40
_COLUMNS = {"text": "text", "title": "title", "file": "file_text", "file_name": "file_name"}
_ON_ONE_LINE = re.compile(r"\s+")
_HEADS = {
    Level.BLOCK: "Phải sửa",
    Level.SECOND_PERSON: "Người duyệt phải xác nhận",
    Level.REASON: "Phải ghi lý do",
    Level.WARN: "Lưu ý",
}


# Usual reasons, to choose instead of writing.
_SUGGESTIONS = {
    "named_person": (
        "Người được nêu tên đã đồng ý.",
        "Cha mẹ hoặc người giám hộ đã đồng ý.",
        "Cơ quan có thẩm quyền đã công bố.",
        "Tìm người lạc, gia đình nhờ đăng.",
    ),
    "plate": ("Tìm chủ xe.", "Tìm xe bị mất, chủ xe nhờ đăng."),
    "bank_account": ("Tài khoản quỹ, đã có văn bản cho phép vận động.",),
    "procedure": ("Đã đối chiếu từng mục với bản đang dùng trên Cổng Dịch vụ công.",),
}


@dataclass(frozen=True)
class Finding:
    """One finding on a page: excerpt, answer, and box for a new answer."""

    hit: Hit
    before: str = ""
    words: str = ""
    after: str = ""
    reason: str = ""
    is_confirmed: bool = False
    takes_reason: bool = False
    takes_confirmation: bool = False

    @property
    def suggestions(self) -> tuple[str, ...]:
        """Usual reasons for what this rule finds."""
        return _SUGGESTIONS.get(self.hit.rule, ())

    @property
    def is_answered(self) -> bool:
        return bool(self.reason) or self.is_confirmed

    @property
    def head(self) -> str:
        if self.reason:
            return "Đã có lý do"
        return "Đã xác nhận" if self.is_confirmed else _HEADS[self.hit.level]

    @property
    def tone(self) -> str:
        if self.hit.level == Level.BLOCK:
            return "bad"
        if self.hit.level == Level.WARN:  # nobody has to do anything: yellow is for what wants one
            return "plain"
        return "info" if self.is_answered else "warn"


def _words_around(texts: Mapping[str, str], hit: Hit) -> tuple[str, str, str]:
    """The words of a finding with a little of what stands before and after them."""
    raw = texts.get(hit.where, "")
    if not hit.has_place or not raw or hit.level == Level.WARN:
        return "", "", ""
    before, words, after = raw[: hit.start], raw[hit.start : hit.end], raw[hit.end :]
    cut_before = "…" if len(before) > _AROUND else ""
    cut_after = "…" if len(after) > _AROUND else ""
    return (
        cut_before + _ON_ONE_LINE.sub(" ", before[-_AROUND:]).lstrip(),
        words,
        _ON_ONE_LINE.sub(" ", after[:_AROUND]).rstrip() + cut_after,
    )


def _texts(row: Broadcast | Article) -> Mapping[str, str]:
    if isinstance(row, Article):
        return row.texts
    return {name: getattr(row, column) for name, column in _COLUMNS.items()}


def look(
    row: Broadcast | Article, hits: Iterable[Hit], open_steps: Collection[str] = ()
) -> list[Finding]:
    """The findings of a post or an article, gravest first, with the boxes that steps need."""
    texts, answers = _texts(row), row.gate_answers
    findings: list[Finding] = []
    asked: set[str] = set()
    order = list(Level)
    for hit in sorted(hits, key=lambda one: order.index(one.level)):
        takes_reason = (
            hit.level == Level.REASON and "trinh-duyet" in open_steps and hit.rule not in asked
        )
        if takes_reason:
            asked.add(hit.rule)
        findings.append(
            Finding(
                hit,
                *_words_around(texts, hit),
                reason=reason_of(answers, hit),
                is_confirmed=is_confirmed(answers, hit),
                takes_reason=takes_reason,
                takes_confirmation=hit.level == Level.SECOND_PERSON and "duyet" in open_steps,
            )
        )
    return findings


def marked(parts: Iterable[str], post: Broadcast, hits: Iterable[Hit]) -> list[str]:
    """The messages of a post with the words of its findings marked, escaped as any text is."""
    words: dict[str, Level] = {}
    for hit in hits:
        if hit.where == "text" and hit.has_place and hit.level != Level.WARN:
            found = without_mentions(plain(post.text[hit.start : hit.end]))
            if found:
                words.setdefault(found, hit.level)
    if not words:
        return list(parts)
    longest_first = sorted(words, key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, longest_first)))
    return [_with_marks(part, pattern, words) for part in parts]


def _with_marks(part: str, pattern: re.Pattern[str], words: dict[str, Level]) -> str:
    pieces: list[tuple[str]] = []
    at = 0
    for match in pattern.finditer(part):
        tone = "bad" if words[match[0]] == Level.BLOCK else "warn"
        pieces += [
            (part[at : match.start()],),
            (format_html('<mark class="by-mark by-{}">{}</mark>', tone, match[0]),),
        ]
        at = match.end()
    return format_html_join("", "{}", [*pieces, (part[at:],)])


def refusal_words(refusal: GateBlocked) -> str:
    """Sentence for a refused step; short where boxes on the page say the rest."""
    open_levels = {hit.level for hit in refusal.hits}
    if Level.BLOCK in open_levels:
        return str(refusal)
    if Level.REASON in open_levels:
        names = ", ".join(dict.fromkeys(hit.label.lower() for hit in refusal.hits))
        return f"Chưa trình được: hãy ghi lý do cho {names}, rồi bấm “Trình duyệt”."
    return "Chưa duyệt được: hãy đọc và đánh dấu xác nhận từng điểm, rồi bấm “Duyệt bài này”."


def reasons_in(form: Mapping[str, str]) -> dict[str, str]:
    """Reasons by rule: typed ones, else the usual one chosen."""
    reasons: dict[str, str] = {}
    for prefix in ("choice_", "reason_"):
        reasons |= {
            name.removeprefix(prefix): text[:1000]
            for name, text in form.items()
            if name.startswith(prefix) and text.strip()
        }
    return reasons


class SubmitForm(StepForm):
    """Adds `reasons` by rule, from the boxes beside the findings, or one reason for all."""

    def clean(self) -> dict[str, Any]:
        return {"reasons": reasons_in(self.data) or self.data.get("reason", "")[:1000]}


class ApproveForm(StepForm):
    """The hash of the content on the page; adds the confirmed findings as `confirmations`."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def prepare(self, row: Any, user: Any) -> None:
        self.fields["seen"].initial = row.content_hash

    def clean(self) -> dict[str, Any]:
        confirmed = self.data.getlist("confirm")  # type: ignore[attr-defined]
        return {"seen_hash": self.cleaned_data.get("seen", ""), "confirmations": confirmed}


class ContentPage(StepPage):
    """A page whose context has `hits`; adds them as `findings` with their boxes."""

    def respond(
        self, request: HttpRequest, site: Any, row: Any, context: Mapping[str, Any]
    ) -> HttpResponse:
        usable = {offer.name for offer in (*context["asks"], *context["presses"])}
        found = look(row, context["hits"], usable)
        return super().respond(request, site, row, {**context, "findings": found})

    def sentences(self, refusal: Exception) -> list[str]:
        if isinstance(refusal, GateBlocked):
            return [refusal_words(refusal)]
        return list(super().sentences(refusal))
