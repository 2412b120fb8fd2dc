"""Posts and articles of an account in both profiles, where Zalo lets it into groups or not."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from broadcasts.articles import publishing
from broadcasts.models import Article, Broadcast, Delivery, PostTemplate, Schedule, Topic
from broadcasts.scheduling.tick import run_tick
from broadcasts.sending.delivery import drain
from tests.broadcasts import documents
from tests.factories.articles import small_picture
from tests.factories.groups import make_group
from tests.flows.connected import Connected

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.flow]

PROFILES = pytest.mark.parametrize("connected", ["business", "state_agency"], indirect=True)
UPLOADS = ("/v2.0/oa/upload/image", "/v2.0/oa/upload/file")


def work(connected: Connected) -> None:
    """Run the workers once."""
    for _round in range(3):
        run_tick()
        drain(connected.commune.pk, urgent=False)
    run_tick()


def step(client: Client, post: Broadcast, name: str) -> str:
    address = reverse("admin:broadcasts_broadcast_step", args=[post.pk, name])
    seen = Broadcast.objects.get(pk=post.pk).content_hash
    return client.post(address, {"seen": seen}, follow=True).content.decode()


def written(client: Client, address: str = "", **fields: Any) -> Broadcast:
    """A post, written and submitted in the form."""
    values = {
        "title": "Lịch cấp căn cước", "text": "Mời bà con đến nhà văn hóa từ 7 giờ sáng thứ Bảy.",
        "topic": Topic.objects.get(code="thong-bao-antt").pk, "priority": "routine",
        "send_to": "whole", "_submit": "1",
    }  # fmt: skip
    answer = client.post(address or reverse("admin:broadcasts_broadcast_add"), values | fields)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    return Broadcast.objects.latest("pk")


def picture() -> SimpleUploadedFile:
    """Make a picture like a phone's: large, with the place of its making."""
    target = BytesIO()
    where = Image.Exif()
    where[0x8825] = {1: "N", 2: (10.0, 46.0, 0.0)}
    Image.effect_noise((1600, 1200), 60).convert("RGB").save(target, "JPEG", exif=where)
    return SimpleUploadedFile("IMG_2210.jpg", target.getvalue(), content_type="image/jpeg")


def document() -> SimpleUploadedFile:
    content = documents.pdf("Lich cap can cuoc tai nha van hoa", author="")
    return SimpleUploadedFile("Lịch cấp căn cước.pdf", content, content_type="application/pdf")


def post_by_hand(connected: Connected, post: Broadcast) -> None:
    """The officer opens each task, takes picture and file along, and declares it posted."""
    client = connected.sign_in(connected.author)
    for task in post.deliveries.filter(status="to_post"):
        page = reverse("admin:broadcasts_delivery_hand_task", args=[task.pk])
        assert client.get(page).status_code == 200
        if post.file:
            taken = client.get(reverse("admin:broadcasts_delivery_file", args=[task.pk]))
            assert taken["Content-Type"] == "application/pdf"
        client.post(page, {"posted": "1"})
    work(connected)


def statuses(post: Broadcast) -> list[str]:
    return list(post.deliveries.order_by("pk").values_list("status", flat=True))


def test_a_post_with_picture_and_file_arrives_and_late_groups_get_it_a_week_later(
    connected: Connected,
) -> None:
    connected.connect()
    group = connected.add_group("Ấp Bàu Sen")
    author, chief = connected.sign_in(connected.author), connected.sign_in(connected.chief)
    post = written(author, image=picture(), file=document())
    step(chief, post, "duyet")
    work(connected)

    if not connected.has_groups:
        assert statuses(post) == ["to_post"]
        post_by_hand(connected, post)
        post.refresh_from_db()
        assert (post.status, statuses(post)) == ("completed", ["posted"])
        assert connected.state.stats["messages"] == len(connected.state.messages_of()) == 0
        return

    assert statuses(post) == ["sent"]
    assert connected.stands_in(group) == ["photo", "file"]
    stored = [one.content for one in connected.state.attachments.values() if one.kind == "image"]
    assert len(stored[0]) <= 1024 * 1024
    assert not Image.open(BytesIO(stored[0])).getexif()
    assert [connected.state.stats[f"calls {path}"] for path in UPLOADS] == [1, 1]

    # Eight days later Zalo has forgotten both: they are handed over again for whoever joined since.
    connected.later(days=8)
    late = connected.add_group("Ấp Cây Da")
    assert "1 nhóm mới" in step(connected.sign_in(connected.chief), post, "gui-them")
    work(connected)
    assert statuses(post) == ["sent", "sent"]
    assert (connected.stands_in(group), connected.stands_in(late)) == (["photo", "file"],) * 2
    assert [connected.state.stats[f"calls {path}"] for path in UPLOADS] == [2, 2]


def filled_template(client: Client) -> str:
    """Answer a shipped template part by part; returns the key under which its words wait."""
    template = PostTemplate.objects.get(commune=None, code="chay-nha-o")
    address = reverse("admin:broadcasts_posttemplate_fill", args=[template.pk])
    page = client.get(address)
    told: dict[str, str] = {}
    while page.status_code == 200:
        shown = page.context["step"]
        told |= {one.name: f"mùa khô {one.blank.label}" for one in shown.asked}
        page = client.post(address, {**told, "buoc": str(page.context["here"]), "next": "1"})
    return str(page["Location"]).partition("?")[2]


