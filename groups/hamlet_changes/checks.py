"""Obstacles to a change of hamlets, and warnings for the chief."""

from datetime import date

from django.db.models import Q
from django.utils import timezone

from groups.hamlet_changes.models import FEWEST_HOUSEHOLDS, HamletChange, HamletChangeResult
from groups.hamlet_changes.moves import lists_in_the_way
from groups.places.models import Hamlet, Team

Kind = HamletChange.Kind
# A decision that is older moved the hamlets before their people were entered here.
LATEST_DAYS = 366
SHAPES = {
    Kind.MERGE: "Nhập ấp cần ít nhất hai ấp cũ và đúng một ấp mới.",
    Kind.SPLIT: "Chia ấp cần đúng một ấp cũ và ít nhất hai ấp mới.",
    Kind.RENAME: "Đổi tên cần đúng một ấp và một tên mới.",
}


def _fits(kind: str, sources: int, results: int) -> bool:
    if kind == Kind.MERGE:
        return sources >= 2 and results == 1
    if kind == Kind.SPLIT:
        return sources == 1 and results >= 2
    return sources == results == 1


def problems(
    change: HamletChange, sources: list[Hamlet], results: list[HamletChangeResult]
) -> list[str]:
    """Sentences about what makes the change impossible; empty when it can be carried out."""
    if not _fits(change.kind, len(sources), len(results)):
        return [SHAPES[Kind(change.kind)]]
    found = []
    for hamlet in sources:
        if hamlet.valid_to is not None:
            found.append(f"{hamlet} đã hết hiệu lực từ trước.")
        elif hamlet.valid_from and hamlet.valid_from >= change.effective_on:
            found.append(f"{hamlet} mới có từ {hamlet.valid_from:%d/%m/%Y}, sau ngày hiệu lực.")
    if (timezone.localdate() - change.effective_on).days > LATEST_DAYS:
        found.append(
            f"Ngày có hiệu lực {change.effective_on:%d/%m/%Y} đã quá một năm. Hãy xem lại năm."
        )
    found += _names_in_use(change, sources, results)
    is_split = change.kind == Kind.SPLIT
    if change.kind != Kind.RENAME and (sentence := lists_in_the_way(sources)):
        found.append(sentence)
    if is_split:
        placed = change.placements.filter(team__isnull=False).values("team")
        if left := Team.objects.filter(hamlet__in=sources).exclude(pk__in=placed).count():
            found.append(f"Còn {left} tổ chưa chia về ấp nào.")
        if not any(result.takes_rest for result in results):
            found.append("Hãy chọn ấp nhận phần chưa chia.")
    if change.kind == Kind.RENAME and str(results[0]) == str(sources[0]):
        found.append("Tên mới giống tên cũ.")
    return found


def _names_in_use(
    change: HamletChange, sources: list[Hamlet], results: list[HamletChangeResult]
) -> list[str]:
    """Names of hamlets that go on existing, and codes that any other hamlet ever bore."""
    others = Hamlet.objects.of_commune(change.commune_id).exclude(
        pk__in=[hamlet.pk for hamlet in sources]
    )
    names = set(others.filter(valid_to=None).values_list("kind", "name"))
    codes = set(others.values_list("code", flat=True))
    found = []
    for result in results:
        if (result.kind, result.name) in names:
            found.append(f"Xã đang có {result}. Hãy chọn tên khác.")
        if result.code in codes:
            found.append(f"Mã {result.code} đã dùng cho ấp khác. Hãy chọn mã khác.")
    return found


def warnings(
    change: HamletChange, sources: list[Hamlet], results: list[HamletChangeResult]
) -> list[str]:
    """Allowed, yet worth a look: too few households, sums that differ, late dates."""
    found = []
    for result in results:
        fewest = FEWEST_HOUSEHOLDS[Hamlet.Kind(result.kind)]
        if change.kind != Kind.RENAME and result.households < fewest and not result.is_remote:
            found.append(
                f"{result} có {result.households} hộ, ít hơn mức tối thiểu {fewest} hộ của "
                "Nghị định 185/2026."
            )
    late = (timezone.localdate() - change.effective_on).days
    if late > 0:
        found.append(
            f"Quyết định có hiệu lực đã {late} ngày: số liệu dưới tên cũ được chốt theo hôm nay."
        )
    before = sum(hamlet.households for hamlet in sources)
    after = sum(result.households for result in results)
    if change.kind != Kind.RENAME and before != after:
        found.append(f"Tổng số hộ trước là {before}, sau là {after}.")
    return found


def suggested_code(change: HamletChange, *, skip: int = 0) -> str:
    """The next free code in the manner of the commune's own ones (AP19 → AP20)."""
    codes = list(
        Hamlet.objects.of_commune(change.commune_id).filter(~Q(code="")).values_list(
            "code", flat=True
        )
    )  # fmt: skip
    numbered = [(code.rstrip("0123456789"), code) for code in codes if code[-1:].isdecimal()]
    if not numbered:
        return f"AP{len(codes) + 1 + skip:02d}"
    prefix = max({head for head, _code in numbered}, key=[h for h, _c in numbered].count)
    tails = [code[len(prefix) :] for head, code in numbered if head == prefix]
    width = max(len(tail) for tail in tails)
    return f"{prefix}{max(map(int, tails)) + 1 + skip:0{width}d}"


def retired_code(code: str, day: date) -> str:
    """A code for the old row when the new hamlet goes on with its code."""
    mark = f"/{day:%y%m}"
    for number in range(1, 100):
        tail = mark if number == 1 else f"{mark}-{number}"
        made = f"{code[: 20 - len(tail)]}{tail}"
        if not Hamlet.objects.filter(code=made).exists():
            return made
    raise ValueError(code)
