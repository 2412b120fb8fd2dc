"""Where Zalo sends the browser back after an administrator of the account has decided."""

import logging

from django.contrib import messages
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from zalo import consenting, services
from zalo.errors import ZaloError
from zalo.models import OfficialAccount

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
