"""Every test has no network outside the machine, roles and topics in place, and the actors."""

import gc
import ipaddress
import os
import shutil
import socket
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import redis
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import Browser, sync_playwright
from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped]

from accounts.communes import public_pages
from accounts.live import versions
from accounts.models import Commune, User
from accounts.users.roles import Role, sync_roles
from accounts.vault import guard
from accounts.vault.calls import Call, running
from accounts.vault.proofs import checking
from config import startup
from documents import isolated
from groups.models import Hamlet, Team
from procedures.library.loading import load as load_library
from procedures.models import Edition
from reports.public import thresholds
from tests.databases import ShippedRows, ensure_template, restored_after_each
from tests.factories.accounts import make_commune, make_user
from tests.factories.groups import make_assignment, make_hamlet, make_officer
from tests.isolated_forks import Forks
from tests.vaults import words_open_to_tests
from zalo.official_accounts import call_log
from zalo.tokens import services as tokens

MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"
END_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""

# A page is some ten thousand objects; that of the interpreter's is 2000 new ones.
COLLECTED_AFTER = (50_000, 10, 10)

# How long an example takes, to make or to try, says how busy the machine is.
hypothesis_settings.register_profile(
    "busy", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("busy")


def _needs(item: pytest.Item) -> int:
    """0 without a database, 1 in a transaction that is rolled back, 2 with commits."""
    marker = item.get_closest_marker("django_db")
    fixtures = set(getattr(item, "fixturenames", ()))
    if {"transactional_db", "live_server"} & fixtures or (
        marker and marker.kwargs.get("transaction")
    ):
        return 2
    return int(marker is not None or "django_db_setup" in fixtures)


def pytest_configure() -> None:
    """A test that imports `config.wsgi` starts no server: `migrate` compared the keys already."""
    startup.check_keys = lambda: None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests without a database first: whatever they find is known within two minutes."""
    items.sort(key=_needs)


def pytest_collection_finish() -> None:
    """Let the collector of garbage pass over what was collected, which lives to the end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTED_AFTER)


class NetworkForbidden(RuntimeError):
    """A test tried to reach something that is not on this machine."""


def _is_loopback(host: Any) -> bool:
    if isinstance(host, bytes):
        host = host.decode()
    if host in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session", autouse=True)
