"""Direction and plans of the made-up commune; all people in it are offices, nobody is named."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from accounts import demo
from accounts.communes.public_pages import inside_a_sentence
from accounts.models import User
from groups.models import Hamlet
from oversight.direction import services as direction_services
from oversight.direction.registers import services as registers
from oversight.direction.rounds import services as rounds_services
from oversight.direction.rounds.asked import Ask
from oversight.indicators.registry import INDICATORS
from oversight.jobs import services as jobs_services
from oversight.models import (
    Body,
    BodyAccount,
    Direction,
    DirectionRound,
    GuidingDocument,
    Job,
    Milestone,
    PartyOrganisation,
    Plan,
    Proposal,
    Spreading,
    Target,
)
from oversight.plans import services as plans_services

Kind = Body.Kind


def register_part() -> None:
    summary = "Chỉ đạo, kế hoạch: Mặt trận và Công an mỗi nơi một kế hoạch, có việc sắp đến hạn."
    demo.register("oversight.direction", demo.DemoPart(_make, summary))


def _make(place: demo.Place) -> None:
    today, users = timezone.localdate(place.now), place.users
    office, chief = users["vp.danguy"], users["truong.congan"]
    registers.make_ready(place.commune, by=office)
    bodies = {body.kind: body for body in Body.objects.of_commune(place.commune)}
    BodyAccount.objects.create(body=bodies[Kind.FRONT], user=users["mattran"])
    hamlets = list(Hamlet.objects.of_commune(place.commune).valid_on(today).order_by("code"))
    cells = _cells(place, hamlets)
    letter = _spread(place, cells, office, today)
    _plan(bodies[Kind.COMMITTEE], hamlets, chief, letter, today)
    _own_plan(bodies[Kind.FRONT], hamlets[:3], users["mattran"], today)
    _directions(place, bodies, hamlets, letter, today)
    _round_to_all(place, hamlets, cells, letter, today)
    asked = Proposal(
        title="Thêm loa ở hai ấp xa", text="Hai ấp xa nghe loa không rõ. Kính đề nghị xem xét."
    )
    direction_services.send(asked, sender=hamlets[0], by=users["truong.ap"])
    _jobs(place, today)
    _targets(place, today)
    answered = Proposal(title="Hỗ trợ in tờ hướng dẫn", text="Xin in 500 tờ hướng dẫn vào nhóm.")
    direction_services.send(answered, sender=bodies[Kind.FRONT], by=users["mattran"])
    direction_services.answer(answered, "Đồng ý. Văn phòng in và giao trong tuần.", by=office)


def _cells(place: demo.Place, hamlets: list[Hamlet]) -> list[PartyOrganisation]:
    rows = [
        PartyOrganisation(
            commune=place.commune, name=f"Chi bộ {hamlet}",
            kind=PartyOrganisation.Kind.HAMLET_CELL, hamlet=hamlet,
        )
        for hamlet in hamlets[:8]
    ]  # fmt: skip
    agency = PartyOrganisation.Kind.AGENCY_CELL
    for name in ("Chi bộ Công an", "Chi bộ Khối Đảng, đoàn thể"):
        rows.append(PartyOrganisation(commune=place.commune, name=name, kind=agency))
    return PartyOrganisation.objects.bulk_create(rows)


def _spread(
    place: demo.Place, cells: list[PartyOrganisation], office: User, today: date
) -> GuidingDocument:
    letter = GuidingDocument(
        commune=place.commune, number="21-CV/ĐU", issued_on=today - timedelta(days=40),
        issuer=f"Đảng ủy {inside_a_sentence(place.commune)}", kind=GuidingDocument.Kind.LETTER,
        summary="Xây dựng mô hình “Zalo kết nối bình yên”", spread_by=today - timedelta(days=5),
    )  # fmt: skip
    registers.keep_document(letter, by=office)
    for number, cell in enumerate(cells[:7]):
        registers.spread(
            Spreading(
                organisation=cell, document=letter, attendees=18 + 3 * number,
                held_on=today - timedelta(days=30 - 2 * number),
            ),
            by=office,
        )  # fmt: skip
    return letter


def _plan(
    body: Body, hamlets: list[Hamlet], chief: User, letter: GuidingDocument, today: date
) -> None:
    """The plan of the People's Committee, which the police advised: some steps done, one late."""
    starts = today - timedelta(days=35)
    plan = plans_services.draft(
        Plan(
            body=body, subject="Xây dựng mô hình “Zalo kết nối bình yên” trên địa bàn xã",
            starts_on=starts, ends_on=today + timedelta(days=200),
            purposes="Mỗi ấp có ít nhất một nhóm hoạt động đều.\nBà con tham gia tự nguyện.",
            targets="80 phần trăm số hộ có người trong nhóm.",
            duties="Công an xã chủ trì.\nCác ấp tổ chức họp lấy ý kiến.",
        ),
        by=chief,
    )  # fmt: skip
    plan.bases.add(letter)
    due = today - timedelta(days=3)
    plans_services.add_steps(plan, "Họp lấy ý kiến về quy chế", responsible="Trưởng ấp", due_on=due,
                    by=chief, hamlets=hamlets)  # fmt: skip
    plans_services.add_steps(plan, "Rà soát hộ chưa tham gia nhóm", responsible="Trưởng ấp",
                    due_on=today + timedelta(days=4), by=chief, hamlets=hamlets)  # fmt: skip
    plans_services.add_steps(plan, "Sơ kết mô hình", responsible="Công an xã",
                    due_on=today + timedelta(days=60), by=chief)  # fmt: skip
    plans_services.issue(
        plan, number="34/KH-UBND", issued_on=starts, signed_by="Chủ tịch", by=chief
    )
    steps = Milestone.objects.filter(plan=plan, due_on=due).order_by("pk")
    for number, step in enumerate(steps):
        if number % 5 != 4:
            late = 2 if number % 6 == 5 else -(number % 9)
            plans_services.finish(step, done_on=due + timedelta(days=late), by=chief,
                              evidence="Đã họp, có biên bản.")  # fmt: skip


