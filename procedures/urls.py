"""Public addresses of the library."""

from django.urls import path

from procedures.public import pages as public_pages

app_name = "procedures"
urlpatterns = [
    path("thu-tuc/", public_pages.home, name="home"),
    path("thu-tuc/chon-xa/", public_pages.choose, name="choose"),
    path("thu-tuc/da-ghi/", public_pages.noted, name="noted"),
    path("thu-tuc/<str:code>/", public_pages.page, name="page"),
    path("thu-tuc/<str:code>/in/", public_pages.handout, name="print"),
]
