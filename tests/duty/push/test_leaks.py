"""Nothing of a matter leaves in a push: not in its words, its headers, its size, nor in a log."""

import json
import logging
import random

import pytest
from django.utils import timezone

from duty.models import Device, Notice, Occasion
from duty.occasions import rounds, subjects
from duty.occasions.kinds import KINDS
from duty.occasions.models import subject_of
from duty.services import open_occasion
from duty.ways import base
from duty.ways.push import payload
from duty.ways.push.encryption import encrypt
from tests.duty.push.test_encryption import browser as browser
from tests.factories.tips import make_tip

pytestmark = pytest.mark.django_db

MARKS = ("Nguyễn Thị Mận", "0912 345 678", "kho phân bón ấp Cây Gáo", "đốt pháo")
TIPS = 1000


def everything(one) -> str:
    """All that an onlooker or the push service could read of one push, and the opened words."""
    headers = {name: text for name, text in one.headers.items() if name != "authorization"}
    return json.dumps([headers, dict(one.words or {})], ensure_ascii=False).lower()


@pytest.mark.parametrize("kind", KINDS)
def test_no_kind_says_anything_of_its_matter(post, caplog, monkeypatch, kind):
    made_up = subjects.subject(Occasion(kind="tip_now"))
    monkeypatch.setattr(subjects, "_SUBJECTS", dict.fromkeys(KINDS, made_up))
    post.commune.name = "Xã Cây Gáo"
    post.commune.save()
    post.officer.last_name, post.officer.first_name = "Nguyễn Thị", "Mận"
    post.officer.save()
    device = post.enrol("điện thoại")
    tip = make_tip(
        post.commune, words=f"{MARKS[0]} {MARKS[1]}: {MARKS[3]} ở {MARKS[2]}", place=MARKS[2]
    )
    post.matters.standing.add(tip.pk)
    post.matters.first[tip.pk] = [post.officer.pk]

    with caplog.at_level(logging.DEBUG):
        occasion = open_occasion(kind, tip, commune=post.commune, level="now")
        rounds.make_notices(occasion, [post.officer], timezone.now(), step=0)
        post.send()
        post.service.switch("403")
        occasion.notices.update(state="waiting")
        post.send()

    first = post.received[0]
    text = everything(first)
    secret = [*MARKS, "mận", "cây gáo", kind, KINDS[kind].words, subject_of(tip), "tipreport"]
    assert [word for word in secret if word.lower() in text] == []
    assert {one.length for one in post.received} == {payload.LENGTH + 103}
    given = post.phone("điện thoại").subscription(post.service.url)
    unsaid = [*MARKS, post.phone("điện thoại").token, *given["keys"].values()]
    assert [word for word in unsaid if word in caplog.text] == []
    assert set(json.loads(payload.words_of(occasion.notices.first()))) == {
        "title", "text", "loud", "token", "tag", "shown",
    }  # fmt: skip
    assert Device.objects.on().filter(pk=device.pk).exists()


def test_a_thousand_made_up_tips_have_one_length_and_three_texts(post, browser):
    """For every kind; what differs is random or a keyed hash of the number of the matter."""
    _key, point, auth = browser
    drawn = random.Random(18)
    lengths, texts, topics, count = set(), set(), set(), 0
    for kind in KINDS:
        for number in range(TIPS):
            occasion = Occasion(
                pk=drawn.randrange(1, 10**9), commune=post.commune, kind=kind, level="now",
                subject=f"reports.tipreport:{number}", count=drawn.randrange(1, 500),
            )  # fmt: skip
            text = drawn.choice([one for one in Notice.Text if one not in base.REPLIES])
            notice = Notice(occasion=occasion, step=number % 40, way="push", place="1", text=text)
            words = payload.words_of(notice)
            texts.add(json.loads(words)["text"])
            topics.add(payload.topic_of(notice))
            assert len(words) <= payload.LENGTH
            if number % 50 == 0:
                lengths.add(len(encrypt(words, p256dh=point, auth=auth, length=payload.LENGTH)))
            count += 1

    assert lengths == {payload.LENGTH + 103}
    assert texts == {"Có việc cần xem ngay", "Có việc cần xem", "Đã có người nhận"}
    assert len(topics) > count * 0.99
