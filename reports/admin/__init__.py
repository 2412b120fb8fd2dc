"""Tips in the admin: the queue, one page a tip, openings of identities, ready answers."""

from reports.clocks import admin as clocks_admin  # noqa: F401 -- registers
from reports.proposals import admin as proposals_admin  # noqa: F401 -- registers
from reports.vault import admin as vault_admin  # noqa: F401 -- registers
from reports.work import admin as work_admin  # noqa: F401 -- registers
