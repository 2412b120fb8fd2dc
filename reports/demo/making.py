"""Lead each made-up tip of the demo as far as it has come."""

from datetime import timedelta
from random import Random

from django.utils import timezone

from accounts.demo import Place
from accounts.demo_codes import seed_of
from accounts.models import Commune, User
from accounts.vault import sealing
from accounts.vault.calls import Call, running
from accounts.vault.proofs import keys
from groups.models import Hamlet, HamletAssignment, ZaloGroup
from reports import intake
from reports.clocks import services as clocks
from reports.demo.life import Life
from reports.demo.samples import RECEIPT, TIPS, SampleTip
from reports.models import IdentityOpening, TipHelper, TipReport
from reports.tips import receipts
from reports.triage import duplicates
from reports.triage import services as triage
from reports.vault import passed_on_days, proofs

RANDOM_SEED = 2032
_WRITTEN = {"phone", "desk", "paper", "group"}
Channel = TipReport.Channel


def make(place: Place) -> None:
    """Some forty tips, and apps of codes of who may ask for an identity or approve it; call once,
    inside a transaction."""
    if sealing.is_vault():
        with running(Call("demo")):
            for username, user in place.users.items():
                if keys.may_have(user):
                    keys.make_app(user, seed=seed_of(username))
    Station(place).make_all()


