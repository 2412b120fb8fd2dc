"""The vault alone joins a person to a tip, by hashes of its own; not who has all other keys."""

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection

from accounts.encryption.fields import PaddedTextField
from accounts.encryption.services import blind_index
from accounts.vault import resealing
from accounts.vault.errors import VaultOnly
from accounts.vault.indexes import vault_index
from oversight.commendations import informants
from oversight.commendations.models import InformantLink, ThankedMark
from reports import intake
from reports.chat import services as chat_services
from reports.models import ChatReply, Reporter, TipReport
from reports.triage import splitting
from reports.vault import conflicts, openings
from reports.vault.models import OF_PERSON, OF_TELLING, index_of_reporter, indexes_of_reporter
from reports.vault.services import empty_vault
from tests.factories.accounts import make_user
from tests.factories.proofs import approve
from tests.factories.tips import make_tip, make_worked
from tests.factories.year import make_form
from tests.factories.zalo import make_official_account
from tests.reports.chat.conftest import USER, Chat
from tests.vaults import opened, reporter_of
from tests.zalo import webhooks

pytestmark = pytest.mark.django_db

WORDS = "Đêm nào cũng đánh bài. Với lại nhà bên đốt rác."


def column(name: str, table: str = "reports_reporter") -> list[str]:
    """The values as a dump has them."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {name} FROM {table} ORDER BY 1")  # noqa: S608 -- names of ours
        return [row[0] for row in cursor.fetchall()]


@pytest.fixture
def tip(commune: Any) -> TipReport:
    with opened():
        return make_tip(
            commune, words=WORDS, channel="oa_chat", person=intake.Person(zalo_user_id=USER)
        )


def as_before(tip: TipReport, *, split_from: TipReport | None = None) -> None:
    """Hash the row as it was done before there was a vault."""
    values = {"zalo_index": blind_index(USER, purpose=OF_PERSON)}
    if split_from is not None:
        values["told_with"] = blind_index(str(split_from.uuid), purpose=OF_TELLING)
    Reporter.objects.filter(tip=tip).update(**values)


def run_through() -> dict[str, int]:
    return dict(resealing.seal_anew())


@pytest.mark.parametrize("name", ["zalo_index", "told_with"])
def test_hash_is_read_by_the_vault_alone(tip, name):
    row = Reporter._base_manager.get(tip=tip)
    deferred = Reporter.objects.defer(name).get(tip=tip)

    for one in (row, deferred):
        with pytest.raises(VaultOnly):
            getattr(one, name)
    with opened():
        assert len(getattr(row, name)) == 64


def test_row_that_is_saved_unread_keeps_its_hashes(tip):
    before = column("zalo_index") + column("told_with")

    Reporter._base_manager.get(tip=tip).save()

    assert column("zalo_index") + column("told_with") == before


def test_dictionary_with_every_key_but_the_vaults_finds_nobody(tip, settings):
    settings.ZALO_OA_SECRET_KEY = webhooks.OA_SECRET
    chat = Chat(make_official_account(tip.commune))
    chat.says("Có trộm", user="7002")
    chat.says("alo", user="7003")
    with opened():
        splitting.split(tip, by=_superuser(tip), summary="Đốt rác.")
    everybody = [USER, *(str(number) for number in range(7000, 7100))]
    everything = [str(tip.uuid) for tip in TipReport.objects.all()]
    purposes = [
        OF_PERSON, OF_TELLING, "zalo_follower.zalo_user_id", "tip.chat_reply", "tip.chat_asked",
        "commendation.informant", "commendation.thanked",
    ]  # fmt: skip
    guessed = {
        blind_index(value, purpose=purpose)
        for purpose in purposes
        for value in (*everybody, *everything, *(f"{one}:greeting" for one in everybody))
    }

    known = {*column("zalo_index"), *column("told_with")}
    assert len(known) == 5  # of one person twice
    assert not known & guessed
    keys = [f"tips:chat:{one}" for one in guessed]
    assert cache.get_many(keys) == {}


def _superuser(tip: TipReport) -> Any:
    return make_user(tip.commune, is_superuser=True)


def test_same_person_is_found_by_either_hash_until_it_is_made_anew(tip, commune):
    as_before(tip)
    with opened():
        found = chat_latest(commune)
    counts = run_through()
    with opened():
        after = chat_latest(commune)
        index = index_of_reporter(USER)

    assert found == after == tip
    assert counts["reports_reporter.zalo_index"] == 1
    assert column("zalo_index") == [index]
    assert run_through()["reports_reporter.zalo_index"] == 0


def chat_latest(commune: Any) -> TipReport | None:
    return chat_services._latest(commune, indexes_of_reporter(USER))


def test_tips_told_together_stay_together(tip, commune):
    with opened():
        made = splitting.split(tip, by=_superuser(tip), summary="Đốt rác.")
        as_before(made, split_from=tip)
        kin = conflicts.other_matters(made), splitting.told_with(tip)

    counts = run_through()

    with opened():
        assert (conflicts.other_matters(made), splitting.told_with(tip)) == kin
    assert kin == ({tip.pk}, [made])
    assert counts["reports_reporter.told_with"] == 1
    assert blind_index(str(tip.uuid), purpose=OF_TELLING) not in column("told_with")


def test_who_withdraws_while_hashes_are_made_anew_stays_forgotten(tip, monkeypatch):
    as_before(tip)
    real = index_of_reporter

    def withdraws(person: str) -> str:
        empty_vault(tip)
        return real(person)

    monkeypatch.setattr("reports.vault.hashing.index_of_reporter", withdraws)

    run_through()

    with opened():
        assert column("zalo_index") != [index_of_reporter(USER)]
    assert reporter_of(tip).zalo_user_id == ""


def test_values_of_before_the_vault_are_sealed_to_it(tip):
    ChatReply.objects.create(
        account=make_official_account(tip.commune), kind="greeting", zalo_user_id=USER,
        heard_at=tip.received_at, next_attempt_at=tip.received_at,
    )  # fmt: skip
    _seal_as_before(Reporter.objects.get(), "zalo_user_id")
    _seal_as_before(ChatReply.objects.get(), "zalo_user_id")
    assert column("zalo_user_id")[0][:3] == "v1:"

    run_through()

    assert {value[:3] for value in column("zalo_user_id")} == {"v2:"}
    assert {value[:3] for value in column("zalo_user_id", "reports_chatreply")} == {"v2:"}
    assert reporter_of(tip).zalo_user_id == USER


def _seal_as_before(row: Any, name: str) -> None:
    field = row._meta.get_field(name)
    before = PaddedTextField(purpose=field.purpose)
    before.set_attributes_from_name(name)
    with opened():
        sealed = before.sealed(getattr(row, name), row)
    type(row).objects.filter(pk=row.pk).update(**{name: sealed})


@pytest.fixture
def thanked(chief: Any, deputy_chief: Any) -> TipReport:
    tip = make_worked(chief)
    asked = openings.ask(tip, by=chief, reason="Cần hỏi lại giờ xảy ra.")
    approve(asked, by=deputy_chief)
    with opened():
        informants.nominate(
            tip, by=chief, kind="helping", what="Giúp ngăn một vụ vi phạm.",
            form=make_form(chief.commune), occasion=informants.OCCASIONS[0],
        )  # fmt: skip
    return tip


def test_token_is_found_by_either_hash_and_made_anew(thanked, chief):
    InformantLink.objects.update(tip_index=informants.old_index_of(thanked.uuid))
    with opened():
        before = [one.token for one in informants.opened_by(chief)]

    counts = run_through()

    with opened():
        assert [one.token for one in informants.opened_by(chief)] == before
        assert InformantLink.objects.get().tip_index == informants.index_of(thanked.uuid)
    assert before != [""]
    assert counts["oversight_informantlink.tip_index"] == 1


@pytest.mark.parametrize("which", [1, 2])
def test_marks_of_before_count_and_are_made_anew(thanked, chief, which):
    InformantLink.objects.all().delete()
    with opened():
        marks = informants.marks_of(thanked.uuid)
        ThankedMark.objects.create(mark=marks[which], commune=thanked.commune)
        before = [one.refusal for one in informants.opened_by(chief)]

    counts = run_through()

    with opened():
        assert [one.refusal for one in informants.opened_by(chief)] == before
    assert before == [informants.THANKED]
    assert ThankedMark.objects.get().mark == marks[0]
    assert counts["oversight_thankedmark.mark"] == 1


def test_hashes_never_change():
    """Another derivation, or another purpose, and no row of before is found again."""
    with opened():
        made = {
            "person": index_of_reporter("7001"),
            "telling": vault_index("7001", purpose=OF_TELLING),
            "token": vault_index("7001", purpose=informants.OF_TIP),
            "mark": informants.mark_of("7001"),
        }

    assert made == {
        "person": "0bf10d2592b36debffbbbeec81bbc5ba0b1aa4a4fbc215dddbf1cd3f9da7ac93",
        "telling": "ddd5b467768f4a1ac7ebdaf91e04059dad1a1677315df5296067106a18716597",
        "token": "e71f6ef907119f8940bd920000b4889b5fc5c9c2ef5bafa9d1ec72f039f2dc4e",
        "mark": "c9a2b2a47ca5f1f4bc7cb2c063c062dc8a489587ad7b8884b6d6a83e4e67fe6c",
    }
