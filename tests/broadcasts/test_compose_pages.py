"""Writing from a template on a phone, and the chief who changes templates."""

import hashlib
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from PIL import Image

from broadcasts.models import Broadcast, PostTemplate, Topic
from broadcasts.services import NotAllowed
from broadcasts.templates.services import revise
from tests.factories.broadcasts import make_broadcast, make_delivery, make_request, make_template
from tests.factories.groups import make_group

CHOOSE = "/admin/broadcasts/posttemplate/soan/"
ADD = "/admin/broadcasts/broadcast/add/"


def fill_url(template: PostTemplate) -> str:
    return reverse("admin:broadcasts_posttemplate_fill", args=[template.pk])


@pytest.fixture
def template(commune):
    return make_template(
        commune,
        name="Mẫu thử",
        title="Điểm mới về {việc}",
        what_happened="Từ {ngày | ví dụ: 1/12} có quy định mới về {việc}.",
        what_to_do="Bà con {việc cần làm}.",
        whom_to_call="Trực ban: {số máy (nếu có)}.",
    )


def test_templates_are_offered_by_topic(login, author, template):
    body = login(author).get(CHOOSE).content.decode()

    assert "Mẫu thử" in body
    assert "Giả danh công an" in body


def test_a_template_is_filled_one_part_at_a_time(login, author, template):
    client = login(author)
    first = client.get(fill_url(template))
    assert (first.context["number"], first.context["count"]) == (1, 3)
    assert [one.blank.label for one in first.context["step"].asked] == ["việc", "ngày"]

    told = {"what_happened-0": "căn cước", "what_happened-1": "1/12"}
    second = client.post(fill_url(template), {"buoc": "0", **told, "next": "1"})
    assert second.context["number"] == 2
    assert 'value="căn cước"' in second.content.decode()

    told["what_to_do-0"] = "đến Công an xã"
    third = client.post(fill_url(template), {"buoc": "1", **told, "next": "1"})
    assert third.context["number"] == 3

    done = client.post(fill_url(template), {"buoc": "2", **told, "next": "1"})
    form = client.get(done["Location"]).context["adminform"].form
    assert form.initial["title"] == "Điểm mới về căn cước"
    assert form.initial["text"] == (
        "Từ 1/12 có quy định mới về căn cước.\n\nBà con đến Công an xã."
    )
    assert form.initial["topic"] == template.topic_id


def test_what_is_missing_is_said_in_place_and_going_back_loses_nothing(login, author, template):
    client = login(author)

    held = client.post(fill_url(template), {"buoc": "0", "what_happened-0": "x", "next": "1"})
    back = client.post(
        fill_url(template), {"buoc": "1", "what_happened-0": "x", "what_to_do-0": "y", "back": "1"}
    )

    errors = {one.blank.label: bool(one.error) for one in held.context["step"].asked}
    assert errors == {"việc": False, "ngày": True}
    assert back.context["number"] == 1
    assert [one.value for one in back.context["step"].asked] == ["x", ""]
    assert back.context["others"][0].value == "y"


def test_a_part_that_the_topic_demands_is_asked_where_the_template_has_none(login, author, commune):
    topic = Topic.objects.get(code="thu-doan")  # demands whom to call
    bare = make_template(commune, topic=topic, title="A", whom_to_call="")

    steps = login(author).get(fill_url(bare)).context

    assert steps["count"] == 3
    last = login(author).post(
        fill_url(bare), {"buoc": "1", "what_happened-0": "a", "what_to_do-0": "b", "next": "1"}
    )
    assert last.context["step"].is_free
    held = login(author).post(
        fill_url(bare), {"buoc": "2", "what_happened-0": "a", "what_to_do-0": "b", "next": "1"}
    )
    assert held.context["step"].asked[0].error


def test_the_saved_draft_remembers_the_version_that_it_came_from(login, author, template, hamlet):
    make_group(hamlet)
    client = login(author)
    answers = {"what_happened-0": "a", "what_happened-1": "b", "what_to_do-0": "c"}
    address = client.post(fill_url(template), {"buoc": "2", **answers, "next": "1"})["Location"]

    client.post(
        address,
        {
            "title": "Điểm mới", "text": "Chữ tôi sửa.", "topic": template.topic_id,
            "priority": "routine", "send_to": "whole",
        },
    )  # fmt: skip

    post = Broadcast.objects.get()
    assert (post.template, post.text, post.status) == (template, "Chữ tôi sửa.", "draft")
    assert parse_qs(urlsplit(address).query).keys() == {"mau"}


def test_a_change_is_a_version_and_old_posts_keep_theirs(login, chief, commune, template):
    post = make_broadcast(commune, template=template)
    client = login(chief)
    address = reverse("admin:broadcasts_posttemplate_change", args=[template.pk])
    form = client.get(address).context["adminform"].form

    client.post(address, {**form.initial, "what_to_do": "Bà con {việc khác}."})

    newest = PostTemplate.objects.of_commune(commune).in_force(commune).get(code=template.code)
    assert (newest.version, newest.what_to_do, newest.created_by) == (
        2, "Bà con {việc khác}.", chief,
    )  # fmt: skip
    template.refresh_from_db()
    post.refresh_from_db()
    assert (post.template.version, template.what_to_do) == (1, "Bà con {việc cần làm}.")
    assert list(PostTemplate.objects.usable(commune).filter(code=template.code)) == [newest]


