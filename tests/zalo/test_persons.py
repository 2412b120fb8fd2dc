"""Messages to one person, in both families: within the window, honest, never for money unasked."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.factories.zalo import make_official_account
from zalo import services
from zalo.capabilities.services import learn
from zalo.capabilities.states import Capability
from zalo.channels.base import ContactButton, File, Picture, Text
from zalo.channels.person import ZaloMayCost, ZaloNotSent
from zalo.client.errors import ZaloRejected, ZaloUncertain
from zalo.followers import services as followers
from zalo.followers.windows import Reach
from zalo.inbox.events import FollowChange
from zalo.models import Follower, OfficialAccount, QuotaLedger
from zalo_simulator import faults
from zalo_simulator.records import Person

pytestmark = pytest.mark.django_db

CS, V2 = "/v3.0/oa/message/cs", "/v2.0/oa/message"
PROFILES = pytest.mark.parametrize("profile", ["business", "state_agency"])
ASK = {"title": "Liên kết", "subtitle": "Bấm chia sẻ", "image_url": "https://cong.example.vn/a.png"}


@pytest.fixture
def meet(commune, start_simulator):
    """`meet(profile, hours=…)`: a simulator, an account, and a person who spoke so long ago."""

    def made(profile: str = "business", *, hours: float = 1) -> tuple[Any, OfficialAccount, Person]:
        simulator = start_simulator(profile=profile)
        account = make_official_account(
            commune,
            oa_id=simulator.state.oa_id,
            access_token=simulator.state.tokens.access,
            refresh_token=simulator.state.tokens.refresh,
        )
        person = simulator.state.add_person("Bà con", days_since_interaction=hours / 24)
        at = timezone.now() - timedelta(hours=hours)
        followers.note_follow(account, FollowChange(person.id, True, "oa_profile", at))
        return simulator, account, person

    return made


def read_by(simulator: Any, person: Person) -> list[str]:
    return [row.text for row in simulator.state.messages if row.user_id == person.id]


def calls(simulator: Any) -> int:
    return int(simulator.state.stats[f"calls {CS}"] + simulator.state.stats[f"calls {V2}"])


def break_with(simulator: Any, **rule: Any) -> None:
    simulator.faults.add(faults.parse(rule))


@PROFILES
def test_text_within_48_hours_goes_in_both_families(meet, profile):
    simulator, account, person = meet(profile)

    sent = services.send_to_person(account, person.id, Text("Chào bà con"), reference="answer:1")

    assert sent.message_id
    assert read_by(simulator, person) == ["Chào bà con"]


def test_what_zalo_says_of_quota_is_kept(meet):
    simulator, account, person = meet(hours=50)
    simulator.state.settings.quota_left, simulator.state.settings.quota_total = 300, 500

    services.send_to_person(account, person.id, Text("Tin"))

    row = QuotaLedger.objects.get(kind="sub_quota")
    assert (row.remain, row.total) == (299, 500)
    assert simulator.state.stats["calls /v3.0/oa/quota/message"] == 3  # asked before the first


@PROFILES
def test_closed_window_burns_no_call(meet, profile):
    simulator, account, person = meet(profile, hours=24 * 7 + 1)

    with pytest.raises(ZaloNotSent) as caught:
        services.send_to_person(account, person.id, Text("Tin"))

    assert caught.value.code == -230
    assert "quá 7 ngày" in str(caught.value)
    assert not caught.value.is_account_wide
    assert calls(simulator) == 0


def test_stranger_is_not_written_to_unless_just_heard(meet):
    simulator, account, _person = meet()
    stranger = simulator.state.add_person("Người mới")

    with pytest.raises(ZaloNotSent):
        services.send_to_person(account, stranger.id, Text("Tin"))
    services.send_to_person(account, stranger.id, Text("Tin"), heard_at=timezone.now())

    assert read_by(simulator, stranger) == ["Tin"]


@pytest.mark.parametrize(("profile", "words"), [("business", "hết tin"), ("state_agency", "chưa")])
def test_what_could_cost_money_needs_a_yes(meet, profile, words):
    simulator, account, person = meet(profile, hours=50)
    simulator.state.settings.quota_left = 0

    with pytest.raises(ZaloMayCost) as caught:
        services.send_to_person(account, person.id, Text("Tin"))

    assert words in str(caught.value)
    assert calls(simulator) == 0


@pytest.mark.parametrize(("balance", "code"), [(None, -320), (10, -321)])
def test_even_with_a_yes_no_money_means_no_message(meet, balance, code):
    simulator, account, person = meet(hours=50)
    simulator.state.settings.quota_left = 0
    simulator.state.settings.zca_balance = balance

    with pytest.raises(ZaloRejected) as caught:
        services.send_to_person(account, person.id, Text("Tin"), may_cost=True)

    assert caught.value.code == code
    assert read_by(simulator, person) == []


def test_with_a_yes_the_linked_account_pays(meet):
    simulator, account, person = meet(hours=50)
    simulator.state.settings.quota_left = 0
    simulator.state.settings.zca_balance = 1000

    sent = services.send_to_person(account, person.id, Text("Tin"), may_cost=True)

    assert sent.quota is None
    assert read_by(simulator, person) == ["Tin"]


def test_the_last_of_the_package_goes_to_what_is_urgent(meet):
    simulator, account, person = meet(hours=50)
    simulator.state.settings.quota_left, simulator.state.settings.quota_total = 5, 500

    with pytest.raises(ZaloMayCost, match="để dành"):
        services.send_to_person(account, person.id, Text("Tin"))
    services.send_to_person(account, person.id, Text("Khẩn"), is_urgent=True)

    assert read_by(simulator, person) == ["Khẩn"]


@PROFILES
def test_lost_answer_is_uncertain_and_not_repeated(meet, profile):
    simulator, account, person = meet(profile)
    account.endpoint_family = "v2" if profile == "state_agency" else "v3"
    break_with(simulator, kind="lose_answer", times=1)

    with pytest.raises(ZaloUncertain):
        services.send_to_person(account, person.id, Text("Tin"))

    assert calls(simulator) == 1
    assert read_by(simulator, person) == ["Tin"]


@pytest.mark.parametrize("code", [-200, -201, -213, -227, -232, -248, -999])
def test_no_other_number_leads_to_a_second_attempt(meet, code):
    simulator, account, person = meet()
    break_with(simulator, kind=str(code), times=1)

    with pytest.raises((ZaloRejected, ZaloUncertain)):
        services.send_to_person(account, person.id, Text("Tin"))

    assert calls(simulator) == 1


def test_refused_quote_is_left_out_once(meet):
    simulator, account, person = meet()
    break_with(simulator, kind="-201", times=1, path=CS)

    services.send_to_person(account, person.id, Text("Trả lời"), quoted_id="m-cũ")

    assert calls(simulator) == 2
    assert read_by(simulator, person) == ["Trả lời"]


def test_quote_whose_fate_is_open_is_not_sent_again(meet):
    simulator, account, person = meet()
    break_with(simulator, kind="-200", times=1, accepted=True)

    with pytest.raises(ZaloUncertain):
        services.send_to_person(account, person.id, Text("Trả lời"), quoted_id="m-cũ")

    assert calls(simulator) == 1


@PROFILES
def test_picture_and_file_go_by_their_uploads(meet, profile, tmp_path):
    simulator, account, person = meet(profile)
    jpeg = b"\xff\xd8\xff\xe0" + b"0" * 200
    image = simulator.state.add_attachment("image/jpeg", jpeg)
    file = simulator.state.add_attachment("application/pdf", b"%PDF-1.4", kind="file", name="a.pdf")

    services.send_to_person(account, person.id, Picture(image.id, "Ảnh sơ đồ"))
    services.send_to_person(account, person.id, File(file.id))

    kinds = [row.kind for row in simulator.state.messages if row.user_id == person.id]
    assert len(kinds) == 2
    assert read_by(simulator, person)[0] == "Ảnh sơ đồ"


@PROFILES
def test_contact_data_are_asked_for(meet, profile):
    simulator, account, person = meet(profile)

    services.send_to_person(account, person.id, ContactButton(**ASK))

    assert calls(simulator) == (1 if profile == "business" else 2)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"title": ""}, -201),
        ({"title": "a" * 101}, -210),
        ({"subtitle": "a" * 501}, -210),
        ({"image_url": "http://cong.example.vn/a.png"}, -201),
    ],
)
def test_malformed_question_burns_no_call(meet, wrong, code):
    simulator, account, person = meet()

    with pytest.raises(ZaloRejected) as caught:
        services.send_to_person(account, person.id, ContactButton(**(ASK | wrong)))

    assert caught.value.code == code
    assert calls(simulator) == 0


def test_zalo_knows_better_than_our_window(meet):
    _simulator, account, person = meet()
    person.interacted_at -= 30 * 86_400

    with pytest.raises(ZaloRejected):
        services.send_to_person(account, person.id, Text("Tin"))

    assert services.window_of(account, person.id).reach is Reach.CLOSED
    assert Follower.objects.get().is_following


def test_who_no_longer_follows_is_noted(meet):
    _simulator, account, person = meet()
    person.refusal = -213

    with pytest.raises(ZaloRejected):
        services.send_to_person(account, person.id, Text("Tin"))

    assert not Follower.objects.get().is_following


def test_account_that_may_not_write_to_persons_is_told_what_instead(meet):
    simulator, account, person = meet()
    learn(account, {Capability.PERSON_MESSAGES: -224}, is_asked=True)

    with pytest.raises(ZaloNotSent, match="gọi điện"):
        services.send_to_person(account, person.id, Text("Tin"))

    assert calls(simulator) == 0
