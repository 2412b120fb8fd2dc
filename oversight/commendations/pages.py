"""Lists of nominations and of decided commendations of a year, printed and as a Word file."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, cast

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.audit import services as audit
from accounts.models import Commune, User
from accounts.papers.downloads import word_file
from accounts.papers.services import Issuer, letterhead, numbered, signature
from accounts.scoped_admin.pages import number_of, own_pages
from accounts.services import NotAllowed
from documents.content import Paper, Table, Text
from groups.export_workbooks import watermark
from oversight.admin_pages import refused
from oversight.commendations.models import Achievement, Commendation
from oversight.commendations.services import FIRST_YEAR
from vietnamese.text import fold

HEADINGS = ("Số", "Tập thể, cá nhân", "Nơi công tác, cư trú", "Thành tích", "Hình thức")
WIDTHS = (12, 38, 36, 52, 27)
DECIDED_HEADINGS = (
    "Số", "Tập thể, cá nhân", "Thành tích", "Hình thức", "Cấp khen", "Quyết định", "Trao",
)  # fmt: skip
DECIDED_WIDTHS = (10, 34, 38, 18, 22, 23, 20)
NOT_PUBLIC = "Không công khai"
NOT_HANDED_OVER = "Chưa trao"


@dataclass(frozen=True)
class Nominee:
    """A line; an informant stands by token, never by name or place."""

    name: str
    place: str
    achievement: str
    form: str
    is_public: bool = True


@dataclass(frozen=True)
class Rewarded(Nominee):
    """A line with its decision, for writing and handing over the certificate."""

    given_by: str = ""
    number: str = ""
    decided_on: date | None = None
    handed_over_on: date | None = None


@dataclass(frozen=True)
class CommendationContent[N: Nominee]:
    """A list for one occasion: “tổng kết mô hình năm 2026”."""

    occasion: str
    on: date
    nominees: tuple[N, ...]


def commendation_paper(
    content: CommendationContent[Nominee],
    *,
    commune: Commune,
    issuer: Issuer,
    about: str,
    mark: str = "",
) -> Paper:
    """Nominations as a draft of the nominating body."""
    lines = tuple(_row(*one) for one in enumerate(content.nominees, 1))
    blocks = (
        Table(HEADINGS, lines, WIDTHS), Text(f"Danh sách có {len(lines)} tập thể, cá nhân."),
    )  # fmt: skip
    summary = f"Đề nghị khen thưởng {content.occasion}"
    return _list_paper(summary, blocks, commune, issuer, about, on=content.on, mark=mark)


def rewarded_paper(
    content: CommendationContent[Rewarded], *, commune: Commune, issuer: Issuer, about: str,
    mark: str = "",
) -> Paper:  # fmt: skip
    """Decided commendations, for certificates."""
    lines = tuple(_rewarded_row(*one) for one in enumerate(content.nominees, 1))
    left = sum(one.handed_over_on is None for one in content.nominees)
    blocks = (
        Table(DECIDED_HEADINGS, lines, DECIDED_WIDTHS),
        Text(f"Danh sách có {len(lines)} lượt khen, {left} lượt chưa trao."),
    )
    summary = f"Khen thưởng đã có quyết định {content.occasion}"
    return _list_paper(summary, blocks, commune, issuer, about, on=content.on, mark=mark)


def _list_paper(
    summary: str, blocks: tuple[Table, Text], commune: Commune, issuer: Issuer, about: str, *,
    on: date, mark: str,
) -> Paper:  # fmt: skip
    document = Paper(
        letterhead=letterhead(commune, issuer, on=on),
        title="Danh sách",
        summary=summary,
        blocks=blocks,
        signatures=(signature(commune, issuer, on=on),),
        on=on,
        code="DS",
        recipients=("Hội đồng Thi đua - Khen thưởng", "Lưu: VT"),
        mark=mark,
    )
    return numbered(document, commune=commune, about=about)


def _row(number: int, nominee: Nominee) -> tuple[str, ...]:
    place = nominee.place if nominee.is_public else NOT_PUBLIC
    return (str(number), nominee.name, place, nominee.achievement, nominee.form)


def _rewarded_row(number: int, one: Rewarded) -> tuple[str, ...]:
    place = one.place if one.is_public else NOT_PUBLIC
    decided = f"{one.number} ngày {one.decided_on:%d/%m/%Y}" if one.decided_on else one.number
    handed_over = f"{one.handed_over_on:%d/%m/%Y}" if one.handed_over_on else NOT_HANDED_OVER
    return (
        str(number), ", ".join(filter(None, (one.name, place))), one.achievement, one.form,
        one.given_by, decided, handed_over,
    )  # fmt: skip


SUBJECTS = list(Achievement.Subject)


def _in_order(rows: QuerySet[Commendation]) -> list[Commendation]:
    """Sort by kind, form and folded name: an order by time would reveal days of informants."""
    return sorted(rows.select_related("achievement", "form"), key=_place)


def _place(commendation: Commendation) -> tuple[int, int, str, str]:
    done = commendation.achievement
    kind = SUBJECTS.index(Achievement.Subject(done.subject_kind))
    return (kind, commendation.form.position, fold(done.name), done.token)


def nominee_of(commendation: Commendation) -> Nominee:
    done = commendation.achievement
    if done.is_informant:
        return Nominee(done.subject, "", done.what, str(commendation.form), is_public=False)
    return Nominee(done.name, done.place, done.what, str(commendation.form))


def _rewarded(commendation: Commendation) -> Rewarded:
    line, form = nominee_of(commendation), commendation.form
    return Rewarded(
        line.name, line.place, line.achievement, form.name, line.is_public, form.given_by,
        commendation.decision_number, commendation.decided_on, commendation.handed_over_on,
    )  # fmt: skip


PREFIX = "oversight_commendation"
NEEDS = ("oversight.view_commendation", "oversight.settle_commendation")


class Listed(StrEnum):
    """The list named in an address."""

    NOMINATED = "de-nghi"
    DECIDED = "quyet-dinh"


NAMES = {
    Listed.NOMINATED: "Danh sách đề nghị khen thưởng",
    Listed.DECIDED: "Danh sách khen thưởng (đã có quyết định)",
}
FILES = {Listed.NOMINATED: "danh-sach-khen-thuong", Listed.DECIDED: "khen-thuong-co-quyet-dinh"}


def urls(site: Any) -> list[URLPattern]:
    """Addresses below the admin of commendations."""
    pages = {"danh-sach/in/": (page, "sheet"), "danh-sach/tep/": (download, "file")}
    return own_pages(site, PREFIX, pages, *NEEDS)


def list_document(action: str, year: int, listed: Listed, by: User, **details: Any) -> Paper:
    """A list, recorded in the audit trail as printed or exported. Raises NotAllowed."""
    commune = by.commune
    if commune is None:
        raise NotAllowed("Hãy dùng tài khoản của một xã để lấy danh sách của xã đó.")
    document = _build_list(year, listed, by, commune)
    audit.record(
        action,
        by=by,
        commune=commune,
        year=year,
        list=NAMES[listed],
        draft=document.draft,
        **details,
    )
    return document


def _build_list(year: int, listed: Listed, by: User, commune: Commune) -> Paper:
    words, today = f"năm {year}", timezone.localdate()
    common: dict[str, Any] = {
        "commune": commune, "issuer": Issuer.POLICE, "mark": watermark(commune, by)
    }  # fmt: skip
    rows = Commendation.objects.visible_to(by).filter(achievement__year=year)
    if listed is Listed.DECIDED:
        decided = tuple(map(_rewarded, _in_order(rows.accepted())))
        rewarded = CommendationContent(words, today, decided)
        return rewarded_paper(rewarded, about=f"oversight.rewarded.{year}.{by.pk}", **common)
    left = rows.exclude(status=Commendation.Status.DECLINED)
    content = CommendationContent(words, today, tuple(map(nominee_of, _in_order(left))))
    return commendation_paper(content, about=f"oversight.commendations.{year}.{by.pk}", **common)


@never_cache
@require_GET
def page(request: HttpRequest, *, site: Any) -> HttpResponse:
    """A list for printing; by default this year's nominations."""
    year, listed = _year(request), _asked_list(request)
    reader = cast("User", request.user)  # signed in, by the guard
    try:
        document = list_document("paper.commendations_printed", year, listed, reader)
    except NotAllowed as refusal:
        return refused(request, str(refusal), reverse(f"admin:{PREFIX}_changelist"))
    years = [one for one in (year - 1, year + 1) if _is_there(one)]
    context = {
        "paper": document,
        "lists": [(NAMES[one], _address("sheet", year, one)) for one in Listed if one != listed],
        "years": [(one, _address("sheet", one, listed)) for one in years],
        "file": _address("file", year, listed),
        "back": reverse(f"admin:{PREFIX}_changelist"),
    }
    return TemplateResponse(request, "oversight/commendations.html", context)


@never_cache
@require_POST
def download(request: HttpRequest, *, site: Any) -> HttpResponse:
    """Download the list as a Word file."""
    year, listed = _year(request), _asked_list(request)
    reader = cast("User", request.user)  # signed in, by the guard
    try:
        document = list_document("paper.commendations_exported", year, listed, reader)
    except NotAllowed as refusal:
        return refused(request, str(refusal), reverse(f"admin:{PREFIX}_changelist"))
    return word_file(document, name=f"{FILES[listed]}-{year}")


def _address(name: str, year: int, listed: Listed) -> str:
    which = f"&loai={listed}" if listed is Listed.DECIDED else ""
    return f"{reverse(f'admin:{PREFIX}_{name}')}?nam={year}{which}"


def _is_there(year: int) -> bool:
    return FIRST_YEAR <= year <= timezone.localdate().year


def _year(request: HttpRequest) -> int:
    asked = number_of(request.GET.get("nam"))
    return asked if _is_there(asked) else timezone.localdate().year


def _asked_list(request: HttpRequest) -> Listed:
    is_decided = request.GET.get("loai") == Listed.DECIDED
    return Listed.DECIDED if is_decided else Listed.NOMINATED
