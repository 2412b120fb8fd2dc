"""Addresses that Zalo itself calls."""

from django.urls import path

from zalo import verifier, webhook

urlpatterns = [
    path("zalo/webhook/", webhook.receive, name="zalo_webhook"),
    path("zalo_verifier<str:token>.html", verifier.page, name="zalo_verifier"),
]
