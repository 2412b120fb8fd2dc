"""Procedures and their editions; the shipped library is there after the migrations beside them."""

from datetime import date, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from accounts.encryption.services import blind_index
from accounts.models import Commune
from procedures.editions.content import Content, write_parts
from procedures.models import Edition, LegalText, Procedure, ProcedureArea, Question, Synonym
from vietnamese.text import fold

_numbers = count(1)
CONTENT: Content = {
    "who": "Người cần xe thử.",
    "where": "Công an xã nơi cư trú.",
    "online": "Nộp trên dichvucong.gov.vn.",
    "forms": ["TT01"],
    "short_answer": "Bà con mang tờ khai TT01 đến Công an xã.",
    "link": "https://dichvucong.gov.vn",
    "dossier": [
        {"name": "Tờ khai TT01", "form_code": "TT01"},
        {"case": "Người chưa thành niên", "name": "Giấy đồng ý của cha mẹ"},
    ],
    "time_limits": [{"amount": 3, "unit": "working_days"}],
    "fees": [{"direct": 20000, "online": 10000, "is_verified": True}],
    "citations": [{"text": "TT 99/2026/TT-THU"}],
}


def make_area(**fields: Any) -> ProcedureArea:
    number = next(_numbers)
    values = {"slug": f"linh-vuc-{number}", "name": f"Lĩnh vực thử {number}", "order": 900}
    return ProcedureArea.objects.create(**(values | fields))


def make_procedure(**fields: Any) -> Procedure:
    number = next(_numbers)
    area = fields.pop("area", None) or make_area()
    values = {
        "slug": f"thu-tuc-{number}", "name": f"Thủ tục thử {number}", "code": f"9.{number:06d}",
        "level": Procedure.Level.COMMUNE,
    }  # fmt: skip
    return Procedure.objects.create(area=area, **(values | fields))


def make_edition(procedure: Procedure | None = None, **fields: Any) -> Edition:
    """A draft with parts; `content` replaces them, other fields are columns."""
    procedure = procedure or make_procedure()
    content = fields.pop("content", CONTENT)
    last = procedure.editions.order_by("-number").values_list("number", flat=True).first()
    columns = {
        name: content[name] for name in Edition.CONTENT if name in content
    }  # fmt: skip
    values = {"number": (last or 0) + 1, "confidence": Edition.Confidence.MEDIUM}
    edition = Edition.objects.create(procedure=procedure, **(values | columns | fields))
    write_parts(edition, content)
    return edition


def make_published(procedure: Procedure | None = None, **fields: Any) -> Edition:
    """In use, and verified ten days ago unless told otherwise."""
    now = timezone.now()
    verified_on = fields.get("verified_on", timezone.localdate() - timedelta(days=10))
    values = {
        "status": Edition.Status.PUBLISHED, "confidence": Edition.Confidence.HIGH,
        "checked_at": now, "published_at": now, "verified_on": verified_on,
        "verified_with": "Cổng Dịch vụ công", "next_review_on": verified_on + timedelta(days=150),
    }  # fmt: skip
    return make_edition(procedure, **(values | fields))


def make_text(number: str = "", **fields: Any) -> LegalText:
    return LegalText.objects.create(number=number or f"TT {next(_numbers)}/2026", **fields)


def make_synonym(term: str, procedure: Procedure | None = None, **fields: Any) -> Synonym:
    if procedure is None and not {"area", "is_elsewhere"} & fields.keys():
        procedure = make_procedure()
    return Synonym.objects.create(term=term, procedure=procedure, **fields)


def make_question(commune: Commune, asked: str = "làm tạm trú cần gì", **fields: Any) -> Question:
    """Asked in the chat today and not answered yet."""
    values = {
        "asked": asked,
        "same_as": blind_index(fold(asked), purpose="questions"),
        "channel": Question.Channel.CHAT,
        "asked_on": timezone.localdate(),
    }
    return Question.objects.create(commune=commune, **(values | fields))


def content_with(**changes: Any) -> Content:
    """The usual content with some of it changed; None leaves a part out."""
    return {name: value for name, value in (CONTENT | changes).items() if value is not None}


def days_ago(days: int) -> date:
    return timezone.localdate() - timedelta(days=days)
