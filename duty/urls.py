"""Addresses outside the admin: behind a notice, beats of neighbours, the own calendar."""

from django.urls import path

from duty.neighbours import pages as neighbour_pages
from duty.occasions import pages
from duty.shifts import feed_pages

urlpatterns = [
    path("viec/<str:token>/", pages.show, name="duty_occasion"),
    path("viec/<str:token>/<str:step>/", pages.act, name="duty_occasion_act"),
    path("duty/lich/<str:secret>.ics", feed_pages.calendar, name="duty_feed"),
    path("nhip/<str:secret>/", neighbour_pages.beat, name="neighbour_beat"),
]
