"""Opens what each outsider may open, and tries what they may not, through real requests."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from urllib.parse import parse_qsl

import time_machine
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.papers.services import Issuer
from accounts.users.roles import Role
from oversight.figures.registry import FIGURES, LISTINGS
from oversight.figures.scopes import whole_commune
from oversight.models import PeriodSummary
from oversight.periods import Period, half, month, quarter
from oversight.summaries.result_post import text_of
from oversight.summaries.services import draft, sign
from tests.conftest import MODEL_BACKEND
from tests.flows.differencing import reading
from tests.flows.differencing.reading import Spans, Table
from tests.flows.differencing.world import CITY, World, whole_spans
from tests.flows.leaks.hunts import _CHANGING
from tests.flows.leaks.places import Crawl

MEMBER, OFFICE, FRONT, HEAD, TECH = (
    Role.PARTY_MEMBER, Role.PARTY_OFFICE, Role.FRONT, Role.HAMLET_HEAD, Role.TECH_ADMIN,
)  # fmt: skip
NEAR_DAYS = 3
SIGNED = (quarter(2025, 3), month(2025, 7), half(2025, 2))
# The picture of a new second step is another one with every look.
OWN = ("/admin/xac-thuc/", "/admin/tai-khoan-cua-toi/")
_ROW_OF_TRAIL = re.compile(rb"/accounts/auditevent/\d+/")


@dataclass
class Haul:
    """All that was brought home: tables to calculate with, and pages as they stood."""

    taken: list[Table] = field(default_factory=list)
    pages: dict[str, bytes] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


class _Undone(Exception):
    pass


class Taker:
    """`share`: of the spans, how many are asked for at each door but the workbook, which has every
    figure of every span."""

    def __init__(self, world: World, spans: list[Period], *, share: float) -> None:
        self._world, self._spans, self._share = world, spans, share
        self._words = Spans([*whole_spans(), *spans])

    def collect(
        self, moment: datetime, *, most_pages: int = 0, seed: int, near: bool = False
    ) -> Haul:
        """At one moment; whatever the portal writes meanwhile is forgotten again. `near`: only the
        spans that end or go on about then."""
        day = timezone.localdate(moment)
        spans = [
            span for span in self._spans
            if not near or (span.first <= day and (day - span.last).days < NEAR_DAYS)
        ]  # fmt: skip
        haul, random = Haul(), Random(seed)
        with time_machine.travel(moment, tick=False):
            try:
                with transaction.atomic():
                    _count_anew()
                    clients = {name: self._sign_in(name) for name in self._world.users}
                    for span in spans:
                        for role, method, address, kind in self._addresses(span, random):
                            self._open(haul, clients[role], role, method, address, kind, span)
                    if most_pages:
                        self._signed(haul, clients, moment)
                        self._crawl(haul, clients, most_pages)
                    raise _Undone
            except _Undone:
                return haul

    def _sign_in(self, name: str) -> Client:
        client = Client()
        client.force_login(self._world.users[name], backend=MODEL_BACKEND)
        return client

    def _addresses(self, span: Period, random: Random) -> Iterator[tuple[str, str, str, str]]:
        """Role, method, address, and how to read the answer."""
        yield (
            random.choice([MEMBER, OFFICE, FRONT]),
            "post",
            reverse("admin:oversight_workbook"),
            "xlsx",
        )
        every = [*_pages(self._world), *_files(), *_lists(random), *_closed()]
        yield from random.sample(every, max(1, round(self._share * len(every))))

    def _open(
        self, haul: Haul, client: Client, role: str, method: str, address: str, kind: str,
        span: Period,
    ) -> None:  # fmt: skip
        page, _, query = address.partition("?")
        asked = {"tu": span.first.isoformat(), "den": span.last.isoformat()}
        answer = getattr(client, method)(page, asked | dict(parse_qsl(query)))
        where = f"{role} {address} {span.first:%d/%m/%Y}-{span.last:%d/%m/%Y}"
        content = answer.content
        haul.pages[where] = _steady(content) + f"{answer.status_code}".encode()
        if kind == "closed":
            if answer.status_code == 200:
                haul.wrong.append(f"{where}: open")
            return
        if answer.status_code != 200:
            return
        if kind == "xlsx":
            haul.taken += reading.in_workbook(where, content, span)
        elif kind == "docx":
            haul.taken += reading.in_document(where, content, span)
        elif kind == "page":
            haul.taken += reading.in_page(where, content, span, self._words)
        elif kind == "city":
            haul.taken += reading.in_city_page(where, content, span)

    def _signed(self, haul: Haul, clients: dict[str, Client], moment: datetime) -> None:
        """Take the signed papers of the Party that everybody reads, with files and the post made of
        it, and those of the police, which stay with them."""
        office, chief = self._world.users[str(OFFICE)], self._world.chief
        for span in SIGNED:
            row = _sign(Issuer.PARTY, span, office, moment)
            haul.pages[f"post {span.words}"] = text_of(row).encode()
            doors: list[tuple[str, str, str, list[str]]] = [("show", "get", "page", [])]
            doors += [("take", "post", kind, [kind]) for kind in ("docx", "xlsx")]
            for name, method, kind, more in doors:
                address = reverse(f"admin:oversight_periodsummary_{name}", args=[row.pk, *more])
                self._open(haul, clients[MEMBER], MEMBER, method, address, kind, span)
        row = _sign(Issuer.POLICE, SIGNED[0], chief, moment)
        address = reverse("admin:oversight_periodsummary_show", args=[row.pk])
        for role in (MEMBER, OFFICE, FRONT, TECH):
            self._open(haul, clients[role], role, "get", address, "closed", SIGNED[0])

    def _crawl(self, haul: Haul, clients: dict[str, Client], most: int) -> None:
        """Home, navigation, badges, lists, trail, search: whatever links lead to."""
        starts = ("/admin/", "/readyz", "/metrics", "/phan-anh/", "/admin/search/?q=phan")
        for role, client in clients.items():
            found = Crawl(client, *starts, most=most).run()
            for address, page in found.pages.items():
                if address.startswith(OWN):
                    continue
                haul.pages[f"{role} by link {address}"] = _steady(page) + found.heads[address]


def _count_anew() -> None:
    """Rows get the same numbers at every look, so that pages can be held side by side."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, 1000000) "
            "FROM pg_sequences WHERE sequencename IN "
            "('oversight_periodsummary_id_seq', 'accounts_auditevent_id_seq')"
        )


