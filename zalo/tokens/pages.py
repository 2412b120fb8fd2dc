"""The page by which Zalo learns that this domain is ours."""

import logging

from django.conf import settings
from django.contrib import messages
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import constant_time_compare
from django.utils.html import format_html
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from zalo import services
from zalo.client.errors import ZaloError
from zalo.official_accounts.models import OfficialAccount
from zalo.tokens import consenting


def page(request: HttpRequest, token: str) -> HttpResponse:
    """`/zalo_verifier<token>.html`, as Zalo's console hands it out (`ZALO_VERIFIER`)."""
    ours = settings.ZALO_VERIFIER
    if not ours or not constant_time_compare(token, ours):
        raise Http404
    return HttpResponse(
        format_html(
            '<!doctype html><html lang="vi"><head><title>Zalo</title>'
            '<meta name="zalo-platform-site-verification" content="{0}">'
            '<meta property="zalo-platform-site-verification" content="{0}"></head>'
            "<body>{0}</body></html>\n",
            token,
        )
    )


# Where Zalo sends the browser back after an administrator of the account has decided.


logger = logging.getLogger(__name__)


@never_cache
@require_GET
def oauth_callback(request: HttpRequest) -> HttpResponse:
    """Finish a consent for the account that began it, and end on the health page."""
    user = request.user
    if not user.is_authenticated or not user.has_perm("zalo.connect_officialaccount"):
        return render(request, "zalo/callback_refused.html", status=403)
    try:
        finished = consenting.finish(request.GET.dict(), by=user)
    except consenting.ConsentFailed as failure:
        messages.error(request, str(failure))
    except DatabaseError:
        logger.exception("a consent was not saved; what was received is put aside")
        raise
    else:
        account = finished.account
        if account is None:
            messages.warning(request, finished.sentence)
        else:
            messages.success(request, finished.sentence)
            _ask_what_it_may(account)
            return redirect("admin:zalo_officialaccount_health", pk=account.pk)
    return redirect("admin:zalo_officialaccount_health_home")


def _ask_what_it_may(account: OfficialAccount) -> None:
    try:
        services.probe(account, is_asked=True)
    except ZaloError as error:
        logger.warning("zalo account %s not probed after consent: %r", account.pk, error)
