"""Worked examples: what keyed code and signed documents give for fixed rows at a fixed time."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from typing import Any
from unittest.mock import patch

from celery import current_app
from django.db.models import Model
from django.test import Client, override_settings
from django.utils import timezone

from accounts.audit import services as audit
from accounts.encryption.fields import EncryptedField
from accounts.encryption.services import blind_index, derive
from accounts.models import AuditEvent
from accounts.papers.services import Issuer
from accounts.system_health import readiness
from dev.contracts import literals
from dev.contracts.database import ROW, digest, sealed_columns
from dev.contracts.scene import keys_and_clock, scene
from documents.building import build
from documents.content import Heading, Layout, Letterhead, Paper, Signature, Table, Text
from oversight import periods
from oversight.figures.scopes import whole_commune
from oversight.summaries import services as summaries
from oversight.summaries.content import paper_from, paper_text

VERBS = ("group.closed", "zalo.connect")
OCTOBER = periods.month(2026, 10)
READER = "of-contracts"
WORDS = "Nguyễn Văn Thử, ấp Mẫu"
POLICE = Letterhead(Layout.STATE, "Công an thành phố Mẫu", "Công an xã Mẫu Đơn", "Mẫu Đơn", "CAX")
PARTY = Letterhead(Layout.PARTY, "Đảng bộ thành phố Mẫu", "Đảng ủy xã Mẫu Đơn", "Mẫu Đơn", "ĐU")
DOCUMENT = Paper(
    letterhead=POLICE,
    title="Báo cáo",
    summary="Kết quả mô hình “Zalo kết nối bình yên” tháng 10/2026",
    blocks=(
        Heading("Tình hình"),
        Text("Căn cứ quy chế của ấp.", is_basis=True),
        Heading("Tin báo", 2),
        Table(("Ấp", "Đã nhận"), (("Ấp 1", "12"), ("Ấp 2", "1.007")), widths=(60, 40)),
        Heading("Kiến nghị", 3),
        Text("Các tin báo được trả lời đúng hạn."),
    ),
    signatures=(Signature("Phó Trưởng Công an xã", "Người Ký Mẫu", "KT. Trưởng Công an xã"),),
    on=date(2026, 10, 31),
    code="BC",
    recipients=("Như trên", "Lưu: VT"),
    draft=2,
    mark="Tài khoản mẫu lấy lúc 08:00 ngày 01/11/2026.",
)


def keys() -> dict[str, Any]:
    """Purposes, contexts and salts, and what they make of fixed keys and a fixed nonce."""
    used = literals.purposes()
    sealed = list(sealed_columns())
    of_fields = sorted({field.purpose for _model, field in sealed} - {""})
    with keys_and_clock(), patch("os.urandom", lambda size: b"\0" * size):
        return used | {
            "derived keys": {one: derive(b"k" * 32, one).hex() for one in of_fields},
            "keyed hashes": {
                one: blind_index("0900000001", purpose=one) for one in used["blind_index"]
            },
            "sealed values": {
                f"{model._meta.db_table}.{field.column}": digest(_sealed(model, field))
                for model, field in sealed
                if not field.is_of_vault  # no two sealings to a public key are alike
            },
        }


def _sealed(model: type[Model], field: EncryptedField) -> str | bytes:
    plain = WORDS if issubclass(field.sealed_type, str) else WORDS.encode()
    value: str | bytes = field.sealed(plain, model(uuid=ROW))
    return value


def trail() -> dict[str, Any]:
    """The verbs, and the hashes of a chain of two events."""
    with scene() as rows:
        audit.record("group.closed", by=rows.chief, target=rows.hamlet, reason="Mẫu", rows=3)
        audit.record("zalo.connect", commune=rows.commune)
        events = AuditEvent.objects.filter(commune=rows.commune, action__in=VERBS)
        chain = {event.action: event.hash for event in events}
        faults = [fault.sentence for fault in audit.verify()]
    return {"verbs": literals.verbs(), "chain": chain, "faults": faults}


def health() -> dict[str, Any]:
    """Keys of `/readyz` and `/health/deep` by who asks; names and labels of `/metrics`."""
    current_app.loader.import_default_modules()
    with scene(), override_settings(METRICS_TOKEN=READER):
        readiness.forget()
        current_app.tasks["accounts.beat_heartbeat"]()
        current_app.tasks["accounts.record_health"]()
        client, bearer = Client(), {"Authorization": f"Bearer {READER}"}
        anyone, known = client.get("/readyz"), client.get("/readyz", headers=bearer)
        deep = client.get("/health/deep", headers=bearer)
        lines = client.get("/metrics", headers=bearer).content.decode().splitlines()
        return {
            "/healthz": client.get("/healthz").content.decode(),
            "/readyz": _keys_of(anyone.json()),
            "/readyz with token": _keys_of(known.json()),
            "/health/deep with token": _keys_of(deep.json()),
            "/metrics": sorted({re.sub(r'="[^"]*"', "", line.split(" ")[0]) for line in lines}),
            "statuses": {
                "/readyz": anyone.status_code, "/metrics": client.get("/metrics").status_code,
                "/health/deep": client.get("/health/deep").status_code,
            },
        }  # fmt: skip


def _keys_of(value: Any) -> Any:
    return {key: _keys_of(part) for key, part in value.items()} if isinstance(value, dict) else ""


def documents() -> dict[str, Any]:
    """Digests of a fixed document of each layout and of a signed summary of each body."""
    found: dict[str, Any] = {
        layout: _digests(paper_text(one), build(one)) | {"reads back": _reads_back(one)}
        for layout, one in (("state", DOCUMENT), ("party", replace(DOCUMENT, letterhead=PARTY)))
    }
    with scene() as rows:
        scope = whole_commune(rows.commune, reader=rows.chief)
        for issuer in Issuer:
            by = rows.chief if issuer is Issuer.POLICE else rows.office
            drafted = summaries.draft(scope, OCTOBER, issuer=issuer, by=by, as_of=timezone.now())
            signed = summaries.sign(drafted, by=by)
            found[f"signed summary, {issuer}"] = {
                "figures": digest(signed.content),
                "faults": list(summaries.check(signed)),
                **_digests(signed.paper, signed.docx, signed.xlsx),
            }
    return found


def _reads_back(document: Paper) -> bool:
    return paper_from(paper_text(document)) == document


def _digests(text: str, *files: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"text": digest(text)}
    for name, content in zip(("docx", "xlsx"), files, strict=False):
        with zipfile.ZipFile(io.BytesIO(bytes(content))) as parts:
            found[name] = {part: digest(parts.read(part)) for part in parts.namelist()}
    return found
