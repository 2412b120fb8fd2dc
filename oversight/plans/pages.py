"""A plan as a document of its body, printed and as a Word file."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from accounts.models import Commune, User
from accounts.papers.services import Issuer, letterhead, numbered, signature
from documents.content import (
    Block,
    Heading,
    Layout,
    Letterhead,
    Paper,
    Signature,
    Table,
    Text,
    paragraphs,
)
from oversight.direction.querysets import bodies_of
from oversight.direction.registers.models import Body, GuidingDocument
from oversight.document_pages import DocumentPages
from oversight.plans.models import Milestone, Plan

HEADINGS = ("Số", "Nội dung", "Ấp, khu phố", "Hạn", "Chủ trì")
WIDTHS = (12, 68, 32, 25, 28)


@dataclass(frozen=True)
class Step:
    """A step; an empty place means the whole commune."""

    what: str
    due: date | None
    who: str
    place: str = ""


@dataclass(frozen=True)
class PlanContent:
    """Content of a plan."""

    subject: str
    on: date
    purposes: tuple[str, ...]
    steps: tuple[Step, ...]
    duties: tuple[str, ...]
    bases: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()


# Letterheads by kind; the Front and the unions have one without a body above.
ISSUERS = {
    Body.Kind.PARTY: Issuer.PARTY,
    Body.Kind.COMMITTEE: Issuer.COMMITTEE,
    Body.Kind.POLICE: Issuer.POLICE,
}
# Symbols in the numbers of the others, free by the rules of the state.
SYMBOLS = {
    Body.Kind.FRONT: "MTTQ", Body.Kind.FARMERS: "HND", Body.Kind.WOMEN: "HPN",
    Body.Kind.YOUTH: "ĐTN", Body.Kind.VETERANS: "HCCB", Body.Kind.WORKERS: "CĐ",
    Body.Kind.OTHER: "CQ",
}  # fmt: skip
HEADS = {Body.Kind.YOUTH: "Bí thư", Body.Kind.OTHER: "Thủ trưởng"}
HEAD = "Chủ tịch"


def plan_paper(
    content: PlanContent, *, commune: Commune, issuer: Issuer, about: str, mark: str = ""
) -> Paper:
    """Plan as a draft of its issuing body."""
    head = letterhead(commune, issuer, on=content.on)
    signer = signature(commune, issuer, on=content.on)
    return numbered(_build_paper(content, head, signer, mark), commune=commune, about=about)


def paper_of_plan(plan: Plan, *, mark: str = "") -> Paper:
    """Current plan of the register, under the letterhead of its day or of today."""
    content, kind = content_of(plan), Body.Kind(plan.body.kind)
    about = f"oversight.plan.{plan.pk}"
    if kind in ISSUERS:
        issuer = ISSUERS[kind]
        return plan_paper(content, commune=plan.commune, issuer=issuer, about=about, mark=mark)
    place = letterhead(plan.commune, Issuer.COMMITTEE, on=content.on).place
    head = Letterhead(Layout.STATE, "", plan.body.name, place, SYMBOLS[kind])
    document = _build_paper(content, head, Signature(HEADS.get(kind, HEAD)), mark)
    return numbered(document, commune=plan.commune, about=about)


def content_of(plan: Plan) -> PlanContent:
    """Content of a plan of the register, without dropped steps."""
    bases = (_basis(one) for one in plan.bases.order_by("issued_on", "pk"))
    steps = plan.milestones.exclude(state=Milestone.State.DROPPED).select_related("hamlet__commune")
    return PlanContent(
        subject=plan.subject,
        on=plan.issued_on or timezone.localdate(),
        purposes=_lines(plan.purposes),
        steps=tuple(
            Step(one.what, one.due_on, one.responsible, str(one.hamlet or "")) for one in steps
        ),
        duties=_lines(plan.duties),
        bases=tuple(bases),
        targets=_lines(plan.targets),
    )


def _basis(document: GuidingDocument) -> str:
    """Kind, number, day, body and subject, in the form of NĐ 30/2020."""
    day = document.issued_on
    month = f"{day:%m}" if day.month < 3 else str(day.month)
    dated = f"ngày {day:%d} tháng {month} năm {day.year} của {document.issuer}"
    is_other = document.kind == GuidingDocument.Kind.OTHER
    kind = "Văn bản" if is_other else document.get_kind_display()
    summary = document.summary.strip().rstrip(".;")
    first = summary.partition(" ")[0]
    if first.istitle():  # a word that begins a sentence, no abbreviation and no number
        summary = summary[:1].lower() + summary[1:]
    about = summary if first.lower() == "về" else f"về {summary}"
    return f"{kind} số {document.number} {dated} {about}"


def _lines(text: str) -> tuple[str, ...]:
    return tuple(one.text for one in paragraphs(text))


def _build_paper(content: PlanContent, head: Letterhead, signer: Signature, mark: str) -> Paper:
    return Paper(
        letterhead=head,
        title="Kế hoạch",
        summary=content.subject,
        blocks=tuple(_blocks(content)),
        signatures=(signer,),
        on=content.on,
        code="KH",
        recipients=("Các ấp, khu phố, ban, ngành, đoàn thể", "Lưu: VT"),
        mark=mark,
    )


def _blocks(content: PlanContent) -> Iterator[Block]:
    for place, base in enumerate(content.bases, 1):
        yield Text(f"Căn cứ {base}{'.' if place == len(content.bases) else ';'}", is_basis=True)
    yield Heading("Mục đích, yêu cầu")
    yield from map(Text, content.purposes)
    if content.targets:
        yield Heading("Chỉ tiêu")
        yield from map(Text, content.targets)
    yield Heading("Nội dung, thời gian thực hiện")
    yield Table(HEADINGS, tuple(_row(*one) for one in enumerate(content.steps, 1)), WIDTHS)
    yield Heading("Tổ chức thực hiện")
    yield from map(Text, content.duties)


def _row(number: int, step: Step) -> tuple[str, ...]:
    due = f"{step.due:%d/%m/%Y}" if step.due else "Thường xuyên"
    return (str(number), step.what, step.place or "Toàn xã", due, step.who)


def speaks_for(user: User, plan: Plan) -> bool:
    """Whether the account speaks for the body of the plan."""
    return bodies_of(user).filter(pk=plan.body_id).exists()


def _visible(request: HttpRequest) -> Any:
    return Plan.objects.visible_to(request.user).select_related("body", "commune")


DOCUMENT = DocumentPages(
    "oversight_plan", "ke-hoach", "oversight.view_plan", _visible, paper_of_plan,
    "paper.plan_printed", "paper.plan_exported", lambda plan: f"ke-hoach-{plan.pk}", speaks_for,
)  # fmt: skip
