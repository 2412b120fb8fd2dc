"""The form: one question a page, everything carried by the page itself, one button that sends."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.communes.public_pages import communes
from accounts.models import Commune
from accounts.vault import sealing
from groups.models import Hamlet
from reports import intake
from reports.public import effort, pictures
from reports.public.demands import Purpose
from reports.public.effort import Effort
from reports.public.form_tokens import CannotOpen, TooMuch
from reports.public.forms import (
    FORMS,
    LETTER,
    LONGEST_WORDS,
    NO_QUESTION,
    PROCEDURE,
    SUBJECTS,
    Draft,
    StepForm,
    as_shown,
)
from reports.public.nonce_store import Once
from reports.public.pages import show, unseen
from reports.public.receipt import already_in, receipt_page
from reports.public.services import source_of_form, tip_of_form
from reports.public.thresholds import Counts
from reports.tips.emergency import numbers_to_call
from reports.tips.errors import CarriesSecret
from reports.tips.models import TipReport
from reports.tips.services import require_no_secret
from reports.triage.models import Diversion

LONGEST_ASKED = 100
# Pages of one choice; a change may lead to a further page.
_LEADS_ON = frozenset({"call", "procedure", "letter", "contact"})
# Entries from other pages: the first page, and the answers given already.
OPENINGS: dict[str, tuple[str, dict[str, str]]] = {
    "thu-tuc": ("words", {"now": "khong", "subject": PROCEDURE}),
    "gia-mao": ("now", {"subject": "lua-dao"}),
}
# How often the work that was done once lets pictures be opened that are then refused.
PAID_TRIES = 5
_opened = Counts(window_s=3600, most=10_000)
# Letters that were counted: the same page seen twice is one person.
_counted = Once(10_000)


@require_safe
@unseen
def choose(request: HttpRequest) -> HttpResponse:
    """The only commune's page, or a list of communes to choose from."""
    asked = request.GET.get("tim", "")[:LONGEST_ASKED]
    rows = communes(asked)
    if len(rows) == 1 and not asked:
        return redirect("tip_home", code=rows[0].code)
    return show(request, "choose", None, communes=rows, asked=asked)


@require_safe
@unseen
def home(request: HttpRequest, code: str) -> HttpResponse:
    """Explain the page and what happens to a report."""
    return show(request, "home", get_object_or_404(Commune, code=code))


@require_http_methods(["GET", "HEAD", "POST"])
@unseen
def tell(request: HttpRequest, code: str) -> HttpResponse:
    """The form from its first page to the receipt."""
    commune = get_object_or_404(Commune, code=code)
    if not sealing.can_seal():
        return show(request, "closed", commune)
    if request.method != "POST":
        place, answers = OPENINGS.get(request.GET.get("viec", ""), ("now", {}))
        return _page(request, commune, Draft(dict(answers)), place)
    now = timezone.now()
    place, go = request.POST.get("step", ""), request.POST.get("go", "next")
    try:
        draft = Draft.opened(request.POST.get("draft", ""), commune, now=now)
    except CannotOpen:
        return _start_anew(request, commune, place)
    if draft.effort is not None and (proof := request.POST.get("proof", "")):
        draft.effort.proof = proof[:20]
    try:
        if go == "send":
            return _send(request, commune, draft, now=now)
        return _walk(request, commune, draft, place, go)
    except CarriesSecret:
        return show(
            request, "secret", commune, draft=draft.sealed(commune, now=now),
            step=place if place in FORMS else "check",
        )  # fmt: skip


def _walk(
    request: HttpRequest, commune: Commune, draft: Draft, place: str, go: str
) -> HttpResponse:
    """Take the answers of a page, and show the one before, after, or asked for."""
    if go == "stay":
        return _page(request, commune, draft, place)
    form = None
    if place in FORMS:
        form = FORMS[place](request.POST, commune=commune, draft=draft)
        if form.is_valid():
            draft.answers.update(form.answers())
        elif go == "next":
            return _page(request, commune, draft, place, form)
    if go == "back":
        return _page(request, commune, draft, draft.before(place))
    if go.startswith("edit:"):
        return _page(request, commune, draft, go.removeprefix("edit:"), back_to_check=True)
    following = draft.after(place)
    if request.POST.get("after") == "check" and following not in _LEADS_ON:
        following = "check"
    return _page(
        request, commune, draft, following, back_to_check=request.POST.get("after") == "check"
    )


