"""Fixtures that tests of accounts have, too."""

from tests.accounts.conftest import step_begins as step_begins
