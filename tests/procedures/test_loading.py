import json
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts import demo
from procedures.editions import services
from procedures.editions.content import content_of
from procedures.editions.rendering import MOST_LETTERS, answer
from procedures.library.loading import FOLDER, SURE, Loaded, load, read_areas, read_texts
from procedures.models import Edition, LegalText, Procedure, Question

SHIPPED = [entry for area in read_areas() for entry in area["procedures"]]
TODAY = date(2026, 11, 26)


def write(folder, changes, texts=None):
    """The shipped files with one procedure's edition changed."""
    for area in read_areas():
        for entry in area["procedures"]:
            if entry["slug"] in changes:
                entry["edition"] |= changes[entry["slug"]]
        (folder / f"{area['slug']}.json").write_text(json.dumps(area))
    (folder / "legal_texts.json").write_text(json.dumps(texts or read_texts()))
    return folder


@pytest.mark.usefixtures("library")
def test_sure_rows_are_published_and_others_are_drafts():
    states = {
        edition.procedure.slug: edition.status
        for edition in Edition.objects.select_related("procedure")
    }

    assert states == {
        entry["slug"]: "published" if entry["edition"]["confidence"] in SURE else "draft"
        for entry in SHIPPED
    }
    assert list(states.values()).count("draft") == 10


@pytest.mark.usefixtures("library")
def test_what_is_shipped_as_verified_was_verified_from_july_to_september():
    days = set(Edition.objects.published().values_list("verified_on", flat=True))

    assert all(date(2026, 7, 1) <= day <= date(2026, 9, 30) for day in days)
    assert not Edition.objects.filter(status="draft", verified_on__isnull=False).exists()


@pytest.mark.usefixtures("library")
def test_fees_without_source_are_left_empty():
    for slug in ("cap-ho-chieu-pho-thong", "sang-ten-xe", "dang-ky-xe-lan-dau"):
        assert Procedure.objects.get(slug=slug).editions.get().fees.count() == 0


@pytest.mark.usefixtures("library")
def test_text_changed_after_the_verification_keeps_its_citations_from_being_sent():
    reopened = Edition.objects.filter(reopened_at__isnull=False)

    assert set(reopened.values_list("procedure__slug", flat=True)) == {
        "vneid-muc-2", "khoa-mo-khoa-tai-khoan-dinh-danh", "tai-khoan-dinh-danh-to-chuc",
    }  # fmt: skip
    assert not reopened.sendable(TODAY).exists()
    assert "NĐ 69/2024" in reopened.first().reopened_because


@pytest.mark.usefixtures("library")
def test_every_shipped_answer_fits_one_message_and_names_no_money_of_its_own():
    for edition in Edition.objects.with_parts():
        edition.full_clean()
        assert edition.words <= 90
        assert len(answer(edition, TODAY, by_officer=True)) <= MOST_LETTERS
        assert edition.link.startswith("https://dichvucong")


@pytest.mark.usefixtures("library")
def test_stored_content_is_the_content_of_the_file():
    for entry in SHIPPED:
        edition = Edition.objects.with_parts().get(procedure__slug=entry["slug"])
        told = {"confidence", "verified_on", "verified_with", "next_review_on"}
        wanted = {name: value for name, value in entry["edition"].items() if name not in told}
        fees = wanted.get("fees", [])
        wanted_fees = [{k: v for k, v in fee.items() if v is not False} for fee in fees]

        assert content_of(edition) == wanted | ({"fees": wanted_fees} if fees else {})


@pytest.mark.usefixtures("library")
def test_second_run_changes_nothing():
    before = list(Edition.objects.order_by("pk").values())

    assert load() == Loaded(unchanged=len(SHIPPED))
    assert list(Edition.objects.order_by("pk").values()) == before


@pytest.mark.usefixtures("library")
def test_new_version_of_a_file_becomes_a_draft_beside_what_is_in_use(tmp_path):
    folder = write(tmp_path, {"tach-ho": {"short_answer": "Câu mới."}})

    assert load(folder) == Loaded(drafted=1, unchanged=len(SHIPPED) - 1)
    old, new = Procedure.objects.get(slug="tach-ho").editions.order_by("number")
    assert (old.status, new.status, new.short_answer) == ("published", "draft", "Câu mới.")
    assert load(folder).drafted == 0


@pytest.mark.usefixtures("library")
def test_newer_version_takes_the_place_of_a_draft_nobody_touched(tmp_path):
    load(write(tmp_path, {"tach-ho": {"short_answer": "Câu hai."}}))
    load(write(tmp_path, {"tach-ho": {"short_answer": "Câu ba."}}))

    states = Procedure.objects.get(slug="tach-ho").editions.order_by("number")
    assert [row.status for row in states] == ["published", "superseded", "draft"]


