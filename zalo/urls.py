"""Addresses that Zalo itself calls."""

from django.urls import path

from zalo.inbox import webhook
from zalo.tokens import pages as tokens_pages

urlpatterns = [
    path("zalo/oauth/callback/", tokens_pages.oauth_callback, name="zalo_oauth_callback"),
    path("zalo/webhook/", webhook.receive, name="zalo_webhook"),
    path("zalo/webhook", webhook.receive),
    path("zalo_verifier<str:token>.html", tokens_pages.page, name="zalo_verifier"),
]
