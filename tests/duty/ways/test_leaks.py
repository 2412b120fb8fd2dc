"""Nothing of a matter leaves: mail, Zalo, group and short message of every kind, scanned."""

import re
from typing import Any

import pytest

from duty.models import DutySettings, Notice, OwnPhone, OwnZalo
from duty.occasions.kinds import KINDS, MANY, MANY_OWN, NOBODYS, Level
from duty.ways import base
from duty.ways.mail import postbox
from duty.ways.sms import phones
from duty.ways.zalo import group, person
from tests.duty.conftest import NOON
from tests.duty.ways.notices import PORTAL, notice_for
from tests.factories.zalo import make_follower, make_official_account
from vietnamese.text import fold
from zalo.outbox.outcomes import Outcome

pytestmark = pytest.mark.django_db(transaction=True)

# All that may stand in a message, beside the token.
ALLOWED = re.compile(
    rf"(?:{re.escape(PORTAL)}/viec/TOKEN/|binh yen|co viec can xem(?: ngay)?|da co nguoi nhan"
    r"|da noi zalo nay voi tai khoan cua dong chi"
    r"|da mo cua so zalo trong 46 gio|bao danh ca thi bam nhan ca tren cong"
    r"|[:.\s])*"
)

OF_ONE = {*NOBODYS, MANY, MANY_OWN}


@pytest.fixture
def reached(station, real_ways, settings) -> Any:
    """Somebody who can be reached by every way, in a commune with an office and a duty group."""
    settings.MAIL_FROM = "bao-viec@xa.example.vn"
    settings.SMS_URL = "http://127.0.0.1:9/"
    station.duty.email = "hop-thu@xa.example.vn"
    station.duty.save()
    OwnPhone.objects.create(user=station.duty, phone="+84912000111")
    account = make_official_account(station.commune)
    follower = make_follower(account, is_named=True, last_interaction_at=None)
    OwnZalo.objects.create(user=station.duty, follower=follower, linked_at=NOON, heard_at=NOON)
    DutySettings.objects.create(
        commune=station.commune, office_mail="co-quan@xa.example.vn", duty_group="nhom-truc"
    )
    return station


def texts_of(notice: Notice) -> list[str]:
    """All words that leave for a notice, by each way."""
    found = [phones.short_words(notice)]
    mail = postbox.letter(notice)
    assert not isinstance(mail, Outcome)
    raw = mail.message()
    payload: Any = raw.get_payload(decode=True)
    found += [str(mail.subject), payload.decode()]
    marks = {"Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted", "MIME-Version"}
    assert set(raw.keys()) <= marks | {"Content-Type", "Content-Transfer-Encoding"}
    for made in (person.message(notice), group.message(notice)):
        if notice.occasion.kind in person.ABOUT_ZALO:
            assert isinstance(made, Outcome)
            continue
        if isinstance(made, Outcome):  # of one person alone, or not open to all of the group
            assert (made.sentence, notice.occasion.kind in OF_ONE) == (base.NOT_FOR_ALL, True)
            continue
        assert not isinstance(made, Outcome)
        letter: Any = made.letter()
        found.append(letter.content.text)
    return found


@pytest.mark.parametrize("level", [Level.NOW, Level.HOURS])
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_no_word_of_a_kind_leaves(reached, kind, level):
    occasion = reached.open(kind, level=level)
    notice = notice_for(occasion, "mail", f"own:{reached.duty.pk}", reached.duty)
    for text in Notice.Text.values:
        notice.text = text

        for words in texts_of(notice):
            plain = words.replace(occasion.token, "TOKEN")
            assert ALLOWED.fullmatch(fold(plain).replace("token", "TOKEN")), words


def test_scan_finds_what_it_is_for(reached):
    for words in ("Tin báo khẩn", "Có việc cần xem: 3", "Ấp Bình An", "0912 000 111"):
        assert not ALLOWED.fullmatch(fold(words))


def test_every_text_has_its_words():
    assert set(base.TEXTS) == set(Notice.Text.values)
    assert {str(label) for label in Notice.Text.labels} == set(base.TEXTS.values())


def test_numbers_of_a_message_tell_no_row(reached):
    occasion = reached.open()
    one = notice_for(occasion, "mail", "own:1", reached.duty)
    mail: Any = postbox.letter(one)

    mark = mail.extra_headers["Message-ID"]
    assert one.shown_token not in mark
    assert re.fullmatch(r"<[0-9a-f]{32}@xa\.example\.vn>", mark)