def _own_plan(body: Body, hamlets: list[Hamlet], front: User, today: date) -> None:
    plan = plans_services.draft(
        Plan(
            body=body, subject="Vận động hội viên tham gia mô hình “Zalo kết nối bình yên”",
            starts_on=today - timedelta(days=20), ends_on=today + timedelta(days=160),
            purposes="Hội viên là nòng cốt ở các nhóm.",
            duties="Ban công tác Mặt trận ấp thực hiện.",
        ),
        by=front,
    )  # fmt: skip
    plans_services.add_steps(
        plan, "Sinh hoạt chuyên đề phòng lừa đảo", responsible="Ban công tác Mặt trận ấp",
        due_on=today + timedelta(days=5), by=front, hamlets=hamlets,
    )  # fmt: skip
    plans_services.issue(
        plan, number="12/KH-MTTQ", issued_on=today - timedelta(days=20), by=front,
        signed_by="Chủ tịch Ủy ban Mặt trận",
    )  # fmt: skip


def _directions(
    place: demo.Place, bodies: dict[str, Body], hamlets: list[Hamlet], letter: GuidingDocument,
    today: date,
) -> None:  # fmt: skip
    """One replied to late, one waiting, one of a hamlet due soon, one of the police."""
    users, now = place.users, place.now
    office, chief = users["vp.danguy"], users["truong.congan"]

    def given(title: str, to: list[Body | Hamlet], days_ago: int, days: int) -> list[Direction]:
        start = today - timedelta(days=days_ago)
        draft = DirectionRound(
            commune=place.commune, title=title, text=f"{title}, gửi Văn phòng Đảng ủy.",
            directed_by="Phó Bí thư Thường trực", document=letter, given_on=start,
            due_on=start + timedelta(days=days),
        )  # fmt: skip
        return list(rounds_services.give(draft, to=to, by=office).parts.order_by("pk"))

    late, front = given(
        "Báo cáo kết quả triển khai mô hình", [bodies[Kind.POLICE], bodies[Kind.FRONT]], 20, 10
    )
    _replied(late, users["truong.congan"], now - timedelta(days=8))
    direction_services.accept(late, by=office)
    _replied(front, users["mattran"], now - timedelta(days=12))
    given("Phối hợp ngày hội Toàn dân bảo vệ an ninh Tổ quốc", [bodies[Kind.POLICE]], 3, 5)
    given("Báo số hộ đã tham gia nhóm", [hamlets[0]], 2, 6)
    of_police = DirectionRound(
        commune=place.commune, issuer=DirectionRound.Issuer.POLICE, title="Rà soát camera ở ấp",
        text="Xem camera ở cổng ấp, nhà văn hóa còn ghi hình không; báo số cái hỏng.",
        directed_by="Trưởng Công an xã", given_on=today - timedelta(days=1),
        due_on=today + timedelta(days=4),
    )  # fmt: skip
    asks = [Ask("Camera của ấp", "cái"), Ask("Camera hỏng", "cái")]
    rounds_services.give(of_police, to=hamlets, by=chief, asks=asks)


