"""Officers work with the tips, so that everything they leave behind is searched too."""

from datetime import timedelta
from uuid import uuid4

from django.urls import reverse
from django.utils import timezone

from accounts.form_drafts import services as drafts
from accounts.models import User
from accounts.users.roles import Role
from oversight.commendations import informants
from reports.models import Referral, TipReport
from reports.proposals import services as proposals
from reports.proposals.models import ConflictProposal
from reports.triage import referrals, splitting
from reports.triage import services as triage_services
from reports.vault import openings
from reports.work import answers, closing, results
from reports.work import services as work
from tests.factories.proofs import approve
from tests.factories.year import make_form
from tests.flows.leaks.entrances import come_back
from tests.flows.leaks.scene import Reported, Scene
from tests.vaults import opened

SUMMARY = "Có nhóm người tụ tập buổi tối sau một quán nước, để xe chắn lối đi."
ANSWER = "Công an xã đã xác minh và nhắc nhở. Cảm ơn ông (bà)."
ACHIEVED = "Giúp lực lượng chức năng phát hiện vi phạm."
REASON = "Cần hỏi thêm người báo tin về biển số xe."


def work_on(scene: Scene, told: list[Reported]) -> None:
    """Tips at every stage, and one whose reporter was looked at with leave."""
    chief, officer = scene.users[Role.CHIEF], scene.users[Role.OFFICER]
    is_looked_at = False
    for number, one in enumerate(told):
        scene.later()
        tip = one.tip
        tip.refresh_from_db()
        if number % 11 == 3:
            with opened():
                triage_services.divert(tip, by=chief, kind="denunciation")
            continue
        triage_services.sort(
            tip, by=chief, kind="feedback", category="ttatxh", hamlet=scene.hamlets[0]
        )
        triage_services.summarise(tip, by=chief, summary=SUMMARY, place="Gần chợ")
        half_type(tip, chief, one.person.words)
        if number % 4 == 3:
            continue
        work.assign(tip, to=officer, by=chief)
        work.start(tip, by=officer)
        work.add_note(tip, by=officer, text="Đã xuống địa bàn lúc tối.")
        answers.answer(tip, by=officer, text="Việc này còn không ạ?")
        scene.work_off()
        if number % 13 == 5:
            with opened():
                splitting.split(tip, by=chief, summary="Việc thứ hai: xe để chắn lối đi.")
        if one.receipt:
            come_back(scene, one, f"Vẫn còn. {one.person.words}")
            answers.mark_read(tip, by=officer)
        if not is_looked_at and not tip.conflicts.exists():
            opening = openings.ask(tip, by=officer, reason=REASON)
            approve(opening, by=scene.deputy)
            with opened():
                openings.open_identity(tip, by=officer)
                thank(tip, officer)
            is_looked_at = True
        if number % 3 == 0:
            finish(scene, tip)
        elif number % 5 == 2:
            referrals.refer(
                tip, by=officer, to=Referral.To.OTHER_AUTHORITY, to_whom="UBND xã",
                slip_number=f"{number}/PC", slip_on=timezone.localdate(),
            )  # fmt: skip
    scene.clock.shift(timedelta(hours=25))  # whatever leave there was has ended


def half_type(tip: TipReport, by: User, words: str) -> None:
    """Begin a summary in the reporter's own words, and leave it."""
    address = reverse("admin:reports_tipreport_summary", args=[tip.pk])
    drafts.save(address, [["summary", words]], by=by, number=uuid4())


def thank(tip: TipReport, officer: User) -> None:
    """Put the reporter forward by a token; pages and the dump speak of it from now on."""
    informants.nominate(
        tip, by=officer, kind="helping", what=ACHIEVED, form=make_form(tip.commune),
        occasion=informants.OCCASIONS[0],
    )  # fmt: skip


def finish(scene: Scene, tip: TipReport) -> None:
    officer, chief = scene.users[Role.OFFICER], scene.users[Role.CHIEF]
    closing.resolve(
        tip,
        by=officer,
        disposition="handled_here",
        measure="reminded",
        outcome="Đã nhắc nhở, đã dẹp.",
    )
    closing.tell(tip, by=officer, text=ANSWER)
    scene.work_off()
    tip.refresh_from_db()
    if results.why_not_told(tip):  # too late for the chat: the officer called
        closing.tell(tip, by=officer, spoken=True)
    for row in ConflictProposal.objects.visible_to(chief).waiting().filter(tip=tip):
        proposals.lift(row, by=chief, reason="Chỉ nhắc tên.")
    closing.close(tip, by=chief)
