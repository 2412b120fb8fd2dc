"""Uploads have no public address, so no form of the admin shows one."""

from django.urls import reverse

from accounts.users.roles import Role
from tests.factories.accounts import make_user
from tests.factories.articles import make_article
from tests.factories.broadcasts import make_broadcast


def test_a_form_says_that_a_file_is_there_without_its_address(client, commune):
    author = make_user(commune, Role.CHIEF)
    article = make_article(commune, created_by=author, cover="articles/bia.jpg")
    post = make_broadcast(commune, created_by=author, image="posts/anh.jpg")
    client.force_login(author)

    pages = [
        client.get(reverse("admin:broadcasts_article_change", args=[article.pk])),
        client.get(reverse("admin:broadcasts_broadcast_change", args=[post.pk])),
    ]

    for page in pages:
        assert page.status_code == 200
        assert "Đã có tệp. Bấm vào đây để thay." in page.text
        assert "bia.jpg" not in page.text
        assert "anh.jpg" not in page.text


def test_an_empty_field_asks_for_a_file(client, commune):
    client.force_login(make_user(commune, Role.CHIEF))

    page = client.get(reverse("admin:broadcasts_article_add"))

    assert "Chọn tệp để tải lên" in page.text
    assert 'type="file"' in page.text