@pytest.mark.usefixtures("library")
def test_draft_of_a_person_is_kept(tmp_path, chief):
    procedure = Procedure.objects.get(slug="tach-ho")
    draft = services.draft_from(procedure.editions.get(), by=chief)
    services.edit(draft, {"short_answer": "Câu của xã."}, by=chief)

    assert load(write(tmp_path, {"tach-ho": {"short_answer": "Câu mới."}})).kept == 1
    draft.refresh_from_db()
    assert (draft.status, draft.short_answer) == ("draft", "Câu của xã.")
    assert procedure.editions.count() == 2


@pytest.mark.usefixtures("library")
def test_name_that_was_changed_here_is_kept(tmp_path):
    Procedure.objects.filter(slug="tach-ho").update(name="Tách sổ")

    load(write(tmp_path, {"tach-ho": {"short_answer": "Câu mới."}}))

    assert Procedure.objects.get(slug="tach-ho").name == "Tách sổ"


@pytest.mark.usefixtures("library")
def test_text_that_a_new_file_knows_as_changed_reopens_what_cites_it(tmp_path):
    texts = read_texts()
    for row in texts:
        if row["number"] == "TT 75/2022/TT-BTC":
            row |= {"status": "replaced", "changed_on": "2026-11-01", "changed_through": "TT 1"}
    citing = Edition.objects.published().filter(citations__text__number="TT 75/2022/TT-BTC")
    assert citing.distinct().count() == 4

    load(write(tmp_path, {}, texts))

    assert LegalText.objects.get(number="TT 75/2022/TT-BTC").status == "replaced"
    assert set(citing.values_list("reopened_because", flat=True)) == {
        "TT 75/2022/TT-BTC thay đổi từ 01/11/2026 theo TT 1"
    }


@pytest.mark.usefixtures("library")
def test_reduced_fee_of_the_card_ends_with_the_year():
    edition = Edition.objects.with_parts().get(procedure__slug="cap-doi-the-can-cuoc")

    assert "25.000 đồng (đến hết 31/12/2026)" in answer(edition, date(2026, 12, 31))
    told_in_january = answer(edition, date(2027, 1, 1))
    assert "25.000" not in told_in_january
    assert "50.000" not in told_in_january
    assert edition.next_review_on <= date(2027, 1, 1)


@pytest.mark.usefixtures("library")
def test_shipped_library_turns_stale_after_180_days():
    last = max(Edition.objects.published().values_list("verified_on", flat=True))

    assert not Edition.objects.sendable(last + timedelta(days=181)).exists()
    assert Edition.objects.sendable(last + timedelta(days=180)).exists()


def test_command_says_what_it_did_and_refuses_a_missing_folder(library, capsys, tmp_path):
    call_command("load_procedures")

    assert f"Không đổi: {len(SHIPPED)}" in capsys.readouterr().out
    with pytest.raises(CommandError, match="Không có thư mục"):
        call_command("load_procedures", folder=tmp_path / "none")
    (tmp_path / "a.json").write_text("{}")
    with pytest.raises(CommandError, match="không đọc được"):
        call_command("load_procedures", folder=tmp_path)


def test_files_are_json_in_order_with_known_texts():
    numbers = {row["number"] for row in read_texts()}
    slugs = [entry["slug"] for entry in SHIPPED]

    assert len(slugs) == len(set(slugs)) == 41
    assert {path.suffix for path in FOLDER.iterdir()} == {".json"}
    for entry in SHIPPED:
        cited = {row["text"] for row in entry["edition"].get("citations", ())}
        assert cited <= numbers, entry["slug"]


def test_demo_adds_work_under_way_and_questions(library, commune, chief, deputy_chief):
    users = {"truong.congan": chief, "pho.congan": deputy_chief}
    part = next(part for part in demo.parts() if "Thông báo lưu trú" in part.sentence)

    part.make(demo.Place(commune, users, timezone.now()))

    checked = Edition.objects.get(status="checked")
    assert checked.procedure.slug == "thong-bao-luu-tru"
    assert services.publish(checked, by=deputy_chief).status == "published"
    unanswered = Question.objects.filter(commune=commune).unanswered()
    assert unanswered.count() == 6
    # three of the six ask the same, with and without marks
    assert len(set(unanswered.values_list("same_as", flat=True))) == 4


def test_demo_in_a_city_leaves_the_library_alone(library, commune, other_commune, chief):
    part = next(part for part in demo.parts() if "Thông báo lưu trú" in part.sentence)

    part.make(demo.Place(commune, {"truong.congan": chief}, timezone.now()))

    assert not Edition.objects.filter(status="checked").exists()
