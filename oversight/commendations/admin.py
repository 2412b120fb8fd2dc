"""Admin of commendations: nomination, conditions, votes, decision, handing over."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.scoped_admin.base import ScopedModelAdmin, ScopedRelatedFilter, action, display
from accounts.scoped_admin.pages import own_pages
from accounts.step_pages.declaration import Step
from accounts.step_pages.pages import StepPage
from accounts.vault.errors import VaultAway, VaultRefused
from oversight.admin_forms import AtHome
from oversight.admin_pages import ON_PAGES, ShownOnItsPage, new_page, refused
from oversight.commendations import checks, informants, operations
from oversight.commendations import pages as commendations_pages
from oversight.commendations import services as commendations
from oversight.commendations.forms import (
    AcceptForm,
    ConditionsForm,
    CorrectForm,
    DeclineForm,
    HandOverForm,
    InformantForm,
    NominationForm,
    OccasionForm,
    PublishForm,
    VoteForm,
)
from oversight.commendations.models import Achievement, Commendation, CommendationForm

VIEW = "oversight.view_commendation"
PREFIX = "oversight_commendation"
SETTLES = commendations.SETTLES
Status = Commendation.Status
DECIDED = (Status.ACCEPTED, Status.HANDED_OVER)
TONES = {
    "nominated": "info", "checked": "info", "voted": "info", "accepted": "success",
    "handed_over": "success", "declined": "",
}  # fmt: skip


def _may_again(row: Commendation, user: Any) -> bool:
    if row.achievement.is_informant or not user.has_perm("oversight.add_commendation"):
        return False
    return not row.achievement.commendations.accepted().exists()  # type: ignore[attr-defined]


def _again(row: Commendation, by: Any, data: Mapping[str, Any]) -> None:
    commendations.nominate(row.achievement, by=by, **data)


def _answer(row: Commendation, by: Any, data: Mapping[str, Any]) -> None:
    answers = {int(name.removeprefix("line_")): answer for name, answer in data.items()}
    commendations.answer(row, answers, by=by)


def _vote(row: Commendation, by: Any, data: Mapping[str, Any]) -> None:
    votes = (data["votes_for"], data["votes_against"], data["votes_other"])
    commendations.vote(row, by=by, council=data["council"], on=data["on"], votes=votes)


STEPS = {
    "bieu-quyet": Step(
        "Ghi biểu quyết", "Đã ghi biểu quyết.", _vote, form=VoteForm,
        permission=SETTLES, states=[Status.CHECKED],
        hint="Chép theo biên bản họp hội đồng.",
    ),
    "dieu-kien": Step(
        "Xem điều kiện", "Đã ghi điều kiện.", _answer, form=ConditionsForm,
        permission=SETTLES, states=[Status.NOMINATED, Status.CHECKED],
    ),
    "quyet-dinh": Step(
        "Ghi quyết định khen", "Đã ghi quyết định.",
        lambda row, by, data: commendations.accept(row, by=by, **data),
        form=AcceptForm, permission=SETTLES, states=[Status.VOTED],
    ),
    "trao": Step(
        "Ghi đã trao", "Đã ghi ngày trao.",
        lambda row, by, data: commendations.hand_over(row, by=by, **data),
        form=HandOverForm, permission=SETTLES, states=[Status.ACCEPTED],
    ),
    "cong-khai": Step(
        "Ghi đã công khai", "Đã ghi: công khai.",
        lambda row, by, data: commendations.publish(
            row, by=by, consent_on=data["consent_on"], number=data["paper"]
        ),
        lambda row, user: not row.is_public, PublishForm,
        permission=SETTLES, states=DECIDED,
        hint="Khen người báo tin mặc định không công khai; muốn công khai phải có văn bản đồng ý.",
    ),
    "sua-quyet-dinh": Step(
        "Sửa quyết định", "Đã sửa số, ngày quyết định.",
        lambda row, by, data: commendations.correct_decision(row, by=by, **data),
        form=CorrectForm, permission=SETTLES, states=DECIDED, is_rare=True,
        hint="Chỉ dùng khi chép sai hoặc có quyết định khác thay. Nhật ký giữ số, ngày cũ và mới.",
    ),
    "khong-khen": Step(
        "Không khen lần này", "Đã ghi: không khen lần này.",
        lambda row, by, data: commendations.decline(row, by=by, **data),
        form=DeclineForm, permission=SETTLES, tone="danger",
        states=[Status.NOMINATED, Status.CHECKED, Status.VOTED],
    ),
    "de-nghi-lai": Step(
        "Đề nghị hình thức khác, đề nghị lại",
        "Đã ghi. Đề nghị mới ở phần “Đề nghị khác của thành tích này”.", _again, _may_again,
        OccasionForm,
        hint="Vẫn thành tích này, không ghi lại lần nữa. Có một quyết định thì các đề nghị khác "
        "của thành tích không ghi quyết định được nữa.",
        is_rare=True,
    ),
}  # fmt: skip


def _show(request: HttpRequest, row: Commendation) -> dict[str, Any]:
    done = row.achievement
    rewarded = Commendation.objects.accepted().filter(achievement=OuterRef("pk"))
    visible = Achievement.objects.visible_to(request.user).annotate(is_rewarded=Exists(rewarded))
    return {
        "badge": (ON_PAGES[TONES[row.status]], row.get_status_display()),
        "facts": _facts(row),
        "conditions": row.conditions.select_related("answered_by"),
        "alike": visible.filter(pk__in=[one.pk for one in checks.like(done)]),
        "others": [
            (one, PAGE.address(one))
            for one in _rows(request).filter(achievement=done).exclude(pk=row.pk)
        ],
    }


def _facts(row: Commendation) -> list[tuple[str, str]]:
    done = row.achievement
    days = dict.fromkeys(day for day in (done.first_on, done.last_on) if day)
    when = " đến ".join(f"{day:%d/%m/%Y}" for day in days)
    decided = f"{row.decision_number} ngày {row.decided_on:%d/%m/%Y}" if row.decided_on else ""
    council = f"{row.council}, {row.voted_on:%d/%m/%Y}: " if row.voted_on else ""
    who = f"{done.get_subject_kind_display()}: {done.subject}"
    if done.is_informant:
        who = f"{done.subject}. Giấy tờ chỉ ghi mã."
    consent = f" Văn bản đồng ý {row.consent_paper}." if row.consent_paper else ""
    return [
        ("Khen ai", who),
        ("Nơi công tác, cư trú", done.place),
        ("Thành tích", f"{done.get_kind_display()}. {done.what}"),
        ("Ở đâu, khi nào", ", ".join(filter(None, [done.where, when]))),
        ("Năm", str(done.year)),
        ("Dịp khen", row.said_occasion),
        ("Hình thức", str(row.form)),
        ("Hội đồng", f"{council}{checks.majority(row)}" if council else ""),
        ("Quyết định", decided),
        ("Đã trao", f"{row.handed_over_on:%d/%m/%Y}" if row.handed_over_on else ""),
        ("Công khai", f"Có.{consent}" if row.is_public else "Không công khai"),
        ("Lý do không khen", row.declined_because),
    ]


def _rows(request: HttpRequest) -> Any:
    rows = Commendation.objects.visible_to(request.user)
    return rows.select_related("achievement", "form", "review", "commune")


PAGE = StepPage(
    PREFIX, VIEW, _rows, _show, STEPS, "oversight/year/commendation.html", opens_first=True
)


def _new(request: HttpRequest, *, site: Any) -> HttpResponse:
    user: Any = request.user

    def act(data: dict[str, Any]) -> str:
        form, review, occasion = data.pop("form"), data.pop("review"), data.pop("occasion")
        done = Achievement(commune=user.commune, **data)
        made = commendations.nominate(done, form=form, by=user, review=review, occasion=occasion)
        messages.success(request, "Đã ghi đề nghị khen thưởng.")
        return PAGE.address(made)

    commendations.prepare_forms(user.commune)
    return new_page(
        request, site, NominationForm, act, prefix=PREFIX, title="Đề nghị khen thưởng",
        button="Ghi đề nghị", initial={"year": timezone.localdate().year},
        hint="Tập thể, cá nhân có thành tích xây dựng mô hình. Người báo tin không ghi ở đây: làm "
        "ở trang “Khen người báo tin bằng mã”.",
    )  # fmt: skip


def _informants(request: HttpRequest, *, site: Any) -> HttpResponse:
    """Tokens of the tips whose identity this account has open, and the form for new ones."""
    user: Any = request.user
    try:
        found = operations.opened()
    except (VaultAway, VaultRefused) as refusal:
        return refused(request, str(refusal), reverse(f"admin:{PREFIX}_changelist"))

    def act(data: dict[str, Any]) -> str:
        made = operations.nominate(**data)
        messages.success(request, f"Đã ghi đề nghị khen cho mã {made.achievement.token}.")
        return reverse(f"admin:{PREFIX}_informants")

    commendations.prepare_forms(user.commune)
    context = {
        "tokens": [one for one in found if one.token or one.refusal],
        "has_choice": any(one.is_free for one in found),
    }
    return new_page(
        request, site, partial(InformantForm, row=found), act, prefix=PREFIX,
        title="Khen người báo tin bằng mã", button="Cấp mã",
        template="oversight/year/informants.html", context=context,
    )  # fmt: skip


@admin.register(Commendation)
class CommendationAdmin(ShownOnItsPage, ScopedModelAdmin):
    shown_at = f"{PREFIX}_show"
    new_at = f"{PREFIX}_new"
    list_display = ["subject", "form", "shown_status", "decided_on", "shown_public"]
    list_select_related = ["achievement", "form"]
    list_filter = ["status", "is_public", ("form", ScopedRelatedFilter)]
    actions_list = ["listed", "tokens"]

    @action(  # type: ignore[untyped-decorator]
        description=_("Danh sách để in, ký"), url_path="in-danh-sach",
        permissions=["settle_commendation"],
    )  # fmt: skip
    def listed(self, request: HttpRequest) -> HttpResponse:
        return redirect(f"admin:{PREFIX}_sheet")

    def has_settle_commendation_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perms(commendations_pages.NEEDS))

    @action(  # type: ignore[untyped-decorator]
        description=_("Khen người báo tin bằng mã"), url_path="bang-ma",
        permissions=["nominate_informant"],
    )  # fmt: skip
    def tokens(self, request: HttpRequest) -> HttpResponse:
        return redirect(f"admin:{PREFIX}_informants")

    def has_nominate_informant_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(informants.RIGHT))

    @admin.display(description=_("khen ai"))
    def subject(self, row: Commendation) -> str:
        return row.achievement.subject

    @display(description=_("tình trạng"), ordering="status", label=TONES)
    def shown_status(self, row: Commendation) -> tuple[str, str]:
        return row.status, row.get_status_display()

    @display(description=_("công khai"), ordering="is_public", label={"yes": "success", "no": ""})
    def shown_public(self, row: Commendation) -> tuple[str, str]:
        return ("yes", "Đã công khai") if row.is_public else ("no", "Không công khai")

    def get_urls(self) -> list[URLPattern]:
        new = own_pages(
            self.admin_site, PREFIX, {"de-nghi/": (_new, "new")}, "oversight.add_commendation"
        )
        tokens = own_pages(
            self.admin_site, PREFIX, {"nguoi-bao-tin/": (_informants, "informants")},
            informants.RIGHT,
        )  # fmt: skip
        papers = commendations_pages.urls(self.admin_site)
        return new + tokens + papers + PAGE.urls(self.admin_site) + super().get_urls()


@admin.register(CommendationForm)
class CommendationFormAdmin(AtHome, ScopedModelAdmin):
    """Forms of commendation on offer."""

    list_display = ["name", "given_by", "position", "is_offered"]
    fields = ["name", "given_by", "position", "is_offered"]
    actions = None
