"""Templates: their blanks, what comes with the portal, versions, and who may change them."""

import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import Commune
from broadcasts.content_check.services import check_text
from broadcasts.models import Part, PostTemplate, Topic, required_parts
from broadcasts.templates.services import Blank, blanks_in, fill, slips, unanswered
from broadcasts.templates.shipped import TEMPLATES
from content_rules.engine.findings import Level

OFFICIAL = {"113", "114", "115"}


def test_a_blank_has_a_label_a_hint_and_choices():
    text = "{nơi họp | ví dụ: nhà văn hóa} {buổi: sáng / chiều} {số máy (nếu có)} {nơi họp}"

    assert blanks_in(text) == [
        Blank("nơi họp", "ví dụ: nhà văn hóa"),
        Blank("buổi", choices=("sáng", "chiều")),
        Blank("số máy (nếu có)"),
    ]


def test_a_label_with_a_colon_and_no_list_is_one_question():
    assert blanks_in("{giờ: phút}") == [Blank("giờ: phút")]


def test_filling_drops_the_line_of_an_empty_optional_blank():
    text = "Gọi 113.\nTrực ban: {số (nếu có)}.\nXin cảm ơn."

    assert fill(text, {}) == "Gọi 113.\nXin cảm ơn."
    assert fill(text, {"số (nếu có)": "02510 000"}) == "Gọi 113.\nTrực ban: 02510 000.\nXin cảm ơn."


def test_filling_writes_one_full_stop_and_a_capital_at_the_start_of_a_line():
    assert fill("{việc}.\nNơi: {nơi}.", {"việc": "mất điện.", "nơi": "chợ…"}) == (
        "Mất điện.\nNơi: chợ…"
    )


def test_what_was_not_answered_is_named():
    blanks = blanks_in("{a} {b (nếu có)} {c}")

    assert [one.label for one in unanswered(blanks, {"a": " ", "c": "x"})] == ["a"]


@pytest.mark.parametrize(("text", "count"), [("{a} và {b}", 0), ("{a và b", 1), ("a} b", 1)])
def test_braces_that_do_not_pair_are_said(text, count):
    assert len(slips(text)) == count


def test_every_topic_has_a_template(db):
    covered = set(PostTemplate.objects.filter(commune=None).values_list("topic__code", flat=True))

    assert covered == set(Topic.objects.values_list("code", flat=True))


@pytest.mark.parametrize("row", TEMPLATES, ids=lambda row: row["code"])
def test_a_shipped_template_is_whole_and_may_be_said(row: Any):
    topic, _code, _name, purpose, title, *parts = row.values()
    said = dict(zip(Part, parts, strict=True))
    answers = {
        blank.label: blank.choices[0] if blank.choices else "chỗ này ghi sau"
        for blank in blanks_in(title, *parts)
    }
    text = "\n\n".join(filter(None, (fill(part, answers) for part in parts)))

    assert [part for part in required_parts(topic) if not said[part]] == []
    assert [slip for part in (title, *parts) for slip in slips(part)] == []
    assert [hit for hit in check_text(text) if hit.level == Level.BLOCK] == []
    assert set(re.findall(r"\b\d{3,}\b", re.sub(r"\{[^}]*\}", "", " ".join(parts)))) <= OFFICIAL
    assert purpose
    assert len(title) <= 150


def test_a_version_is_there_once(commune: Commune):
    values = {"code": "mau", "topic": Topic.objects.get(code="pccc"), "name": "Mẫu", "title": "Bài"}
    PostTemplate.objects.create(commune=commune, version=1, **values)

    with pytest.raises(IntegrityError), transaction.atomic():
        PostTemplate.objects.create(commune=commune, version=1, **values)
    PostTemplate.objects.create(commune=None, version=1, **values)
    with pytest.raises(ValidationError, match="vừa có người khác sửa"):
        PostTemplate(commune=None, version=1, **values).full_clean()