def _start_anew(request: HttpRequest, commune: Commune, place: str) -> HttpResponse:
    """Begin again with the answers of this page: the seal is too old or broken."""
    draft, is_valid = Draft(), False
    if place in FORMS:
        form = FORMS[place](request.POST, commune=commune, draft=draft)
        try:
            is_valid = form.is_valid() and place != "now"
        except CarriesSecret:
            is_valid = False
        if is_valid:
            draft.answers.update(form.answers())
    return _page(request, commune, draft, "now", notice="kept" if is_valid else "lost")


def _page(
    request: HttpRequest,
    commune: Commune,
    draft: Draft,
    place: str,
    form: StepForm | None = None,
    *,
    back_to_check: bool = False,
    notice: str = "",
) -> HttpResponse:
    """One page of the form."""
    now = timezone.now()
    if place not in draft.pages:
        place = "now"
    if place == "check" and (missing := _missing(draft)):
        place = missing
    if place == "check":
        return _check_page(request, commune, draft, now=now)
    if place == "letter":
        return _letter_page(request, commune, draft, now=now)
    if place == "words" and draft.effort is None:
        demand = effort.weigh(request, Purpose.TIP, commune)
        draft.effort = Effort.asked(demand, Purpose.TIP, now=now)
    shows_answers = form is not None or _is_answered(draft, place)
    if form is None and place in FORMS:
        form = FORMS[place](commune=commune, draft=draft)
    number, total = draft.number_of(place)
    try:
        sealed = draft.sealed(commune, now=now)
    except TooMuch:  # the fields have limits: only a forged form comes here
        return _start_anew(request, commune, "")
    # The words may sound as if it were happening though nobody said so.
    is_calm = place != "where" or draft.get("now") == "co"
    to_call = () if is_calm else numbers_to_call(draft.get("words"))
    response = show(
        request, place, commune, draft=sealed, step=place, form=form, notice=notice,
        after="check" if back_to_check else "", number=number, total=total,
        is_first=place == draft.pages[0], chosen=draft.get(place),
        subjects=[(key, words) for key, (words, _category) in SUBJECTS.items() if key != LETTER],
        effort=None if place in NO_QUESTION else draft.effort,
        to_call=to_call, longest=LONGEST_WORDS,
    )  # fmt: skip
    if not shows_answers:
        # The way back in the browser: a page that may not be kept at all comes back as an error.
        response["Cache-Control"] = "private, no-cache"
    return response


def _is_answered(draft: Draft, place: str) -> bool:
    """Whether the page would show what was written on it before."""
    fields = FORMS[place].base_fields if place in FORMS else ()
    return any(draft.get(name) for name in fields)


def _missing(draft: Draft) -> str:
    """The first page without which nothing can be sent."""
    return next((name for name in ("now", "subject", "words") if not draft.get(name)), "")


def _letter_page(
    request: HttpRequest, commune: Commune, draft: Draft, *, now: datetime
) -> HttpResponse:
    """Show where to bring a formal letter; the case is counted, and nothing else stored."""
    kind = request.POST.get("letter", "")
    is_chosen = kind in Diversion.Kind.values
    is_calm = not effort.weigh(request, Purpose.TIP, commune).is_needed
    if is_chosen and is_calm and _counted.use(f"{draft.once}:{kind}"):
        Diversion.objects.create(
            commune=commune,
            on=timezone.localdate(now),
            channel=TipReport.Channel.WEB_FORM,
            kind=kind,
        )
        effort.count(request, Purpose.TIP, commune)
    return show(
        request, "letter_where" if is_chosen else "letter", commune, step="letter",
        draft=draft.sealed(commune, now=now), kind=kind, kinds=Diversion.Kind.choices,
    )  # fmt: skip