def _round_to_all(
    place: demo.Place, hamlets: list[Hamlet], cells: list[PartyOrganisation],
    letter: GuidingDocument, today: date,
) -> None:  # fmt: skip
    """One to all hamlets and cells, overdue for those that have not replied; one returned."""
    users, now = place.users, place.now
    office = users["vp.danguy"]
    draft = DirectionRound(
        commune=place.commune, title="Vận động các hộ tham gia nhóm Zalo của ấp",
        text="Gặp từng hộ chưa tham gia, nói rõ nhóm dùng làm gì; báo số hộ đã gặp.",
        directed_by="Phó Bí thư Thường trực", document=letter,
        given_on=today - timedelta(days=12), due_on=today - timedelta(days=2),
    )  # fmt: skip
    asks = [Ask("Hộ đã gặp vận động", "hộ"), Ask("Hộ mới tham gia", "hộ")]
    given = rounds_services.give(draft, to=[*hamlets, *cells], by=office, asks=asks)
    met, joined = given.asked.all()
    mine = given.parts.filter(hamlet=hamlets[0])
    parts = [(row, users["truong.ap"]) for row in mine]
    parts += [(row, office) for row in given.parts.exclude(organisation=None).order_by("pk")[:8]]
    for place_of, (row, by) in enumerate(parts, 1):
        direction_services.reply(
            row, "", by=by, at=now - timedelta(days=4),
            numbers={met.pk: 12 + 5 * place_of, joined.pk: 4 + 3 * place_of},
        )  # fmt: skip
    returned, accepted = parts[1][0], parts[2][0]
    direction_services.return_for_more(
        returned, "Số hộ mới tham gia chưa khớp với nhóm.", due_on=today + timedelta(days=2),
        by=office,
    )  # fmt: skip
    direction_services.accept(accepted, by=office)


def _targets(place: demo.Place, today: date) -> None:
    """Of all indicators but one, from the beginning of last year on."""
    first, last = date(today.year - 1, 1, 1), date(today.year, 12, 31)
    Target.objects.bulk_create(
        Target(
            commune=place.commune, indicator=indicator.key, value=indicator.usual, first=first,
            last=last, document="34/KH-UBND",
            shape=Target.Shape.PATH if indicator.key == "coverage" else Target.Shape.FLOOR,
        )
        for indicator in INDICATORS if indicator.key != "questions"
    )  # fmt: skip


def _jobs(place: demo.Place, today: date) -> None:
    """One to do by tomorrow, one of a hamlet head, one done, one given back."""
    users = place.users
    chief, officer, head = users["truong.congan"], users["canbo.diaban"], users["truong.ap"]

    def given(by: User, doer: User, title: str, days: int) -> Job:
        due_on = today + timedelta(days=days)
        draft = Job(commune=place.commune, doer=doer, title=title, due_on=due_on)
        return jobs_services.give(draft, by=by)

    given(chief, officer, "Kiểm tra camera ở cổng chợ", 1)
    given(officer, head, "Dán thông báo phòng cháy ở nhà văn hóa ấp", 3)
    done = given(chief, users["truc.ban"], "In lịch trực tháng mới", 2)
    jobs_services.finish(done, "Đã in hai bản, dán ở phòng trực.", by=users["truc.ban"])
    returned = given(chief, officer, "Gặp chủ dãy trọ cuối hẻm", 2)
    jobs_services.give_back(returned, "Chủ trọ đi xa, đầu tuần sau mới về.", by=officer)


def _replied(direction: Direction, by: User, at: datetime) -> None:
    direction_services.reply(
        direction, "Đã triển khai ở các ấp, có báo cáo kèm theo.", by=by, at=at
    )
