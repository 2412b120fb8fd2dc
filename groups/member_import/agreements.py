"""Papers of single people of a list: whom its columns say to have signed, and who was erased and
has agreed anew."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils import timezone

from accounts.models import User
from accounts.services import NotAllowed
from groups.member_import.models import MemberImport, MemberImportRow
from groups.places.models import Officer
from groups.residents.consent import services as consent
from groups.residents.consent.models import ConsentNotice, ConsentRecord
from groups.residents.consent.services import SignedConsent

EVIDENCE = ConsentRecord._meta.get_field("evidence").max_length
WRITTEN = (MemberImportRow.Lane.NEW, MemberImportRow.Lane.CHANGED, MemberImportRow.Lane.SAME)


def as_json(signed: SignedConsent) -> dict[str, Any]:
    """A paper as the line keeps it until it is written down."""
    return {
        "notice": signed.notice.pk,
        "basis": signed.basis,
        "given_on": signed.given_on.isoformat(),
        "collected_by": signed.collected_by.pk,
        "evidence": signed.evidence,
    }


def _signed(stored: dict[str, Any]) -> SignedConsent:
    return SignedConsent(
        notice=ConsentNotice.objects.select_related("commune").get(pk=stored["notice"]),
        basis=stored["basis"],
        given_on=date.fromisoformat(stored["given_on"]),
        collected_by=Officer.objects.get(pk=stored["collected_by"]),
        evidence=stored["evidence"],
    )


def check(signed: SignedConsent, *, erased_on: date, by: User) -> None:
    """Raises NotAllowed where a paper does not count, or is older than the erasure."""
    if not signed.evidence.strip():
        raise NotAllowed("Hãy ghi giấy đồng ý mới cất ở đâu.")
    if signed.given_on < erased_on:
        raise NotAllowed(
            "Giấy này ký trước khi người này yêu cầu xóa dữ liệu nên không còn giá trị. Cần giấy "
            "mới, ký từ ngày yêu cầu xóa trở đi."
        )
    consent.give([], signed=signed, by=by)


def check_again(batch: MemberImport) -> None:
    """Forget papers that the account may not write down any more: their lines are held back."""
    waiting = batch.rows.filter(position__gt=batch.rows_done).exclude(consent=None)
    if batch.committed_by is None:
        waiting.update(consent=None)
        return
    stored = [one for one in waiting.values_list("consent", flat=True) if one]
    for agreement in {tuple(sorted(one.items())): one for one in stored}.values():
        try:
            consent.give([], signed=_signed(agreement), by=batch.committed_by)
        except NotAllowed:
            waiting.filter(consent=agreement).update(consent=None)


def of_marked(
    batch: MemberImport, signed: SignedConsent, agreeing: list[tuple[int, int]]
) -> tuple[list[tuple[SignedConsent, list[tuple[int, int]]]], int]:
    """The stated paper for whom the list says to have signed, by day and paper of each line.

    The number is of those whose day lies before the notice or after today: no paper can be that.
    """
    rows = batch.rows.filter(pk__in=[row for row, _member in agreeing], zalo__has_key="consent")
    papers: defaultdict[SignedConsent, list[tuple[int, int]]] = defaultdict(list)
    odd = 0
    for pk, member, facts in rows.values_list("pk", "member", "zalo"):
        own = (facts or {}).get("consent", {})
        day = date.fromisoformat(own["on"]) if own.get("on") else signed.given_on
        if not signed.notice.valid_from <= day <= timezone.localdate() or member is None:
            odd += 1
            continue
        evidence = own.get("paper") or signed.evidence
        papers[replace(signed, given_on=day, evidence=evidence[:EVIDENCE])].append((pk, member))
    return list(papers.items()), odd


def last_day(batch: MemberImport) -> date | None:
    """The newest day on which the lines say that somebody signed, if every one says a day."""
    marked = batch.rows.filter(zalo__has_key="consent")
    days = list(marked.values_list("zalo__consent__on", flat=True))
    return date.fromisoformat(max(days)) if days and all(days) else None


def of_lines(
    batch: MemberImport, upto: int
) -> Iterator[tuple[SignedConsent, list[tuple[int, int]]]]:
    """Each paper of the lines of a chunk, with (row, member) of whoever signed it."""
    rows = batch.rows.filter(
        position__gt=batch.rows_done, position__lte=upto, lane__in=WRITTEN, member__isnull=False
    ).exclude(consent=None)
    papers: defaultdict[tuple[Any, ...], list[tuple[int, int]]] = defaultdict(list)
    for pk, member, stored in rows.values_list("pk", "member", "consent"):
        if member is not None and stored:
            papers[tuple(sorted(stored.items()))].append((pk, member))
    for agreement, people in papers.items():
        yield _signed(dict(agreement)), people
