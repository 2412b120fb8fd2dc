"""Addresses of posts that are open to everyone."""

from django.urls import path

from broadcasts.articles import pages as articles_pages

urlpatterns = [
    path("bai-viet/<uuid:uuid>/anh-bia.jpg", articles_pages.article_cover, name="article_cover"),
]
