"""The yearly review on paper: what it says, of whom it is silent, who takes it."""

from copy import deepcopy
from datetime import date

import pytest
from django.urls import reverse

from accounts.models import AuditEvent, User
from accounts.users.roles import Role
from documents.building import build
from documents.content import Table
from oversight.figures.registry import FIGURES
from oversight.management.commands.export_report import Asked, NotMade, make
from oversight.models import YearlyReview
from oversight.periods import whole_year
from oversight.review import services as review_services
from oversight.review import writers
from oversight.review.pages import IN_SHORT, paper_of_review
from tests.factories.accounts import make_commune, make_profile, make_user
from tests.factories.groups import make_group, make_hamlet, make_member, make_membership
from tests.factories.scenes import shared_scene
from tests.factories.year import (
    make_achievement,
    make_commendation,
    make_frozen_review,
    make_informant,
    make_review,
)
from tests.papers_checking import validate

pytestmark = pytest.mark.django_db
SAID = {
    "strengths": "Đủ ấp có nhóm.\nBà con báo tin sớm.", "shortcomings": "Còn ấp xa.",
    "causes": "Sóng yếu.", "proposals": "Thêm người trực.",
}  # fmt: skip


def address(name: str, review) -> str:
    return reverse(f"admin:oversight_yearlyreview_{name}", args=[review.pk])


def written_review() -> YearlyReview:
    """Frozen and written; a team and an informant are put forward, somebody else is not thanked."""
    commune = make_commune()
    chief = make_user(commune, Role.CHIEF, username="truong.ca")
    make_profile(commune, chief_name="Nguyễn Văn Bình")
    hamlet = make_hamlet(commune, households=40)
    joined_on = date(2025, 6, 1)  # within the year of the review
    make_membership(
        make_member(hamlet, household_code="H1"), make_group(hamlet), joined_on=joined_on
    )
    made = make_frozen_review(commune, chief)
    make_commendation(make_informant(commune), review=made)
    make_commendation(make_achievement(commune, name="Tổ Mẫu"), review=made)
    make_commendation(
        make_achievement(commune, name="Thôi khen"), review=made, status="declined",
        declined_because="Chưa đủ.",
    )  # fmt: skip
    return review_services.write(made, by=chief, **SAID)


written = shared_scene(written_review)


@pytest.fixture
def review(written, db):
    return deepcopy(written)


@pytest.fixture
def commune(review):
    return review.commune


@pytest.fixture
def chief(commune):
    return User.objects.get(commune=commune, username="truong.ca")


def tables_of(paper) -> list[Table]:
    return [block for block in paper.body if isinstance(block, Table)]


def test_paper_has_figures_assessment_and_who_is_put_forward(review):
    paper = paper_of_review(review)

    assert validate(build(paper)) == []
    words = [block.text for block in paper.body if not isinstance(block, Table)]
    for number, (name, title) in zip(
        ("II", "III", "IV", "V"), writers.HEADINGS.items(), strict=True
    ):
        place = words.index(f"{number}. {title}")
        said = SAID[name].split("\n")
        assert words[place + 1 : place + 1 + len(said)] == said
    figures, nominated = tables_of(paper)
    coverage = next(row for row in figures.rows if row[0] == FIGURES["coverage"].name)
    assert coverage[1].startswith("Số hộ: 40; Hộ có người trong nhóm: 1;")
    assert [row[1] for row in nominated.rows][1:] == ["Tổ Mẫu"]
    assert nominated.rows[0][1].startswith("Người báo tin, mã NBT-")
    assert paper.letterhead.body == f"Công an {review.commune}"
    assert paper.signatures[0].name == "Nguyễn Văn Bình"
    assert set(IN_SHORT) <= set(FIGURES)


def test_order_of_those_put_forward_is_not_that_of_days(review):
    before = [row[1:] for row in tables_of(paper_of_review(review))[1].rows]

    make_commendation(make_achievement(review.commune, name="Cửa hàng A"), review=review)

    after = [row[1:] for row in tables_of(paper_of_review(review))[1].rows]
    assert after[0][0] == "Cửa hàng A"
    assert after[1:] == before


def test_signed_review_stays_as_it_was_signed(review, chief, deputy_chief):
    review_services.sign(review_services.hand_in(review, by=chief), by=deputy_chief)
    review.refresh_from_db()
    before = paper_of_review(review)

    make_commendation(make_achievement(review.commune, name="Đến sau"), review=review)
    place = review.hamlets.get().hamlet
    make_membership(make_member(place, household_code="H2"), make_group(place))

    assert paper_of_review(review) == before
    assert [row[1] for row in tables_of(before)[1].rows][1:] == ["Tổ Mẫu"]
    assert validate(build(before)) == []


def test_a_signed_list_stays_whatever_the_statuses_are_called_later(
    review, chief, deputy_chief, monkeypatch
):
    review_services.sign(review_services.hand_in(review, by=chief), by=deputy_chief)
    review.refresh_from_db()

    monkeypatch.setattr("oversight.review.pages.DECLINED", "Chưa khen")

    assert [row[1] for row in tables_of(paper_of_review(review))[1].rows][1:] == ["Tổ Mẫu"]


def test_page_of_a_review_whose_figures_cannot_be_read_says_so(review, chief, login, monkeypatch):
    monkeypatch.setattr("oversight.summaries.content.SCHEMA", 2)

    page = login(chief).get(address("show", review))

    assert page.status_code == 200
    assert "bản phần mềm mới hơn" in page.text
    assert "Thêm người trực." in page.text


def test_page_of_the_review_leads_to_sheet_and_file(review, chief, login):
    client = login(chief)

    shown = client.get(address("show", review)).text
    sheet = client.get(address("sheet", review)).text
    file = client.post(address("word", review))

    assert f'href="{address("sheet", review)}">Mở văn bản để in</a>' in shown
    assert f'action="{address("word", review)}"' in sheet
    assert f'href="{address("show", review)}"' in sheet
    assert "DỰ THẢO LẦN 1" in sheet
    assert "Thêm người trực." in sheet
    assert validate(file.content) == []
    trail = AuditEvent.objects.filter(action__startswith="paper.review_").order_by("pk")
    assert [(event.action, event.actor) for event in trail] == [
        ("paper.review_printed", chief), ("paper.review_exported", chief),
    ]  # fmt: skip
    assert "NBT-" not in str([event.details for event in trail])


def test_review_without_frozen_figures_has_no_paper_yet(other_commune, login):
    chief = make_user(other_commune, Role.CHIEF)
    review, client = make_review(chief.commune, chief), login(chief)

    assert "Mở văn bản để in" not in client.get(address("show", review)).text
    for answer in (client.get(address("sheet", review)), client.post(address("word", review))):
        assert answer.status_code == 400
        assert "chốt số liệu trước" in answer.text
    with pytest.raises(NotMade, match="chốt số liệu trước"):
        make("review", Asked(chief, whole_year(2025), str(review.pk)))
    assert not AuditEvent.objects.filter(action__startswith="paper.").exists()


@pytest.mark.parametrize("role", [one for one in Role if one != Role.CHIEF])
def test_paper_is_for_who_reads_the_review(review, login, role):
    client = login(make_user(review.commune, role))

    assert client.get(address("sheet", review)).status_code == 403
    assert client.post(address("word", review)).status_code == 403


def test_review_of_another_commune_is_not_there(review, other_commune, login):
    client = login(make_user(other_commune, Role.CHIEF))

    assert client.get(address("sheet", review)).status_code == 404
    assert client.post(address("word", review)).status_code == 404
