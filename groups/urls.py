"""Public addresses of the place and its groups."""

from django.urls import path

from groups.zalo_groups import public_pages

urlpatterns = [
    path("nhom-chinh-thuc/", public_pages.choose, name="genuine_communes"),
    path("nhom-chinh-thuc/<str:code>/", public_pages.of_commune, name="genuine_groups"),
    path("nhom-chinh-thuc/<str:code>/to-qr/<int:pk>/", public_pages.poster, name="genuine_poster"),
]
