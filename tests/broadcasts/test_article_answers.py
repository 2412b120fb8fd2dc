"""Answers to what the gate finds in an article: one a finding, by whom it is asked of."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEvent, Commune, User
from broadcasts.articles import services as articles
from broadcasts.models import Article, OfficialPhone, Topic
from broadcasts.posts.errors import GateBlocked, NotAllowed
from content_rules.engine.findings import Hit, Level
from tests.broadcasts.article_scene import draft_article
from tests.factories.broadcasts import make_official_phone

pytestmark = pytest.mark.django_db
PLATE = "Xe máy biển số 60B1-123.45 bỏ quên ở nhà văn hóa."
PLAN = "LỊCH TRỰC TUẦN 48\nThứ 2: đ/c Hùng (17h - 6h)\nThứ 3: đ/c Tuấn (17h - 6h)"


@pytest.fixture(autouse=True)
def _public_portal(settings: Any, tmp_path: Path) -> None:
    settings.PORTAL_URL = "https://cong.example.vn"
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def write(commune: Commune, author: User) -> Callable[..., Article]:
    return partial(draft_article, commune, author)


def open_levels(article: Article) -> set[str]:
    return {hit.level for hit in articles.stopping(article)}


def hits_of(article: Article, level: Level) -> list[Hit]:
    return [hit for hit in articles.check(article) if hit.level is level]


def test_reason_answers_its_own_finding_and_no_other(write, author):
    article = write(text=PLATE)
    (plate,) = hits_of(article, Level.REASON)

    with pytest.raises(GateBlocked):
        articles.submit(article, by=author)
    with pytest.raises(GateBlocked):
        articles.submit(article, by=author, reasons={"minor": "Chủ xe nhờ tìm giúp."})
    articles.submit(article, by=author, reasons={plate.rule: "Chủ xe nhờ tìm giúp."})

    stored = Article.objects.get()
    assert stored.gate_answers["reasons"][plate.key]["text"] == "Chủ xe nhờ tìm giúp."
    assert open_levels(stored) == set()
    kept = AuditEvent.objects.get(action="article.submitted")
    assert "Chủ xe nhờ tìm giúp." in kept.reason
    assert "123.45" not in kept.reason


def test_other_words_ask_anew(write, author):
    article = write(text=PLATE)
    articles.submit(article, by=author, reasons="Chủ xe nhờ tìm giúp.")
    article.text = PLATE.replace("123.45", "678.90")
    articles.edit(article, by=author)

    with pytest.raises(GateBlocked):
        articles.submit(article, by=author)


def test_a_part_has_answers_of_its_own(write, author):
    article = write(text=PLATE)
    articles.submit(article, by=author, reasons="Chủ xe nhờ tìm giúp.")
    article.description = "Xe 60B1-123.45 tìm chủ."
    articles.edit(article, by=author)

    assert {hit.where for hit in articles.stopping(article)} == {"description"}


def test_reason_that_tells_a_number_is_refused(write, author):
    with pytest.raises(NotAllowed, match="Lý do có"):
        articles.submit(write(text=PLATE), by=author, reasons="Gọi anh Ba 0903 123 456.")


def test_second_person_confirms_each_finding(write, author, chief):
    article = articles.submit(write(text=PLAN), by=author)
    keys = [hit.key for hit in hits_of(article, Level.SECOND_PERSON)]
    assert keys

    with pytest.raises(GateBlocked):
        articles.approve(article, by=chief, seen_hash=article.content_hash)
    with pytest.raises(GateBlocked):
        articles.approve(
            article, by=chief, seen_hash=article.content_hash, confirmations=["another"]
        )
    articles.approve(article, by=chief, seen_hash=article.content_hash, confirmations=keys)

    assert set(Article.objects.get().gate_answers["confirmed"]) == set(keys)


def test_confirmation_is_given_anew_after_each_submission(write, author, chief):
    article = articles.submit(write(text=PLAN), by=author)
    keys = [hit.key for hit in hits_of(article, Level.SECOND_PERSON)]
    articles.approve(article, by=chief, seen_hash=article.content_hash, confirmations=keys)
    article.title = "Tên khác"
    articles.edit(article, by=author)

    articles.submit(article, by=author)

    assert "confirmed" not in Article.objects.get().gate_answers


def test_pages_ask_for_one_answer_a_finding(write, author, chief, login: Callable[[User], Client]):
    article = write(text=f"{PLATE}\n\n{PLAN}")
    writer, decider = login(author), login(chief)
    page = f"/admin/broadcasts/article/{article.pk}"
    rule = hits_of(article, Level.REASON)[0].rule
    key = hits_of(article, Level.SECOND_PERSON)[0].key

    shown = writer.get(f"{page}/xem/").content.decode()
    assert f'name="reason_{rule}"' in shown
    assert 'name="confirm"' not in shown
    refused = writer.post(
        f"{page}/buoc/trinh-duyet/", {"seen": article.content_hash}, follow=True
    ).content.decode()
    assert "Chưa trình được: hãy ghi lý do cho" in refused
    writer.post(
        f"{page}/buoc/trinh-duyet/",
        {"seen": article.content_hash, f"reason_{rule}": "Chủ xe nhờ tìm giúp."},
    )

    shown = decider.get(f"{page}/xem/").content.decode()
    assert "Lý do của người trình: Chủ xe nhờ tìm giúp." in shown
    assert f'value="{key}"' in shown
    values = {"seen": Article.objects.get().content_hash}
    decider.post(f"{page}/buoc/duyet/", values)
    assert Article.objects.get().status == "pending_approval"
    decider.post(f"{page}/buoc/duyet/", values | {"confirm": [key]})
    assert Article.objects.get().status == "approved"


def test_urgent_topic_is_refused_in_words(write: Callable[..., Article], author: User):
    article = write(topic=Topic.objects.get(code="canh-bao-khan"))

    with pytest.raises(GateBlocked, match="không dùng cho cảnh báo khẩn"):
        articles.submit(article, by=author)


def test_gate_reads_every_text(write: Callable[..., Article], author: User):
    article = write(description="Số căn cước 001085012345 của ông A.")

    with pytest.raises(GateBlocked):
        articles.submit(article, by=author)


def test_number_that_is_no_longer_official_cannot_be_approved(
    write: Callable[..., Article], commune: Commune, author: User, chief: User
):
    listed = make_official_phone(commune, phone="+84903123456")
    article = articles.submit(write(text="Gọi anh Ba 0903 123 456."), by=author)
    OfficialPhone.objects.filter(pk=listed.pk).delete()

    with pytest.raises(GateBlocked):
        articles.approve(article, by=chief, seen_hash=article.content_hash)
