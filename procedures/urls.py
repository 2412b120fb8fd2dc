"""Public addresses of the library."""

from django.urls import path

from procedures.public import views

app_name = "procedures"
urlpatterns = [
    path("thu-tuc/", views.home, name="home"),
    path("thu-tuc/chon-xa/", views.choose, name="choose"),
    path("thu-tuc/da-ghi/", views.noted, name="noted"),
    path("thu-tuc/<str:code>/", views.page, name="page"),
    path("thu-tuc/<str:code>/in/", views.handout, name="print"),
]
