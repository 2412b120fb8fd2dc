"""No paper and no page of any role leads to a reporter who was thanked."""

from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.papers.services import Issuer
from accounts.users.roles import Role
from documents.building import build
from oversight import periods
from oversight.commendations import informants
from oversight.commendations import services as commendations
from oversight.management.commands.export_report import KINDS, Asked, NotMade, make
from reports import intake
from tests.factories.accounts import make_profile, make_user
from tests.factories.tips import make_opening, make_tip
from tests.factories.year import make_form

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_vault")]
NAME, PHONE, WORDS = "Đặng Thị Quẫng Thoặc", "0900001017", "Khượm Nghịch sau vườn"


@pytest.fixture
def rewarded(chief, deputy_chief):
    """The tip of a known person, and the decision on who told it."""
    make_profile(chief.commune, party_above="Đảng bộ thành phố Đồng Nai")
    person = intake.Person(name=NAME, phone=PHONE)
    tip = make_tip(chief.commune, words=WORDS, person=person)
    now = timezone.now()
    make_opening(
        tip, chief, state="approved", approved_by=deputy_chief, decided_at=now,
        until=now + timedelta(hours=1),
    )  # fmt: skip
    made = informants.nominate(
        tip, by=chief, kind="helping", what="Giúp ngăn chặn kịp thời một vụ vi phạm.",
        form=make_form(chief.commune), occasion=informants.OCCASIONS[0],
    )  # fmt: skip
    made = commendations.answer(made, dict.fromkeys(range(1, 9), "yes"), by=chief)
    today = timezone.localdate()
    made = commendations.vote(made, by=chief, council="Hội đồng", on=today, votes=(5, 0, 0))
    return tip, commendations.accept(made, by=chief, number="15/QĐ-UBND", on=today)


def papers_of(user):
    """Every paper without a row of its own that this account gets, as what stands in its file."""
    today = timezone.localdate()
    for kind in KINDS:
        for issuer in Issuer:
            asked = Asked(user, periods.month(today.year, today.month), issuer=issuer)
            try:
                content = build(make(kind, asked))
            except NotMade:
                continue
            with ZipFile(BytesIO(content)) as parts:
                yield kind, "".join(parts.read(name).decode() for name in parts.namelist()
                                    if name.endswith(".xml"))  # fmt: skip


def pages_of(client):
    days = {"tu": timezone.localdate().replace(day=1), "den": timezone.localdate()}
    for name in ("oversight_figures", "oversight_commendation_sheet",
                 "oversight_commendation_changelist"):  # fmt: skip
        yield name, client.get(reverse(f"admin:{name}"), days).text
    decided = f"{reverse('admin:oversight_commendation_sheet')}?loai=quyet-dinh"
    yield "decided", client.get(decided).text
    for key in ("commendations", "checklists"):
        yield key, client.get(reverse("admin:oversight_list", args=[key]), days).text


@pytest.mark.parametrize("role", Role)
def test_nothing_leads_from_the_thanks_to_who_told(role, commune, login, chief, rewarded):
    tip, made = rewarded
    user = chief if role == Role.CHIEF else make_user(commune, role)
    token = made.achievement.token

    papers, pages = list(papers_of(user)), list(pages_of(login(user)))

    listed = {"commendations", "commendations-decided"}
    assert listed <= {kind for kind, _text in papers} or role != Role.CHIEF
    for where, text in [*papers, *pages]:
        for secret in (NAME, PHONE, WORDS):
            assert secret not in text, where
        assert token not in text or (role == Role.CHIEF and tip.code not in text), where
