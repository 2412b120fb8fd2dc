"""Public addresses of the place and its groups."""

from django.urls import path

from groups import public_views

urlpatterns = [
    path("nhom-chinh-thuc/", public_views.choose, name="genuine_communes"),
    path("nhom-chinh-thuc/<str:code>/", public_views.of_commune, name="genuine_groups"),
    path("nhom-chinh-thuc/<str:code>/to-qr/<int:pk>/", public_views.poster, name="genuine_poster"),
]