def _only_loopback() -> Iterator[None]:
    """Tests speak to nothing but this machine; a forgotten fake fails loudly."""
    connect, connect_ex, resolve = (
        socket.socket.connect,
        socket.socket.connect_ex,
        socket.getaddrinfo,
    )

    def check(sock: socket.socket, address: Any) -> None:
        if sock.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(address[0]):
            raise NetworkForbidden(f"no test may connect to {address[0]}")

    def guarded_connect(sock: socket.socket, address: Any) -> None:
        check(sock, address)
        connect(sock, address)

    def guarded_connect_ex(sock: socket.socket, address: Any) -> int:
        check(sock, address)
        return connect_ex(sock, address)

    def guarded_resolve(host: Any, *args: Any, **kwargs: Any) -> Any:
        if not _is_loopback(host):
            raise NetworkForbidden(f"no test may look up {host}")
        return resolve(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patch.setattr(socket, "getaddrinfo", guarded_resolve)
        yield


@pytest.fixture(scope="session", autouse=True)
def _limits_as_written() -> Iterator[None]:
    """Drawn limits of counts are the middle one in every test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(thresholds, "drawn", lambda _label: 0.5)
        yield


@pytest.fixture(scope="session", autouse=True)
def _words_open() -> Iterator[None]:
    """Tests read the words of tips; requests, tasks, commands and other threads do not."""
    with words_open_to_tests():
        yield


@pytest.fixture(scope="session", autouse=True)
def _static_files_found_once() -> Iterator[None]:
    """Each client starts the middleware anew, which would look through every static file again."""
    find, found = WhiteNoiseMiddleware.add_files_from_finders, dict[str, Any]()

    def add(middleware: WhiteNoiseMiddleware) -> None:
        if not found:
            find(middleware)
            found.update(middleware.files)
        middleware.files.update(found)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", add)
        yield


@pytest.fixture(scope="session", autouse=True)
def _forked_openers() -> Iterator[None]:
    """A fork opens the files of others, not an interpreter that starts for each file."""
    forks = Forks()

    def run(script: str, content: bytes, *asked: str, wait_s: float) -> isolated.Answer:
        return isolated.Answer(*forks.run(script, content, asked, wait_s))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(isolated, "run", run)
        yield
    forks.stop()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: Any
) -> None:
    """Databases of tests are copies of one template: migrated, with roles and library."""
    with django_db_blocker.unblock():
        connection.settings_dict["TEST"]["TEMPLATE"] = ensure_template()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[ShippedRows]:
    """Transactional tests put back the shipped rows; `--reuse-db` may find those of older code."""
    _forget_witnesses()
    with django_db_blocker.unblock():
        sync_roles()
        shipped = ShippedRows()
    with restored_after_each(shipped):
        yield shipped
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(END_OTHERS)  # threads of a live server each hold a connection to its end


def _forget_witnesses() -> None:
    """Copies of one template are one installation: an earlier copy's witness tells of a restore."""
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        for key in client.scan_iter(f"{settings.REDIS_KEY_PREFIX}:witness:*"):
            client.delete(key)


@pytest.fixture(autouse=True)
def _own_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages, and versions of live ones, that one test stored are not found by the next."""
    own = uuid.uuid4().hex
    monkeypatch.setattr(public_pages, "PREFIX", f"public-{own}")
    monkeypatch.setattr(versions, "PREFIX", f"live-{own}")


@pytest.fixture(autouse=True)
def _fresh_process_memory() -> Iterator[None]:
    """Calls, tokens and counts that one test left in the process are nothing to the next."""
    yield
    call_log.forget()
    tokens.forget()
    guard.forget()
    checking.forget()


@pytest.fixture
def as_vault() -> Iterator[None]:
    """The test is the vault at work: sealed values open, and verbs run as operations call them."""
    with running(Call("test")):
        yield


@pytest.fixture(scope="session", autouse=True)
def _own_redis_keys() -> None:
    """Parallel runs share one Redis: each keeps to keys of its own, from the first scene on."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        settings.REDIS_KEY_PREFIX = f"{settings.REDIS_KEY_PREFIX}-{worker}"
        own = f"{settings.REDIS_KEY_PREFIX}:cache"
        settings.CACHES["default"]["KEY_PREFIX"] = cache.key_prefix = own


CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium, one for the whole run."""
    if not os.path.exists(CHROMIUM):
        pytest.skip(f"không có Chromium ở {CHROMIUM}; đặt biến CHROMIUM để chỉ chỗ khác")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # The browser's event loop lives in this thread; the ORM is still used from it alone.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def commune(db: None) -> Commune:
    return make_commune("Bình Minh", code="90001")


@pytest.fixture
def other_commune(db: None) -> Commune:
    return make_commune("Tân Hòa", code="90002")


@pytest.fixture
def hamlet(commune: Commune) -> Hamlet:
    return make_hamlet(commune)


@pytest.fixture
def other_hamlet(commune: Commune) -> Hamlet:
    """Another hamlet of the same commune, which the officer of `hamlet` must not see."""
    return make_hamlet(commune)


@pytest.fixture
def actor(commune: Commune) -> Callable[[Role], User]:
    """An account of the commune with one role; officers and hamlet heads get no hamlet here."""
    return lambda role, **fields: make_user(commune, role, **fields)


@pytest.fixture
def chief(actor: Callable[..., User]) -> User:
    return actor(Role.CHIEF, username="truong.ca", last_name="Lê Văn", first_name="Chỉ")


@pytest.fixture
def deputy_chief(actor: Callable[..., User]) -> User:
    return actor(Role.CHIEF, username="pho.ca", last_name="Phạm Thị", first_name="Huy")


@pytest.fixture
def officer_of(commune: Commune) -> Callable[..., User]:
    """`officer_of(hamlet, …)`: an account whose officer covers these hamlets today."""

    def make(*hamlets: Hamlet, role: Role = Role.OFFICER, **fields: Any) -> User:
        home = hamlets[0].commune if hamlets else commune
        user = make_user(home, role, **fields)
        officer = make_officer(home, user=user)
        for covered in hamlets:
            make_assignment(officer, covered)
        return user

    return make


@pytest.fixture
def hamlet_head_of(officer_of: Callable[..., User]) -> Callable[..., User]:
    """`hamlet_head_of(hamlet)`: the account of its head."""
    return lambda *hamlets, **fields: officer_of(*hamlets, role=Role.HAMLET_HEAD, **fields)


@pytest.fixture
def leader_of() -> Callable[..., User]:
    """`leader_of(team)`: the account of the leader of a team."""

    def make(team: Team, **fields: Any) -> User:
        user = make_user(team.hamlet.commune, Role.TEAM_LEADER, **fields)
        team.leader = make_officer(team.hamlet.commune, user=user, title="Tổ trưởng")
        team.save()
        return user

    return make


@pytest.fixture
def duty_officer(actor: Callable[..., User]) -> User:
    return actor(Role.DUTY_OFFICER)


@pytest.fixture
def party_member(actor: Callable[..., User]) -> User:
    return actor(Role.PARTY_MEMBER)


@pytest.fixture
def party_office(actor: Callable[..., User]) -> User:
    return actor(Role.PARTY_OFFICE)


@pytest.fixture
def front(actor: Callable[..., User]) -> User:
    return actor(Role.FRONT)


@pytest.fixture
def tech_admin(actor: Callable[..., User]) -> User:
    return actor(Role.TECH_ADMIN)


@pytest.fixture
def superuser(db: None) -> User:
    """City-wide: no commune, every permission."""
    return make_user(None, is_superuser=True, username="sieu.quan.tri")


@pytest.fixture
def library(db: None) -> None:
    """Every procedure as it is shipped, also after a transactional test has emptied the tables."""
    if not Edition.objects.exists():
        load_library()


@pytest.fixture
def login() -> Callable[[User], Client]:
    """`login(user)` → a client that is signed in."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend=MODEL_BACKEND)
        return client

    return signed_in
