"""Settings of a vault that answers the pages of tests as well."""

from config.settings_test import *  # noqa: F403 -- all of them

ROOT_URLCONF = "tests.vault_views"
