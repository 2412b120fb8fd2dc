"""PostgreSQL writes no value of a statement into its log, failed or not."""

import shlex
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
import yaml
from django.conf import settings
from psycopg import sql

from dev import places
from dev.postgres import QUIET_SETTINGS, Postgres

CANARY = "Bay-Le-0912345678"
FAILING = (
    "INSERT INTO person VALUES (%s), (%s)",  # the detail of a duplicate names the value
    "SELECT %s::int, %s",  # so does the error itself
    "INSERT INTO person VALUES (NULL), (%s || repeat('x', 200) || %s)",
)


@pytest.fixture
def server():
    with TemporaryDirectory(prefix="binhyen-log-") as name:
        directory = places.open_directory(Path(name))
        server = Postgres(directory, log=directory / "log", password="of-a-test", throwaway=True)
        server.start()
        yield server
        server.stop()
        server.remove()


def test_failing_statement_leaves_none_of_its_values_in_the_log(server):
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE person (name varchar(60) NOT NULL UNIQUE)")
        for statement in FAILING:
            with pytest.raises(psycopg.Error):
                connection.execute(statement, [CANARY, CANARY])
        with pytest.raises(psycopg.Error):
            connection.execute(sql.SQL("SELECT {} FROM nowhere").format(CANARY))

    log = server.log.read_text()

    assert "ready to accept connections" in log
    assert CANARY not in log


def test_server_of_the_compose_file_is_as_quiet():
    services = yaml.safe_load((Path(settings.BASE_DIR) / "docker-compose.yml").read_text())
    program, *options = shlex.split(services["services"]["postgres"]["command"])

    asked = dict(one.split("=", 1) for one in options[1::2])

    assert program == "postgres"
    assert set(options[::2]) == {"-c"}
    assert QUIET_SETTINGS.items() <= asked.items()
