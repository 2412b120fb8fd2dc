"""The practice portal of docker-compose.yml: apart from the real one in all but the server."""

import re
import shlex

import pytest
from django.conf import settings

from dev.places import PROJECT
from tests.test_deployment import COMPOSE, PRACTICE, SERVICES, megabytes, words

LASTING = {"practice", "practice-work", "practice-zalo"}
REAL_SECRETS = {
    "SECRET_KEY", "DATA_ENCRYPTION_KEYS", "BLIND_INDEX_KEY", "VAULT_PUBLIC_KEY", "VAULT_KEYS",
    "ZALO_APP_SECRET", "ZALO_OA_SECRET_KEY", "VAPID_PRIVATE_KEY", "SMTP_URL", "SMS_URL",
    "HEARTBEAT_URL", "DATABASE_URL",
}  # fmt: skip


def test_practice_starts_by_its_profile_alone():
    assert set(PRACTICE) == LASTING | {"practice-prepare"}
    assert all(service["profiles"] == ["practice"] for service in PRACTICE.values())
    for name, service in SERVICES.items():
        if name not in PRACTICE:
            assert set(service.get("depends_on", ())).isdisjoint(PRACTICE), name


@pytest.mark.parametrize("name", PRACTICE)
def test_practice_has_settings_of_its_own_and_no_secret_of_the_real_portal(name):
    environment = PRACTICE[name]["environment"]

    assert environment["DJANGO_SETTINGS_MODULE"] == "config.settings_practice"
    assert environment["PRACTICE_DATABASE_URL"].endswith("@postgres:5432/binhyen_practice")
    assert environment["REDIS_URL"].endswith(":6379/1")
    assert REAL_SECRETS & set(environment) == set()


@pytest.mark.parametrize("name", sorted(LASTING))
def test_what_serves_practice_reaches_neither_the_real_data_nor_the_outside(name):
    service = SERVICES[name]
    text = str(service["environment"])

    assert "/binhyen'" not in text
    assert "POSTGRES_" not in text
    for network in service["networks"]:
        assert COMPOSE["networks"][network] == {"internal": True}
    named = {volume.split(":")[0] for volume in service["volumes"]}
    assert all(volume.startswith("practice-") for volume in named)
    assert "ports" not in service


def test_volumes_are_where_the_settings_look():
    places = {volume.split(":")[1] for volume in SERVICES["practice"]["volumes"]}
    dockerfile = (PROJECT / "Dockerfile").read_text()

    assert places == {"/srv/media-practice", "/srv/witness-practice"}
    for place in (*places, "/srv/zalo"):
        assert re.search(rf"{place}\b", dockerfile)


def test_one_worker_serves_every_queue_and_is_the_clock():
    command = words(SERVICES["practice-work"])

    assert sorted(command[command.index("-Q") + 1].split(",")) == sorted(
        settings.CELERY_TASK_QUEUES
    )
    assert "-B" in command


def test_simulated_zalo_is_an_image_of_its_own():
    service = SERVICES["practice-zalo"]
    command = shlex.split(service["command"])

    assert service["build"]["target"] == "simulator"
    assert service["networks"] == ["practice"]
    assert command[command.index("--webhook-url") + 1] == "http://practice:8000/zalo/webhook/"
    assert SERVICES["practice"]["environment"]["PRACTICE_ZALO_URL"] == "http://practice-zalo:8000"


def test_ports_stay_on_the_server_until_they_are_opened():
    caddyfile = (PROJECT / "deploy" / "practice" / "Caddyfile").read_text()
    ports = [port for port in SERVICES["caddy"]["ports"] if "PRACTICE" in port]

    assert ports == [
        "${PRACTICE_PORT:-127.0.0.1:8443}:8443", "${PRACTICE_ZALO_PORT:-127.0.0.1:8444}:8444",
    ]  # fmt: skip
    assert re.findall(r"\{\$SITE_ADDRESS\}:(\d+) \{", caddyfile) == ["8443", "8444"]
    assert re.findall(r"reverse_proxy ([\w-]+):8000", caddyfile) == ["practice", "practice-zalo"]
    assert "./deploy/practice:/etc/caddy/practice:ro" in SERVICES["caddy"]["volumes"]
    assert "practice" in SERVICES["caddy"]["networks"]


def test_practice_fits_beside_the_portal():
    assert megabytes(SERVICES[name] for name in LASTING) <= 2 * 1024