def test_a_template_comes_every_monday_and_is_corrected_where_it_stands(
    connected: Connected,
) -> None:
    connected.connect()
    groups = [connected.add_group(name) for name in ("Ấp Bàu Sen", "Ấp Cây Da")]
    author = connected.sign_in(connected.author)
    address = f"{reverse('admin:broadcasts_schedule_add')}?{filled_template(author)}"
    form = author.get(address).context["adminform"].form
    said = {name: form.initial[name] for name in ("title", "text", "topic")}
    assert "gọi 114" in said["text"]
    author.post(address, {
        **said, "send_to": "whole", "freq": "weekly", "interval": "1", "weekdays": ["0"],
        "at": "08:00", "first_on": "2026-12-01", "ending": "times", "times": "3",
        "on_day_off": "next", "_submit": "1",
    })  # fmt: skip
    schedule = Schedule.objects.get()
    assert schedule.pattern.template.code == "chay-nha-o"
    step(connected.sign_in(connected.chief), schedule.pattern, "duyet")

    # Two Mondays: the text is unchanged, so nobody is asked again.
    for _monday in range(2):
        monday = timedelta(days=(7 - connected.now().weekday()) % 7 or 7)
        due = (connected.now() + monday).replace(hour=8, minute=0, second=5)
        connected.later(seconds=(due - connected.now()).total_seconds())
        work(connected)
        for post in Broadcast.objects.filter(status="sending", is_pattern=False):
            post_by_hand(connected, post)
    sent = list(Broadcast.objects.filter(status="completed").order_by("scheduled_for"))
    assert [post.occurrence_on.isoformat() for post in sent] == ["2026-12-07", "2026-12-14"]
    arrived = "sent" if connected.has_groups else "posted"
    assert [statuses(post) for post in sent] == [[arrived, arrived]] * 2
    if connected.has_groups:
        assert [len(connected.stands_in(group)) for group in groups] == [2, 2]

    # A mistake in the second one: the correction goes to its groups, and not to who came later.
    connected.add_group("Ấp Mới")
    author = connected.sign_in(connected.author)
    address = f"{reverse('admin:broadcasts_broadcast_add')}?dinh-chinh={sent[1].pk}"
    correction = written(author, address, title="Đính chính", text="Đúng là gọi 114 trước tiên.")
    step(connected.sign_in(connected.chief), correction, "duyet")
    work(connected)
    post_by_hand(connected, correction)
    correction.refresh_from_db()
    assert correction.status == "completed"
    assert {row.zalo_group for row in Delivery.objects.filter(broadcast=correction)} == set(groups)
    review = reverse("admin:broadcasts_broadcast_review", args=[sent[1].pk])
    assert "Bài này đã được đính chính." in author.get(review).content.decode()


@PROFILES
def test_an_article_is_published_at_night_and_sent_to_followers_by_day(
    connected: Connected,
) -> None:
    connected.connect()
    connected.later(seconds=13 * 3600 + 600)  # ten past ten in the evening
    state = connected.state
    for number in range(3):
        state.add_person(f"Bà con {number}", days_since_interaction=1)
    author = connected.sign_in(connected.author)
    author.post(
        "/admin/broadcasts/article/add/",
        {"topic": Topic.objects.get(code="chu-truong").pk, "title": "Cấp căn cước cho trẻ em",
         "author": "Công an xã", "description": "Trẻ dưới 6 tuổi làm ở đâu.",
         "text": "Mời bà con đến trụ sở.", "wants_spread": "on", "cover": small_picture()},
    )  # fmt: skip
    article = Article.objects.get()
    page = f"/admin/broadcasts/article/{article.pk}"
    author.post(f"{page}/buoc/trinh-duyet/", {"seen": article.content_hash})
    chief = connected.sign_in(connected.chief)
    chief.post(f"{page}/buoc/duyet/", {"seen": article.content_hash})

    for _round in range(8):
        publishing.run()
        connected.clock.shift(11)
    article.refresh_from_db()
    assert (article.status, len(state.articles), state.stats["broadcasts"]) == ("published", 1, 0)
    assert "06:00 02/12/2026" in chief.get(f"{page}/xem/").content.decode()

    connected.later(hours=8)
    publishing.run()
    article.refresh_from_db()
    assert (article.spread, state.stats["broadcasts"]) == ("accepted", 1)
    connected.clock.shift(60)
    publishing.run()
    assert state.stats["broadcasts"] == 1


@PROFILES
def test_an_account_without_groups_says_what_instead_and_its_groups_go_to_hands(
    connected: Connected,
) -> None:
    """Zalo takes the groups away and gives them back later."""
    connected.connect()
    group = make_group(
        connected.hamlet, name="Ấp Bàu Sen", zalo_group_id=connected.state.add_group("Ấp").id
    )
    connected.state.change_settings(group_refusal=-235)
    check = f"/admin/zalo/officialaccount/{connected.account.pk}/kiem-tra/"
    connected.sign_in(connected.technician).post(check)
    assert "loại tài khoản OA này" in connected.health()
    making = make_group(connected.hamlet, name="Ấp Mới", status="draft", zalo_group_id="")
    author, chief = connected.sign_in(connected.author), connected.sign_in(connected.chief)
    page = author.get(reverse("admin:groups_zalogroup_make", args=[making.pk])).content.decode()
    assert "loại tài khoản OA này" in page

    post = written(author)
    assert "phải đăng tay" in step(chief, post, "duyet")
    work(connected)
    assert (statuses(post), connected.stands_in(group)) == (["to_post"], [])
    post_by_hand(connected, post)
    assert statuses(post) == ["posted"]

    connected.state.change_settings(group_refusal=None)
    connected.later(hours=25)
    assert "Bài đã duyệt tự gửi vào các nhóm của OA." in connected.health()
    next_post = written(connected.sign_in(connected.author), title="Bài sau")
    step(connected.sign_in(connected.chief), next_post, "duyet")
    work(connected)
    assert (statuses(next_post), connected.stands_in(group)) == (["sent"], ["text"])
