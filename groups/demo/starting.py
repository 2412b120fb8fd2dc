"""How the groups of the made-up commune were started, and how they have been looked after."""

from datetime import date, timedelta
from random import Random

from accounts.models import Commune, User
from groups.consultation.regulation_text import DEFAULT_TEXT
from groups.models import (
    ConsultationMeeting,
    Hamlet,
    MeetingCluster,
    Member,
    Regulation,
    RegulationAcknowledgement,
    ZaloGroup,
)

Status = Regulation.Status
UNITS = 26
KNOWN = 3  # hamlets where most people are noted down as knowing the rules
BY_CLUSTERS = "Trung Tâm"
BY_TEAMS = "Bàu Trâm"
RENEWING = "Bến Đò"
QUIETER = (
    "Từ 21 giờ 30 đến 6 giờ 30 chỉ đăng việc khẩn cấp.",
    "Từ 21 giờ đến 6 giờ chỉ đăng việc khẩn cấp. Ngày mùa thì từ 20 giờ.",
)


def make_start(
    commune: Commune, hamlets: list[Hamlet], chief: User, random: Random, today: date
) -> None:
    """The meeting of the commune, then those of the hamlets, and what was agreed."""
    ConsultationMeeting.objects.create(
        commune=commune, notice_on=today - timedelta(days=84), held_on=today - timedelta(days=80),
        venue="Hội trường UBND xã", chair="Phó Bí thư Thường trực Đảng ủy xã",
        secretary="Công an xã",
        attendance="Đảng ủy, UBND, Ủy ban MTTQ và các đoàn thể xã, Công an xã, cấp ủy và Ban điều "
        "hành các ấp.",
        households=UNITS, represented=24, agree=23, other=1, recorded_by=chief,
        minutes="Nhất trí xây dựng mô hình. Góp ý: thêm giờ yên tĩnh, nói rõ việc cần báo riêng.",
    )  # fmt: skip
    Regulation.objects.create(
        commune=commune, text=DEFAULT_TEXT, status=Status.ISSUED, document_number="01/QC-CAX",
        agreed_on=today - timedelta(days=80), issued_on=today - timedelta(days=72),
    )  # fmt: skip
    for number, hamlet in enumerate(hamlets):
        regulation = hamlet.regulations.get()
        if regulation.is_in_force:
            _agreed_meeting(regulation, hamlet, chief, random)
            if number < len(hamlets) - 4 and regulation.agreed_on is not None:
                regulation.status = Status.ISSUED
                regulation.issued_on = regulation.agreed_on + timedelta(days=4)
                regulation.document_number = f"{number + 1:02d}/QC-BĐH"
                regulation.save()
        elif hamlet.name == BY_TEAMS:
            _team_meetings(regulation, hamlet, chief, today)
        if hamlet.name == RENEWING:
            Regulation.objects.create(
                hamlet=hamlet, version=2, status=Status.CONSULTING,
                text=DEFAULT_TEXT.replace(*QUIETER),
            )  # fmt: skip


def _agreed_meeting(regulation: Regulation, hamlet: Hamlet, chief: User, random: Random) -> None:
    held_on = regulation.agreed_on
    assert held_on is not None  # noqa: S101 -- by constraint
    agree = hamlet.households * random.randrange(62, 88) // 100
    disagree, other = random.randrange(0, 6), random.randrange(0, 9)
    meeting = ConsultationMeeting.objects.create(
        hamlet=hamlet, regulation=regulation, notice_on=held_on - timedelta(days=5),
        held_on=held_on, venue=f"Nhà văn hóa ấp {hamlet.name}", chair="Trưởng ấp",
        secretary="Thư ký ấp", households=hamlet.households, agree=agree, disagree=disagree,
        other=other, represented=agree + disagree + other, recorded_by=chief,
        minutes="Đa số hộ nhất trí tham gia nhóm và nhất trí quy chế. Đề nghị cán bộ trả lời sớm.",
    )  # fmt: skip
    if hamlet.name == BY_CLUSTERS:
        half = agree // 2
        for name, part in (("Cụm Tổ 1, Tổ 2", (half, disagree, other)),
                           ("Cụm Tổ 3, Tổ 4", (agree - half, 0, 0))):  # fmt: skip
            MeetingCluster.objects.create(
                meeting=meeting, name=name, held_on=held_on, represented=sum(part),
                agree=part[0], disagree=part[1], other=part[2],
            )  # fmt: skip


def _team_meetings(regulation: Regulation, hamlet: Hamlet, chief: User, today: date) -> None:
    for number, team in enumerate(hamlet.teams.order_by("name")[:2]):
        agree, held_on = team.households * 7 // 10, today - timedelta(days=6 - number)
        ConsultationMeeting.objects.create(
            hamlet=hamlet, team=team, regulation=regulation,
            notice_on=held_on - timedelta(days=4), held_on=held_on, venue="Nhà tổ trưởng",
            chair="Tổ trưởng",
            households=team.households, represented=agree + 3, agree=agree, disagree=1, other=2,
            recorded_by=chief, minutes="Nhất trí.",
        )  # fmt: skip


def make_upkeep(groups: list[ZaloGroup], random: Random, today: date) -> None:
    """Most groups are looked after; every fifth has something to do."""
    regulations = {
        (row.hamlet_id, row.commune_id): row for row in Regulation.objects.in_force().reverse()
    }
    for number, group in enumerate(groups):
        regulation = regulations.get((group.hamlet_id, group.commune_id))
        owner = group.owner
        if regulation is None or owner is None:
            continue
        if number % 10 != 4 and owner.user is not None:
            group.rules_pinned, group.rules_pinned_by = regulation, owner.user
            group.rules_pinned_on = today - timedelta(days=random.randrange(20, 50))
        if number % 12 != 7:
            group.officer_inside = owner
            group.officer_inside_on = today - timedelta(days=random.randrange(3, 60))
        if group.link:
            group.link_checked_on = today - timedelta(days=45 if number % 5 == 3 else 6)
        if number % 13 == 6:
            group.head_count = group.capacity * 94 // 100
        if number % 9 == 5:
            group.head_count_on = today - timedelta(days=48)
    ZaloGroup.objects.bulk_update(
        groups,
        ["rules_pinned", "rules_pinned_by", "rules_pinned_on", "officer_inside",
         "officer_inside_on", "link_checked_on", "head_count", "head_count_on"],
    )  # fmt: skip


def make_acknowledgements(hamlets: list[Hamlet], chief: User, random: Random) -> None:
    """In the first hamlets four of five members are noted down as knowing the rules."""
    made = []
    for hamlet in hamlets[:KNOWN]:
        regulation = Regulation.objects.filter(hamlet=hamlet).in_force().first()
        if regulation is None or regulation.agreed_on is None:
            continue
        for member in Member.objects.filter(hamlet=hamlet).active().order_by("pk"):
            if random.random() < 0.8:
                made.append(
                    RegulationAcknowledgement(
                        member=member, regulation=regulation, recorded_by=chief,
                        acknowledged_on=regulation.agreed_on, way="signed_list",
                    )
                )  # fmt: skip
    RegulationAcknowledgement.objects.bulk_create(made)