def _check_page(
    request: HttpRequest,
    commune: Commune,
    draft: Draft,
    *,
    now: datetime,
    refusal: str = "",
    sum_failed: bool = False,
) -> HttpResponse:
    """All that will be sent, the pictures, and the button."""
    demand = effort.weigh(request, Purpose.TIP, commune)
    if draft.effort is None or not draft.effort.is_enough(demand):
        draft.effort = Effort.asked(demand, Purpose.TIP, now=now)
    asked = effort.context_of(demand, draft.effort, now=now, failed=sum_failed)
    if draft.is_paid:
        asked["sum"] = None
    return show(
        request, "check", commune, draft=draft.sealed(commune, now=now), step="check",
        rows=as_shown(draft), refusal=refusal, most=pictures.MOST,
        most_bytes=pictures.MOST_BYTES_TOGETHER, **asked,
    )  # fmt: skip


def _send(request: HttpRequest, commune: Commune, draft: Draft, *, now: datetime) -> HttpResponse:
    """Take it in, once, and show the receipt."""
    if (known := tip_of_form(draft.once)) is not None:
        return already_in(request, commune, known, draft)
    if missing := _missing(draft):
        return _page(request, commune, draft, missing)
    if draft.get("subject") == LETTER:
        return _page(request, commune, draft, "letter")
    uploads = request.FILES.getlist("anh")
    try:
        pictures.weigh(uploads)
    except pictures.PictureRefused as refused:
        return _check_page(request, commune, draft, now=now, refusal=str(refused))
    demand = effort.weigh(request, Purpose.TIP, commune)
    is_paid = draft.is_paid and _opened.of(draft.once) < PAID_TRIES
    if not is_paid and not effort.is_met(demand, Purpose.TIP, draft.effort, request.POST, now=now):
        draft.effort, draft.is_paid = None, False
        return _check_page(request, commune, draft, now=now, sum_failed=True)
    draft.is_paid = True
    if uploads:
        _opened.add(draft.once)
    try:
        files = pictures.made_anew(uploads)
    except pictures.PictureRefused as refused:
        effort.count(request, Purpose.TIP, commune)  # opening them was work of ours
        return _check_page(request, commune, draft, now=now, refusal=str(refused))
    try:
        received = _receive(commune, draft, files)
    except IntegrityError:
        # The same form came twice in one moment.
        if (known := tip_of_form(draft.once)) is None:
            raise
        return already_in(request, commune, known, draft)
    effort.count(request, Purpose.TIP, commune)
    return receipt_page(request, received.tip, received.receipt, now=now)


@transaction.atomic
def _receive(commune: Commune, draft: Draft, files: list[intake.File]) -> intake.Receipt:
    """Make a tip of a draft. Raises CarriesSecret."""
    require_no_secret(draft.get("why_unnamed"), draft.get("name"))
    hamlets = Hamlet.objects.filter(commune=commune).offered()
    on = draft.get("on")
    content = intake.TipContent(
        words=draft.get("words"),
        place=draft.get("place"),
        occurred_words=draft.get("when"),
        occurred_at=timezone.make_aware(datetime.fromisoformat(on)) if on else None,
        hamlet=hamlets.filter(pk=draft.get("hamlet") or 0).first(),
        category=SUBJECTS.get(draft.get("subject"), ("", ""))[1],
        kind=TipReport.Kind.PROCEDURE_QUESTION if draft.get("subject") == PROCEDURE else "",
        urgency=TipReport.Urgency.EMERGENCY
        if draft.get("now") == "co"
        else TipReport.Urgency.NORMAL,
    )
    person = intake.Person(
        name=draft.get("name"),
        phone=draft.get("phone"),
        how_known=draft.get("how"),
        why_unnamed=draft.get("why_unnamed"),
    )
    return intake.receive(
        commune,
        content,
        channel=TipReport.Channel.WEB_FORM,
        person=person,
        files=files,
        source=source_of_form(draft.once),
    )
