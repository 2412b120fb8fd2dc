"""An approval declares its fields once: every field has its place, and hashes stay the same."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from broadcasts.models import Article, Broadcast
from broadcasts.scheduling.materialise import OF_ONE_POST

AT = datetime(2026, 1, 1, tzinfo=UTC)
APPROVABLE = [Broadcast, Article]


def post(**fields: Any) -> Broadcast:
    values = {
        "title": "Tên bài",
        "text": "Bà con chú ý.",
        "image_sha256": "a" * 64,
        "topic_id": 7,
        "priority": Broadcast.Priority.URGENT,
        "audience_hamlets": [3, 1],
        "audience_groups": [9, 2],
        "scheduled_for": AT,
        "expires_at": AT + timedelta(hours=1, seconds=0.5),
    }
    return Broadcast(**(values | fields))


def article(**fields: Any) -> Article:
    values = {
        "title": "Tên bài",
        "author": "Công an xã",
        "description": "Trích yếu",
        "text": "Nội dung",
        "cover_sha256": "d" * 64,
        "topic_id": 7,
        "wants_spread": True,
        "spread_for": AT,
        "cities": [5, 4],
    }
    return Article(**(values | fields))


@pytest.mark.parametrize("model", APPROVABLE)
def test_every_field_is_declared_once(model: Any) -> None:
    declared = Counter(
        [
            *model.hashed_fields(), *model.digested_fields, *model.origin_fields,
            *model.delivery_fields,
        ]
    )  # fmt: skip

    assert set(declared.values()) == {1}
    assert set(declared) == {field.name for field in model._meta.concrete_fields}
    assert set(model.unedited_fields) <= set(model.hashed_fields())


@pytest.mark.parametrize(
    ("row", "digest"),
    [
        (post(), "35345c9e361e5ccbf52985da2aa781ee31874b8e32e4ce67c50048a01ebec4fe"),
        (
            post(
                file_sha256="b" * 64, file_name="Tệp.pdf", corrects_id=5, rule_hash="c" * 64
            ),
            "9d2720401a12d65acc12480deb8a79199e0b0201ea43f0cba5b9a8690f8c73c4",
        ),
        (
            Broadcast(title="Tên bài", text="Bà con chú ý.", topic_id=7),
            "b284ce58b9a3e7a3a63fb2ee3379b5af05d8b6ea93bb637886d48af7b55e6e7c",
        ),
        (article(), "4db89a89ff9209afea2a526f5b0fac43fec13a5e42ec8e0bdcbc4a47af3289ac"),
    ],
)  # fmt: skip
def test_stored_hashes_still_match(row: Any, digest: str) -> None:
    assert row.compute_hash() == digest


def changed(value: Any) -> Any:
    if isinstance(value, str):
        return "khác"
    if isinstance(value, list):
        return [6]
    return value - timedelta(days=1) if isinstance(value, datetime) else value + 1


@pytest.mark.parametrize("make", [post, article])
def test_every_covered_field_changes_the_hash(make: Any) -> None:
    row = make()
    for name in row.approved_fields:
        column = row._meta.get_field(name).attname
        other = changed(getattr(row, column))
        assert make(**{column: other}).compute_hash() != row.compute_hash(), name


def test_a_schedule_copies_content_and_origin_alone() -> None:
    copied = {field.name for field in Broadcast._meta.concrete_fields} - OF_ONE_POST

    assert copied == {
        *Broadcast.hashed_fields(), *Broadcast.digested_fields, *Broadcast.origin_fields
    } - {"rule_hash", "scheduled_for", "expires_at"}  # fmt: skip
