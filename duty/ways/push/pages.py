"""“Máy nhận báo việc”: one's own devices, and what a browser says of its subscription."""

import json
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.encryption.services import blind_index
from accounts.scoped_admin.pages import attempt, own_pages, try_out
from accounts.sign_in.sessions import browser_words
from accounts.workflow.declaration import NotAllowed
from duty.ways import device_trials, devices
from duty.ways.models import Device, Notice
from duty.ways.push import keys

PAGE: Final = "admin:duty_device_show"
ENDED_SHOWN: Final = 5


def urls(site: Any) -> list[URLPattern]:
    """Addresses under the admin."""
    of_device = {
        "may-nhan-bao/": (show, "show"),
        "may-nhan-bao/bat/": (enrol, "enrol"),
        "may-nhan-bao/doi-chieu/": (compare, "compare"),
        "may-nhan-bao/<int:pk>/thu/": (send_trial, "trial"),
        "may-nhan-bao/<int:pk>/tat/": (turn_off, "off"),
    }
    of_notice = {"may-nhan-bao/lan-thu/<int:pk>/": (trial_state, "trial_state")}
    return [
        *own_pages(site, "duty_device", of_device, devices.RECEIVE, row="device", rows=_own),
        *own_pages(site, "duty_device", of_notice, devices.RECEIVE, row="notice", rows=_trials),
    ]


def _own(request: HttpRequest) -> Any:
    return Device.objects.filter(user=request.user)


def _trials(request: HttpRequest) -> Any:
    return Notice.objects.filter(user=request.user, occasion__kind=device_trials.KIND)


def head(request: HttpRequest) -> dict[str, str]:
    """For each page of an account that is told of things; nothing for others, or where push is off.

    `mark` tells a browser whose notices it takes, without naming the account.
    """
    user = request.user
    if not keys.is_on() or not user.is_authenticated or not user.has_perm(devices.RECEIVE):
        return {}
    return {
        "key": keys.public_key(),
        "mark": blind_index(str(user.pk), purpose="push.browser")[:16],
        "compare": reverse("admin:duty_device_compare"),
    }


def _label(request: HttpRequest) -> str:
    return browser_words(request.headers.get("User-Agent", ""))


@never_cache
@require_GET
def show(request: HttpRequest, site: Any) -> HttpResponse:
    rows = list(_own(request).on())
    ended = _own(request).exclude(off_at=None).order_by("-off_at")[:ENDED_SHOWN]
    context = {
        **site.each_context(request),
        "title": "Máy nhận báo việc",
        "is_on": keys.is_on(),
        "off_sentence": devices.OFF,
        "devices": [(row, device_trials.is_reached(row)) for row in rows],
        "ended": ended,
    }
    return TemplateResponse(request, "duty/devices.html", context)


def _given(request: HttpRequest) -> dict[str, Any]:
    """The JSON of a browser; what is none has nothing in it, and is refused by its reader."""
    try:
        given = json.loads(request.body)
    except ValueError:
        return {}
    return given if isinstance(given, dict) else {}


@require_POST
def enrol(request: HttpRequest, site: Any) -> HttpResponse:
    """`{"subscription": …, "before": hash}` of the browser that the person has in hand."""
    given = _given(request)

    def act() -> Device:
        subscription = devices.Subscription.read(given.get("subscription"))
        return devices.enrol(
            request.user, subscription, label=_label(request), replaces=_hash_of(given)
        )

    device, refusal = try_out(act)
    if device is None:
        return JsonResponse({"error": refusal}, status=400)
    return JsonResponse({"on": True})


@require_POST
def compare(request: HttpRequest, site: Any) -> HttpResponse:
    """The same from a page that compares by itself; `on` false: the browser unsubscribes."""
    given = _given(request)
    try:
        device = devices.compare(
            request.user, devices.Subscription.read(given.get("subscription")),
            label=_label(request), before=_hash_of(given),
        )  # fmt: skip
    except NotAllowed:
        device = None
    return JsonResponse({"on": device is not None})


def _hash_of(given: dict[str, Any]) -> str:
    return str(given.get("before", ""))[:64]


@require_POST
def send_trial(request: HttpRequest, site: Any, device: Device) -> HttpResponse:
    """“Gửi thử”; a script gets the address at which it asks what became of it."""
    if request.headers.get("Accept") != "application/json":
        attempt(
            request, lambda: device_trials.send_trial(device, by=request.user),
            "Đã gửi thử. Máy phải báo trong vài giây.",
        )  # fmt: skip
        return redirect(PAGE)
    notice, refusal = try_out(lambda: device_trials.send_trial(device, by=request.user))
    if notice is None:
        return JsonResponse({"words": refusal, "is_over": True}, status=400)
    return JsonResponse({"state": reverse("admin:duty_device_trial_state", args=[notice.pk])})


@never_cache
@require_GET
def trial_state(request: HttpRequest, site: Any, notice: Notice) -> HttpResponse:
    """Accepted by the service and shown by the device are two different things, told apart."""
    return JsonResponse({"words": trial_words(notice), "is_over": _is_over(notice)})


def _is_over(notice: Notice) -> bool:
    moving = {Notice.State.WAITING, Notice.State.SENDING, Notice.State.ACCEPTED}
    return notice.shown_at is not None or notice.state not in moving


def trial_words(notice: Notice) -> str:
    """The sentence of a trial: sent, accepted, shown, or why not."""

    def at(moment: Any) -> str:
        return f"{timezone.localtime(moment):%H:%M:%S}"

    if notice.shown_at is not None:
        return f"Máy đã hiện lúc {at(notice.shown_at)}."
    if notice.accepted_at is not None:
        return f"Dịch vụ đẩy đã nhận lúc {at(notice.accepted_at)}; máy chưa báo đã hiện."
    if notice.state in (Notice.State.WAITING, Notice.State.SENDING):
        return "Đang gửi tới dịch vụ đẩy."
    return f"Không gửi được: {notice.reason or 'không rõ vì sao'}."


@require_POST
def turn_off(request: HttpRequest, site: Any, device: Device) -> HttpResponse:
    """“Tắt”."""
    attempt(
        request, lambda: devices.turn_off(device, by=request.user),
        "Đã tắt. Máy này không nhận báo việc nữa.",
    )  # fmt: skip
    return redirect(PAGE)
