"""The command of the demo where there is none yet, and the words of its posts."""

import pytest
from django.core.management import CommandError

from accounts import demo
from accounts.models import Commune
from broadcasts.demo import texts
from broadcasts.demo.texts import Text
from broadcasts.models import Delivery
from broadcasts.services import check
from groups.models import Hamlet, Member
from tests.demo.conftest import seed
from tests.factories.accounts import make_commune
from tests.factories.broadcasts import make_broadcast
from zalo.models import OfficialAccount


def test_empty_database_gets_the_demo_unasked(db, monkeypatch):
    """Without the parts of other apps, which tests/demo asks for."""
    monkeypatch.setattr(demo, "parts", list)

    assert "Đã tạo" in seed()
    assert (Commune.objects.count(), Hamlet.objects.count()) == (1, 19)
    assert set(Delivery.objects.values_list("status", flat=True)) == set(Delivery.Status.values)
    assert OfficialAccount.objects.get().access_token == ""


def test_real_data_keeps_the_demo_away(db):
    make_commune("Thật")

    with pytest.raises(CommandError, match="đang có dữ liệu thật"):
        seed()
    assert Commune.objects.count() == 1
    assert Member.objects.count() == 0


@pytest.mark.parametrize(
    "text", [text for text in vars(texts).values() if isinstance(text, Text)], ids=lambda t: t.title
)
def test_demo_posts_pass_the_gate(commune, text):
    post = make_broadcast(commune, title=text.title, text=text.body)

    assert [hit.sentence for hit in check(post) if hit.level == "block"] == []
