from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Commune
from procedures.models import Edition, Fee, Question, Synonym, TimeLimit
from tests.factories.procedures import (
    days_ago,
    make_area,
    make_edition,
    make_procedure,
    make_published,
    make_question,
    make_synonym,
)

TODAY = timezone.localdate


def refused(**changes: object) -> None:
    edition = make_published()
    with pytest.raises(IntegrityError), transaction.atomic():
        Edition.objects.filter(pk=edition.pk).update(**changes)


def test_database_keeps_one_published_edition_a_procedure(db):
    edition = make_published()

    with pytest.raises(IntegrityError), transaction.atomic():
        make_published(edition.procedure)
    assert edition.procedure.editions.count() == 1


def test_database_keeps_one_open_edition_a_procedure(db):
    edition = make_edition()

    with pytest.raises(IntegrityError), transaction.atomic():
        make_edition(edition.procedure, status="checked", checked_at=timezone.now())


@pytest.mark.parametrize(
    "changes",
    [
        {"verified_on": None},
        {"published_at": None},
        {"checked_at": None},
        {"short_answer": ""},
        {"link": ""},
        {"confidence": "medium"},
        {"confidence": "low"},
        {"status": "superseded", "superseded_at": None},
        {"valid_from": date(2026, 2, 1), "valid_to": date(2026, 1, 31)},
    ],
)
def test_database_refuses_a_published_edition_that_lacks_something(db, changes):
    refused(**changes)


@pytest.mark.parametrize(("words", "is_kept"), [(90, True), (91, False)])
def test_database_counts_the_words_of_the_short_answer(db, words, is_kept):
    edition = make_edition()
    text = "  " + " \n ".join(["chữ"] * words) + " "

    if is_kept:
        Edition.objects.filter(pk=edition.pk).update(short_answer=text)
        edition.refresh_from_db()
        assert edition.words == 90
    else:
        with pytest.raises(IntegrityError), transaction.atomic():
            Edition.objects.filter(pk=edition.pk).update(short_answer=text)


def test_database_refuses_the_author_as_publisher_unless_said(db, chief):
    edition = make_published(drafted_by=chief)
    rows = Edition.objects.filter(pk=edition.pk)

    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(published_by=chief)
    rows.update(published_by=chief, is_published_alone=True)
    edition.refresh_from_db()
    assert edition.published_by == chief


@pytest.mark.parametrize(
    "words",
    ["Nộp 20.000 đồng.", "lệ phí 20 nghìn", "mất 50k thôi", "nộp 7.000đ", "phí 20 000 VND"],
)
def test_short_answer_with_an_amount_of_money_is_refused(db, words):
    edition = make_edition()
    edition.short_answer = words

    with pytest.raises(ValidationError, match="Đừng ghi số tiền"):
        edition.clean()


@pytest.mark.parametrize("words", ["Trong 30 ngày, khai mẫu CT01.", "Từ 14 tuổi, 2 bản.", "30 km"])
def test_short_answer_with_other_numbers_is_kept(db, words):
    edition = make_edition()
    edition.short_answer = words

    edition.clean()


@pytest.mark.parametrize(
    ("amount", "unit"), [(None, "days"), (3, "at_once"), (0, "days"), (-1, "days")]
)
def test_time_limit_with_an_amount_against_its_unit_is_refused(db, amount, unit):
    edition = make_edition()

    with pytest.raises(IntegrityError), transaction.atomic():
        TimeLimit.objects.create(edition=edition, amount=amount, unit=unit)


def test_fee_without_amount_or_with_its_days_reversed_is_refused(db):
    edition = make_edition()

    for wrong in ({}, {"direct": 1, "valid_from": TODAY(), "valid_to": days_ago(1)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Fee.objects.create(edition=edition, **wrong)


def test_synonym_belongs_to_a_procedure_or_an_area_and_is_said_once(db):
    procedure, area = make_procedure(), make_area()
    made = make_synonym("Hộ khẩu", procedure)

    assert made.folded == "ho khau"
    for wrong in ({"procedure": procedure, "area": area}, {}, {"procedure": procedure}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Synonym.objects.create(term="Hộ khẩu", **wrong)


def test_question_is_sealed_and_keeps_no_hour(db, commune: Commune):
    question = make_question(commune, "Anh Nam số 0900000001 hỏi tạm trú")

    stored = Question.objects.filter(pk=question.pk).extra(select={"raw": "asked"}).values("raw")
    assert "Nam" not in stored[0]["raw"]
    assert Question.objects.get(pk=question.pk).asked == "Anh Nam số 0900000001 hỏi tạm trú"
    assert type(question.asked_on) is date


def test_question_answered_or_settled_must_say_by_what_and_whom(db, commune: Commune):
    question = make_question(commune)

    for outcome in ("answered", "settled", "set_aside"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Question.objects.filter(pk=question.pk).update(outcome=outcome)


def test_questions_of_another_commune_are_out_of_sight(chief, commune, other_commune):
    own, other = make_question(commune), make_question(other_commune)

    assert list(Question.objects.visible_to(chief)) == [own]
    assert Question.objects.filter(pk=other.pk).exists()


def test_edition_turns_stale_on_the_day_after_180(db):
    edition = make_published(verified_on=days_ago(180))
    today = TODAY()

    assert not edition.is_stale(today)
    tomorrow = today + timedelta(days=1)
    assert edition.is_stale(tomorrow)
    assert list(Edition.objects.filter(pk=edition.pk).sendable(today)) == [edition]
    assert not Edition.objects.filter(pk=edition.pk).sendable(tomorrow).exists()
    assert Edition.objects.filter(pk=edition.pk).stale(tomorrow).exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"reopened_at": timezone.now()},
        {"valid_to": days_ago(1)},
        {"valid_from": date(2100, 1, 1)},
        {"verified_on": days_ago(181)},
    ],
)
def test_what_was_reopened_or_is_out_of_force_or_stale_is_not_sendable(db, changes):
    edition = make_published()
    assert Edition.objects.filter(pk=edition.pk).sendable(TODAY()).exists()

    Edition.objects.filter(pk=edition.pk).update(**changes)

    assert not Edition.objects.filter(pk=edition.pk).sendable(TODAY()).exists()


def test_edition_of_a_procedure_out_of_use_is_not_sendable(db):
    edition = make_published(make_procedure(is_active=False))

    assert not Edition.objects.filter(pk=edition.pk).sendable(TODAY()).exists()