def _sign(issuer: Issuer, span: Period, by: User, moment: datetime) -> PeriodSummary:
    scope = whole_commune(by.commune, reader=by)  # type: ignore[arg-type]  # has one
    return sign(draft(scope, span, issuer=issuer, by=by, as_of=moment), by=by)


def _pages(world: World) -> Iterator[tuple[str, str, str, str]]:
    for role in (MEMBER, OFFICE, FRONT):
        for name in ("figures", "party", "hamlets"):
            yield role, "get", reverse(f"admin:oversight_{name}"), "page"
    for issuer in (Issuer.PARTY, Issuer.COMMITTEE):
        yield OFFICE, "get", reverse(f"admin:oversight_report_{issuer}"), "page"
    yield MEMBER, "get", reverse(f"admin:oversight_report_{Issuer.PARTY}"), "page"
    yield CITY, "get", reverse("admin:oversight_figures"), "page"
    yield CITY, "get", reverse("admin:oversight_city"), "city"
    yield CITY, "get", reverse("admin:oversight_city") + f"?xa={world.commune.code}", "city"
    for role, hamlet in (
        (MEMBER, world.hamlets[0]),
        (FRONT, world.hamlets[1]),
        (HEAD, world.hamlets[0]),
    ):
        yield role, "get", reverse("admin:oversight_hamlet", args=[hamlet.pk]), "page"


def _files() -> Iterator[tuple[str, str, str, str]]:
    for issuer in (Issuer.PARTY, Issuer.COMMITTEE):
        yield OFFICE, "post", reverse(f"admin:oversight_report_{issuer}_file"), "docx"
    for role in (MEMBER, FRONT):
        # Of several spans at once: held side by side only.
        yield role, "post", reverse("admin:oversight_party_workbook"), "seen"
    yield CITY, "post", reverse("admin:oversight_city_file"), "seen"


def _lists(random: Random) -> Iterator[tuple[str, str, str, str]]:
    """The lists behind numbers of tips, which outsiders have none of."""
    for key in LISTINGS:
        if FIGURES[key].is_sensitive:
            yield (
                random.choice([MEMBER, OFFICE, FRONT, HEAD]),
                "get",
                reverse("admin:oversight_list", args=[key]),
                "closed",
            )


def _closed() -> Iterator[tuple[str, str, str, str]]:
    for role in (MEMBER, OFFICE, FRONT, HEAD, TECH, CITY):
        for name in ("police", "duty", f"report_{Issuer.POLICE}"):
            yield role, "get", reverse(f"admin:oversight_{name}"), "closed"
        for name in ("police_workbook", "duty_workbook"):
            yield role, "post", reverse(f"admin:oversight_{name}"), "closed"
        yield role, "get", reverse("admin:reports_tipreport_changelist"), "closed"


def _steady(content: bytes) -> bytes:
    """Without what changes with every look."""
    return _ROW_OF_TRAIL.sub(b"", _CHANGING.sub(b"", content))
