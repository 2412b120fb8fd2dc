"""The files that deploy the portal, held against its settings: nothing named there is missing."""

import ast
import importlib
import re
import shlex

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands

from dev import images
from dev.places import PROJECT

COMPOSE = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
BUILT = {name: service for name, service in SERVICES.items() if "build" in service}
PRACTICE = {name: service for name, service in SERVICES.items() if "profiles" in service}
OURS = {name: service for name, service in BUILT.items() if name not in PRACTICE}
ONCE = {"prepare", "migrate", "practice-prepare"}
SETTINGS = ("settings.py", "settings_practice.py")
ENV_EXAMPLE = (PROJECT / ".env.example").read_text()
# Read by Django or by Python itself rather than by our settings.
READ_ELSEWHERE = {"DJANGO_SETTINGS_MODULE"}


def variables_read_by_settings():
    """Names given to `env.…("NAME")` or to a reader with `env.ENVIRON` in the settings."""
    names = set()
    trees = [ast.parse((PROJECT / "config" / name).read_text()) for name in SETTINGS]
    for node in (node for tree in trees for node in ast.walk(tree)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called = ast.unparse(node.func)
        arguments = [ast.unparse(argument) for argument in node.args]
        if re.fullmatch(r"env(\.\w+)?|os\.environ\.\w+|os\.getenv", called):
            candidate = node.args[0]
        elif arguments[0] in {"env.ENVIRON", "os.environ"} and len(node.args) > 1:
            candidate = node.args[1]
        else:
            continue
        if isinstance(candidate, ast.Constant):
            names.add(candidate.value)
    return names


def variables_in_example():
    return set(re.findall(r"(?m)^(?:# )?([A-Z][A-Z0-9_]+)=", ENV_EXAMPLE))


def interpolated(text):
    return set(re.findall(r"(?<!\$)\$\{([A-Z][A-Z0-9_]*)", text))


def words(service):
    command = service.get("command", [])
    if isinstance(command, str):
        return shlex.split(command)
    return [word for part in command for word in (shlex.split(part) if " " in part else [part])]


def test_settings_read_is_found():
    assert {"SECRET_KEY", "DATABASE_URL", "DEBUG", "ZALO_RATE_PER_MIN"} <= (
        variables_read_by_settings()
    )


def test_every_variable_read_is_documented():
    assert variables_read_by_settings() - variables_in_example() == set()


def test_every_variable_documented_is_read():
    compose_text = (PROJECT / "docker-compose.yml").read_text()

    read = variables_read_by_settings() | interpolated(compose_text)

    assert variables_in_example() - read == set()


def test_every_documented_variable_is_explained():
    lines = ENV_EXAMPLE.splitlines()
    bare = [
        line
        for before, line in zip(["", *lines], lines, strict=False)
        if re.match(r"(# )?[A-Z][A-Z0-9_]+=", line) and not before.strip()
    ]

    assert bare == []


def test_example_holds_no_secret():
    filled = re.findall(r"(?m)^[A-Z][A-Z0-9_]+=(.+)$", ENV_EXAMPLE)

    assert filled == []


@pytest.mark.parametrize("name", BUILT)
def test_every_variable_set_for_our_services_is_read(name):
    read = variables_read_by_settings() | READ_ELSEWHERE
    assert BUILT[name]["user"] == "10001:10001"
    assert set(BUILT[name]["environment"]) - read == set()


def test_every_variable_set_in_the_image_is_read():
    dockerfile = (PROJECT / "Dockerfile").read_text()
    python_own = {"PATH", "HOME", "LANG", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"}
    final = dockerfile[dockerfile.index(" AS base") :]
    block = re.search(r"(?ms)^ENV (.*?[^\\])\n", final).group(1)

    assert set(re.findall(r"([A-Z_]+)=", block)) <= (
        variables_read_by_settings() | python_own | READ_ELSEWHERE
    )


def test_image_builds_with_every_secret_that_has_no_default():
    dockerfile = (PROJECT / "Dockerfile").read_text()
    source = (PROJECT / "config" / "settings.py").read_text()
    without_default = set(
        re.findall(r'(?:required|signing_key|url|database)\(env\.ENVIRON, "(\w+)"', source)
    )

    assert without_default
    assert without_default <= set(re.findall(r"([A-Z_]+)=", dockerfile))


def test_image_copies_what_the_product_consists_of():
    ignored = (PROJECT / ".dockerignore").read_text().split()
    let_in = {line[1:] for line in ignored if line.startswith("!")}
    product = {
        path.name
        for path in PROJECT.iterdir()
        if path.is_dir() and ((path / "apps.py").exists() or path.name == "config")
    }

    assert product | {"manage.py", "requirements.txt", "static", "templates"} <= let_in
    assert {name for name in let_in if not (PROJECT / name).exists()} == set()


def test_every_manage_command_exists():
    text = " ".join(" ".join(words(service)) for service in BUILT.values())
    named = set(re.findall(r"manage\.py (\w+)", text))

    assert {"prepare_database", "migrate", "sync_roles"} <= named
    assert named - set(get_commands()) == set()


def test_every_command_and_variable_of_the_operations_guide_exists():
    guide = (PROJECT / "docs" / "operations.md").read_text()
    developer = {"BINHYEN_SERVERS", "PORT", "BIND", "PYTHON"}

    assert set(re.findall(r"manage\.py (\w+)", guide)) - set(get_commands()) == set()
    named = set(re.findall(r"`([A-Z]+(?:_[A-Z]+)*)(?:=[^`]*)?`", guide))
    assert named - variables_in_example() - developer - {"COMMAND"} == set()


def test_every_celery_command_names_our_application():
    commands = [words(service) for service in BUILT.values() if "celery" in words(service)]

    assert commands
    for command in commands:
        application = importlib.import_module(command[command.index("-A") + 1]).celery_app
        assert application.main == "binhyen"


def test_web_serves_a_real_application():
    dockerfile = (PROJECT / "Dockerfile").read_text()
    module = re.search(r'"gunicorn", "([\w.]+)"', dockerfile).group(1)

    assert f"{module}.application" == settings.WSGI_APPLICATION
    assert hasattr(importlib.import_module(module), "application")
    assert "command" not in SERVICES["web"]


def test_every_queue_has_exactly_one_worker():
    served = [
        queue
        for service in OURS.values()
        if "worker" in words(service)
        for queue in words(service)[words(service).index("-Q") + 1].split(",")
    ]

    assert sorted(served) == sorted(settings.CELERY_TASK_QUEUES)
    assert {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()} <= set(served)


def test_running_tasks_are_interrupted_before_the_container_is_killed():
    for service in OURS.values():
        grace = re.fullmatch(r"(\d+)s", service["stop_grace_period"])

        assert 0 < settings.CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT <= int(grace.group(1)) - 20


def test_one_beat_without_a_pid_file():
    beats = [words(service) for service in OURS.values() if "beat" in words(service)]

    assert len(beats) == 1
    assert "--pidfile=" in beats[0]


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_hardened(name):
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert re.fullmatch(r"\d+[mg]", service["mem_limit"])
    assert 0 < service["pids_limit"] <= 300
    assert "privileged" not in service


def test_limits_leave_a_small_server_room():
    """Services hold a third of this at rest; the sum is the worst case of all at once."""
    usual = {name: one for name, one in SERVICES.items() if name not in ONCE | set(PRACTICE)}

    assert megabytes(usual.values()) <= 8 * 1024


def megabytes(services):
    sizes = [service["mem_limit"] for service in services]
    return sum(int(size[:-1]) * (1024 if size[-1] == "g" else 1) for size in sizes)


def test_every_image_has_an_exact_version_and_a_place_for_its_digest():
    text = (PROJECT / "docker-compose.yml").read_text()
    usual = images.usual(text)
    ours = {f"{name}:${{BINHYEN_VERSION:-local}}" for name in ("binhyen", "binhyen-simulator")}

    named = {service["image"] for service in SERVICES.values()} - ours
    assert named == {
        f"${{{name}:-{image}}}" for name, image in usual.items() if "PYTHON" not in name
    }
    for image in usual.values():
        assert re.search(r":\d+\.\d+\.?\d*(-[a-z]+)*$", image), image
    assert f"ARG PYTHON_IMAGE={usual['PYTHON_IMAGE']}\n" in (PROJECT / "Dockerfile").read_text()
    assert set(images.locked()) <= set(usual)


@pytest.mark.parametrize("name", sorted(SERVICES.keys() - ONCE - {"caddy"}))
def test_every_lasting_service_has_a_health_check(name):
    assert SERVICES[name]["healthcheck"]["test"]


def test_every_volume_and_network_is_declared():
    for service in SERVICES.values():
        assert set(service.get("networks", [])) <= set(COMPOSE["networks"])
        named = {volume.split(":")[0] for volume in service.get("volumes", [])}
        assert {name for name in named if not name.startswith(".")} <= set(COMPOSE["volumes"])


def test_database_and_broker_are_not_reachable_from_outside():
    assert COMPOSE["networks"]["data"] == {"internal": True}
    for name in ("postgres", "valkey"):
        assert SERVICES[name]["networks"] == ["data"]
        assert "ports" not in SERVICES[name]
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["caddy"]


def test_addresses_name_services():
    environment = OURS["web"]["environment"]

    assert "@postgres:5432/" in environment["DATABASE_URL"]
    assert "@valkey:6379/" in environment["REDIS_URL"]
    assert {"postgres", "valkey"} <= set(SERVICES)


def test_proxy_forwards_to_the_port_that_web_listens_on():
    caddyfile = (PROJECT / "deploy" / "Caddyfile").read_text()
    dockerfile = (PROJECT / "Dockerfile").read_text()
    service, port = re.search(r"reverse_proxy (\w+):(\d+)", caddyfile).groups()

    assert service in OURS
    assert f"--bind=0.0.0.0:{port}" in dockerfile
    assert f"EXPOSE {port}" in dockerfile


def test_proxy_variables_are_given_to_it():
    caddyfile = (PROJECT / "deploy" / "Caddyfile").read_text()
    used = set(re.findall(r"\{\$([A-Z_]+)", caddyfile))

    assert used == set(SERVICES["caddy"]["environment"])


def test_no_secret_stands_in_the_compose_file():
    text = (PROJECT / "docker-compose.yml").read_text()

    for name in re.findall(r"\w+_PASSWORD", text):
        values = re.findall(rf"(?m)^\s+{name}: (.*)$", text)
        assert all(value.startswith(f"${{{name}:?") for value in values)
    assert "env_file" not in text


def test_no_log_tells_when_a_resident_was_there():
    caddyfile = (PROJECT / "deploy" / "Caddyfile").read_text()
    skipped = re.search(r"@residents path (.+)\n\s+log_skip @residents", caddyfile).group(1).split()
    whole, site = caddyfile.split("\n{$SITE_ADDRESS} {")

    assert {"/phan-anh", "/phan-anh/*", "/thu-tuc/*", "/static/*"} <= set(skipped)
    assert "delete lien-ket" in site
    for told in ("headers", "uri", "remote_ip", "client_ip"):
        assert f"request>{told} delete" in whole
    assert "access" not in (PROJECT / "Dockerfile").read_text()
