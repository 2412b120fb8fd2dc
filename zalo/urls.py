"""Addresses that Zalo itself calls."""

from django.urls import path

from zalo import verifier, views, webhook

urlpatterns = [
    path("zalo/oauth/callback/", views.oauth_callback, name="zalo_oauth_callback"),
    path("zalo/webhook/", webhook.receive, name="zalo_webhook"),
    path("zalo/webhook", webhook.receive),
    path("zalo_verifier<str:token>.html", verifier.page, name="zalo_verifier"),
]
