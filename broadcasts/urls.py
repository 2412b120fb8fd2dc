"""Addresses of posts that are open to everyone."""

from django.urls import path

from broadcasts import public_views

urlpatterns = [
    path("bai-viet/<uuid:uuid>/anh-bia.jpg", public_views.article_cover, name="article_cover"),
]