def test_what_came_with_the_portal_becomes_the_communes_own(chief, commune, other_commune):
    shipped = PostTemplate.objects.get(commune=None, code="ro-khi-gas")
    before = shipped.pk
    shipped.name = "Rò gas"

    own = revise(shipped, by=chief)

    assert (own.commune, own.version) == (commune, 2)
    assert PostTemplate.objects.usable(commune).get(code="ro-khi-gas").name == "Rò gas"
    assert PostTemplate.objects.usable(other_commune).get(code="ro-khi-gas").pk == before


def test_two_who_change_at_once_do_not_overwrite_each_other(chief, deputy_chief, template):
    first = PostTemplate.objects.get(pk=template.pk)
    second = PostTemplate.objects.get(pk=template.pk)
    revise(first, by=chief)

    with pytest.raises(NotAllowed, match="vừa có người khác sửa"):
        revise(second, by=deputy_chief)


def test_a_template_without_a_part_that_its_topic_demands_is_refused_in_place(
    login, chief, template
):
    client = login(chief)
    address = reverse("admin:broadcasts_posttemplate_change", args=[template.pk])
    form = client.get(address).context["adminform"].form

    answer = client.post(address, {**form.initial, "what_to_do": "", "what_happened": "{a"})

    errors = answer.context["adminform"].form.errors
    assert set(errors) == {"what_to_do", "what_happened"}
    assert PostTemplate.objects.filter(code=template.code).count() == 1


def test_an_officer_reads_templates_and_changes_none(login, author, template):
    address = reverse("admin:broadcasts_posttemplate_change", args=[template.pk])
    client = login(author)

    assert client.get(address).status_code == 200
    assert client.post(address, {"name": "x"}).status_code == 403
    assert client.get("/admin/broadcasts/posttemplate/add/").status_code == 403


def test_reusing_a_post_starts_a_new_draft_without_its_approval(login, author, commune, hamlet):
    make_group(hamlet)
    old = make_broadcast(commune, status="completed", text="Chữ cũ.", created_by=author)
    client = login(author)
    form = client.get(f"{ADD}?dung-lai={old.pk}").context["adminform"].form

    client.post(
        f"{ADD}?dung-lai={old.pk}",
        {**form.initial, "title": "Mới", "send_to": "whole", "scheduled_for": "", "expires_at": ""},
    )

    post = Broadcast.objects.exclude(pk=old.pk).get()
    assert (post.text, post.status, post.approved_by, post.corrects) == (
        "Chữ cũ.", "draft", None, None,
    )  # fmt: skip


def test_reusing_a_post_brings_its_picture(login, author, commune, hamlet, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    make_group(hamlet)
    held = BytesIO()
    Image.new("RGB", (40, 30), "green").save(held, "JPEG")
    old = make_broadcast(commune, status="completed", created_by=author)
    old.image.save("cu.jpg", ContentFile(held.getvalue()))
    client = login(author)
    form = client.get(f"{ADD}?dung-lai={old.pk}").context["adminform"].form
    said = {name: form.initial[name] for name in ("title", "text", "topic", "priority")}

    client.post(f"{ADD}?dung-lai={old.pk}", {**said, "send_to": "whole"})

    post = Broadcast.objects.exclude(pk=old.pk).get()
    assert post.image.name != old.image.name
    assert post.image.read() == held.getvalue()
    assert post.image_sha256 == hashlib.sha256(held.getvalue()).hexdigest()


def test_nothing_out_of_sight_can_be_a_start(login, author, commune, other_commune, other_hamlet):
    away = make_broadcast(commune, status="completed", audience_hamlets=[other_hamlet.pk])
    asked = make_request(other_commune)

    for query in (f"dung-lai={away.pk}", f"dinh-chinh={away.pk}", f"yeu-cau={asked.pk}"):
        assert login(author).get(f"{ADD}?{query}").status_code == 404


def test_the_live_preview_of_a_correction_counts_the_groups_of_the_original(
    login, author, commune, hamlet
):
    original = make_broadcast(commune, status="completed", created_by=author)
    make_delivery(original, make_group(hamlet), status="sent")
    make_group(hamlet)

    answer = login(author).post(
        f"/admin/broadcasts/broadcast/xem-truoc/?dinh-chinh={original.pk}", {"text": "Đúng là 19h."}
    )

    assert answer.context["reach"].total == 1
    assert "đọc loa khoảng" in answer.content.decode()


def test_a_post_by_direction_names_its_document(login, author, commune, hamlet):
    make_group(hamlet)
    topic = Topic.objects.get(code="chi-dao")
    data = {
        "title": "Họp", "text": "Kính mời bà con dự họp.", "topic": topic.pk,
        "priority": "routine", "send_to": "whole", "_submit": "1",
    }  # fmt: skip

    refused = login(author).post(ADD, data)
    taken = login(author).post(ADD, {**data, "text": "Theo văn bản số 25-CV/ĐU, mời bà con họp."})

    assert "phải ghi số văn bản" in str(refused.context["adminform"].form.errors["text"])
    assert taken.status_code == 302
    assert Broadcast.objects.get().status == "pending_approval"
