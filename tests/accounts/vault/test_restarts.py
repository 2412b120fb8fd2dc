"""A vault that is started again has counted what the last hour opened."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Alarm
from accounts.vault import client, guard, log, operations, recall
from accounts.vault.errors import VaultRefused
from accounts.vault.operations import MOST_ROWS, operation
from reports.tips import receipts
from tests.factories.tips import make_tip, with_receipt
from tests.vaults import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def settled(settings, tmp_path, monkeypatch):
    settings.ROOT_URLCONF = "tests.vault_views"
    settings.VAULT_LOG = str(tmp_path / "vault.log")
    monkeypatch.setattr(operations, "_operations", operations.names())
    operation("test.open", opens=2)(lambda call: call.operation)
    operation("test.letter", needs_session=False, letters=1)(lambda call: 1)


def start_again():
    guard.forget()
    recall.begin()


def test_openings_and_letters_are_counted_on(chief, settings):
    settings.VAULT_OPENINGS_AN_HOUR, settings.VAULT_LETTERS_AN_HOUR = 5, 2
    with signed_in(chief):
        for _time in range(2):
            client.ask("test.open")
            client.ask("test.letter")
        start_again()
        for name in ("test.open", "test.letter"):
            with pytest.raises(VaultRefused, match="giờ"):
                client.ask(name)


def test_tips_are_counted_on_and_those_seen_are_not_new(chief, commune, login, settings):
    settings.VAULT_TIPS_AN_HOUR = 3
    for _number in range(4):
        make_tip(commune)
    browser = login(chief)
    pages = [reverse("test_listed", args=[number]) for number in (3, 4)]
    assert browser.get(pages[0]).status_code == 200

    start_again()

    assert [browser.get(page).status_code for page in pages] == [200, 403]


@pytest.mark.parametrize(("hours", "counted"), [(0, MOST_ROWS), (2, 0)])
def test_a_page_that_was_cut_short_counts_as_all_that_it_may_open(chief, hours, counted):
    log.write(
        operation="vault.answer_page", caller="web", account=chief.pk, outcome="begun", error="",
        at=(timezone.now() - timedelta(hours=hours)).isoformat(),
    )  # fmt: skip
    start_again()

    assert guard.tips.room(chief.pk, (), most=300) == 300 - counted


def look(tip, receipt):
    return client.ask("reports.behind_receipt", tip=str(tip.uuid), receipt=receipt, proof="")


def test_looks_at_receipts_are_limited_for_all_together_and_people_are_told(commune, settings):
    settings.VAULT_RECEIPTS_AN_HOUR = 2
    first, second, third = (make_tip(commune) for _time in range(3))
    typed = {tip: receipts.stretched(with_receipt(tip)) for tip in (first, second, third)}
    look(first, typed[first])
    look(first, typed[first])
    look(second, typed[second])

    with pytest.raises(VaultRefused, match="mức cho phép"):
        look(third, typed[third])

    look(first, typed[first])
    assert set(Alarm.objects.values_list("kind", flat=True)) == {"vault_busy"}


def test_one_receipt_takes_the_places_of_no_others(commune, settings):
    settings.VAULT_RECEIPTS_AN_HOUR = 2
    busy, other = make_tip(commune), make_tip(commune)
    typed = {tip: receipts.stretched(with_receipt(tip)) for tip in (busy, other)}
    for _time in range(guard.LOOKS_AT_ONE):
        look(busy, typed[busy])

    with pytest.raises(VaultRefused, match="nhiều lần"):
        look(busy, typed[busy])
    assert look(other, typed[other])["told_with"] == []


def test_looks_without_the_digits_count_nowhere(commune, settings):
    settings.VAULT_RECEIPTS_AN_HOUR = 1
    tip = make_tip(commune)
    for _time in range(3):
        with pytest.raises(VaultRefused):
            client.ask("reports.behind_receipt", tip=str(tip.uuid), receipt="", proof="1.x")

    assert look(tip, receipts.stretched(with_receipt(tip)))["proof"]