class Station:
    """The police of the commune: who writes down, who sorts, who works on which hamlet."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.random = Random(RANDOM_SEED)  # noqa: S311 -- not a secret
        self.duty, self.chief = place.users["truc.ban"], place.users["truong.congan"]
        self.deputy = place.users["pho.congan"]
        self.hamlets = list(Hamlet.objects.filter(commune=place.commune).order_by("code"))
        police = {user.pk for name, user in place.users.items() if name.startswith("canbo.")}
        rows = HamletAssignment.objects.filter(hamlet__in=self.hamlets, officer__user__in=police)
        self.in_charge = {row.hamlet_id: row.officer.user for row in rows.select_related("officer")}

    def make_all(self) -> None:
        made = [self.make_one(sample) for sample in sorted(TIPS, key=lambda one: -one.ago)]
        new = [tip for tip in made if tip.status == TipReport.Status.NEW and tip.hamlet is not None]
        first, second = [tip for tip in new if tip.hamlet == self.hamlets[2]][:2]
        duplicates.link(second, of=first, by=self.chief)

    def make_one(self, sample: SampleTip) -> TipReport:
        tip = self._take_in(sample)
        life = Life(tip, self.place.now)
        match sample.stage:
            case "new":
                pass
            case "diverted" | "handed_over":
                self._wipe(tip, sample.stage)
            case _:
                self._work(tip, life, sample)
        if sample.mark == "unread":
            life.hear(sample.ago - 1, "Tối qua lại như vậy nữa, mong các anh tới sớm.")
        return tip

    def _wipe(self, tip: TipReport, stage: str) -> None:
        """Wipe a tip, as only the vault does; without its keys the demo keeps the tip as new."""
        if not sealing.is_vault():
            return
        with running(Call("seed_demo")):
            if stage == "diverted":
                triage.divert(tip, by=self.chief, kind="denunciation")
            else:
                triage.hand_over_secretly(tip, by=self.chief)

    def _take_in(self, sample: SampleTip) -> TipReport:
        commune: Commune = self.place.commune
        hamlet = None if sample.hamlet is None else self.hamlets[sample.hamlet]
        group = ZaloGroup.objects.filter(hamlet=hamlet).order_by("pk").first()
        writer = self.place.users["truong.ap"] if sample.channel == "hamlet_head" else self.duty
        is_own = sample.channel in (Channel.WEB_FORM, Channel.OA_CHAT)
        in_group = sample.channel == Channel.GROUP and group is not None
        is_passed_on = sample.channel in TipReport.PASSED_ON
        tip = intake.receive(
            commune,
            intake.TipContent(
                sample.words, place=sample.place, hamlet=hamlet, urgency=sample.urgency,
                category=sample.category if sample.stage != "new" or sample.hamlet == 2 else "",
            ),
            channel=sample.channel,
            person=sample.person,
            by=None if is_own else writer,
            in_group=group if in_group else None,
            relayed=intake.Relayed("Tổ tự quản", None) if is_passed_on else None,
            at=self.place.now - timedelta(hours=sample.ago),
            gives_receipt=False,
        ).tip  # fmt: skip
        if sample.channel == Channel.HAMLET_HEAD:
            passed_on_days.add_day(writer, on=timezone.localdate(tip.received_at))
        if is_own or sample.channel in _WRITTEN - {"group"}:
            self._give_receipt(tip, sample)
        return tip

    def _give_receipt(self, tip: TipReport, sample: SampleTip) -> None:
        """The slow hash of one receipt that is known; for the rest what no digits lead to."""
        unknown = f"{self.random.getrandbits(256):064x}"
        tip.receipt_hash = receipts.hash_of(RECEIPT) if sample.mark == "receipt" else unknown
        tip.receipt_confirmed = True
        tip.save(update_fields=["receipt_hash", "receipt_confirmed"])
        clocks.stop(tip, "acknowledge", at=tip.received_at)

    def _work(self, tip: TipReport, life: Life, sample: SampleTip) -> None:
        hours = min(self.random.choice([1.5, 3, 5, 9]), sample.ago / 8)
        life.sort(
            hours, self.duty, sample.kind, sample.category, sample.summary, sample.place,
            urgency=sample.urgency, is_grave=sample.is_grave,
        )  # fmt: skip
        if sample.stage == "triaged":
            return
        if sample.stage == "guided":
            life.say(hours + 1, "Bà con mang giấy khai sinh của cháu và căn cước của cha hoặc mẹ "
                     "tới trụ sở Công an xã giờ hành chính.", self.duty)  # fmt: skip
            life.close(hours + 2, self.chief, "guided")
            return
        owner = self._owner(tip)
        due_on = timezone.localdate(life.now) + timedelta(days=1) if sample.mark == "day" else None
        life.give(hours + 1, owner, self.chief, due_on).start(hours + 3)
        life.say(hours + 4, "Công an xã đã cử cán bộ xem việc này. Có thêm gì mới, bà con cứ viết "
                 "vào đây.", owner)  # fmt: skip
        life.add_note(hours + 5, "Đã tới nơi xem, hỏi người quanh đó.")
        self._along(tip, life, sample, hours, owner)
        if sample.stage != "in_progress":
            self._end(life, sample, owner)

    def _along(
        self, tip: TipReport, life: Life, sample: SampleTip, hours: float, owner: User
    ) -> None:
        """Add events on the way of some tips."""
        match sample.mark:
            case "receipt":
                life.hear(hours + 30, "Tối qua nghỉ sớm được một bữa, mong giữ vậy.", is_read=True)
            case "accepted" | "handed_over":
                life.refer(
                    hours + 6, owner, "investigating_agency", "Cơ quan điều tra Công an thành phố",
                    f"{tip.pk:02d}/PC-CAX", sample.mark,
                )  # fmt: skip
            case "opening":
                self._open(tip, owner)
            case "":
                if tip.hamlet == self.hamlets[13]:
                    helper = self.place.users["canbo.diaban2"]
                    TipHelper.objects.create(
                        tip=tip, user=helper, added_by=self.chief,
                        until=timezone.localdate(self.place.now) + timedelta(days=7),
                    )  # fmt: skip

    def _open(self, tip: TipReport, owner: User) -> None:
        """One opening that ended, one that waits for a decision."""
        now, day = self.place.now, timedelta(days=1)
        IdentityOpening.objects.create(
            tip=tip, asked_by=owner, asked_at=now - 4 * day, reason="Cần hỏi lại số phòng trọ.",
            state=IdentityOpening.State.ENDED, approved_by=self.deputy, decided_at=now - 3 * day,
            until=now - 2 * day, opened_at=now - 3 * day,
        )  # fmt: skip
        waiting = IdentityOpening.objects.create(
            tip=tip, asked_by=owner, asked_at=now - timedelta(hours=3),
            reason="Cần mời tới nhận dạng người ra vào.",
        )  # fmt: skip
        if sealing.is_vault():
            with running(Call("demo")):
                proofs.store(waiting, proofs.Act.ASK, by=owner, key=waiting.uuid)

    def _end(self, life: Life, sample: SampleTip, owner: User) -> None:
        done = min(sample.ago * 0.6, 24 * 6)
        life.resolve(done, sample.end, sample.outcome, sample.measure)
        if sample.stage == "resolved":
            return
        life.tell(done + 4, owner, f"{sample.outcome} Cảm ơn bà con đã báo tin.")
        if sample.stage == "closed":
            life.close(done + 30, self.chief)

    def _owner(self, tip: TipReport) -> User:
        found = self.in_charge.get(tip.hamlet_id or 0)
        return found or self.place.users["canbo.diaban"]
