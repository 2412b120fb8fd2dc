"""Writing to Valkey runs no code in the portal: values of the cache are no pickles."""

import json
import os
import pickle
from datetime import UTC, date, datetime

import pytest
import redis
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from accounts.communes import public_pages
from accounts.work_budget import UNLIMITED, WorkBudget
from config.json_cache import JsonSerializer
from groups.zalo_groups.public_pages import page_of
from oversight.figures.rollups import recounting
from reports.chat.questions import Asked, Asker
from reports.clocks import services as clocks
from tests.factories.accounts import make_commune
from tests.factories.groups import make_group, make_hamlet
from tests.factories.tips import make_tip
from tests.factories.zalo import make_official_account
from tests.vaults import opened

APART = 99  # a version of keys that no other test looks at


class Planted:
    """Opening this pickle makes a directory."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (self.path,)


@pytest.fixture
def broker():
    client = redis.Redis.from_url(settings.REDIS_URL)
    yield client
    client.close()


def test_planted_pickle_is_not_opened(broker, tmp_path):
    broker.set(
        cache.make_key("planted", version=APART), pickle.dumps(Planted(str(tmp_path / "opened")))
    )

    with pytest.raises(ValueError, match="decode"):
        cache.get("planted", version=APART)

    assert not (tmp_path / "opened").exists()
    cache.delete("planted", version=APART)


@pytest.mark.parametrize(
    "value",
    [0, -3, 1.5, True, None, "chữ", [1, "2"], {"a": [date(2026, 9, 2)]}, b"\x00\xff",
     datetime(2026, 9, 2, 7, tzinfo=UTC), date(2026, 9, 2)],
)  # fmt: skip
def test_value_comes_back_as_it_went(value):
    cache.set("json", value, 5)

    assert cache.get("json") == value
    assert type(cache.get("json")) is type(value)


def test_what_is_no_json_is_not_kept():
    with pytest.raises(TypeError):
        JsonSerializer().dumps(object())


@pytest.mark.django_db
def test_public_pages_say_the_same_from_the_cache(django_assert_num_queries):
    commune = make_commune(code="26001")
    make_group(make_hamlet(commune), name="Nhóm Ấp 1")
    first = public_pages.communes(), page_of(commune)

    with django_assert_num_queries(0):
        again = public_pages.communes(), page_of(commune)

    assert again == first
    assert again[0][0].code == "26001"


def kept_values(broker):
    """All values of the cache under keys of the present version."""
    found = [broker.get(key) for key in broker.scan_iter(f"{cache.make_key('')}*")]
    return [value for value in found if value is not None]  # gone meanwhile


@pytest.mark.django_db
def test_no_pickle_is_kept_after_a_tour(chief, client, broker, django_capture_on_commit_callbacks):
    """Pages for anyone, of officers, the search, a list of near procedures, ticks."""
    commune = chief.commune
    make_group(make_hamlet(commune))
    tip = make_tip(commune)
    for page in ("/thu-tuc/", f"/nhom-chinh-thuc/{commune.code}/", f"/phan-anh/{commune.code}/"):
        assert client.get(page, follow=True).status_code == 200, page
    client.force_login(chief)
    for page in ("/admin/", "/admin/search/?s=a", f"/admin/reports/tipreport/{tip.pk}/xem/"):
        assert client.get(page, follow=True).status_code == 200, page
    asker = Asker(make_official_account(commune), "nguoi.hoi", timezone.now(), None)
    with opened(), django_capture_on_commit_callbacks(execute=True):
        asker.remember(Asked(7, [3, 1, 2], timezone.now()))
    clocks.tend(timezone.now())
    recounting.compare_on(WorkBudget(0))
    recounting.compare_on(UNLIMITED)

    with opened():
        assert asker.recall().offered == [3, 1, 2]
    kept = kept_values(broker)
    assert len(kept) >= 6
    for value in kept:
        json.loads(value)
