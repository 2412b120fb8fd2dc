"""The admin of the app: each feature registers its own."""

import oversight.checklists.admin
import oversight.commendations.admin
import oversight.direction.admin
import oversight.direction.proposal_admin
import oversight.direction.registers.admin
import oversight.direction.rounds.admin
import oversight.indicators.admin
import oversight.jobs.admin
import oversight.plans.admin
import oversight.plans.milestone_admin
import oversight.review.admin
import oversight.summaries.admin  # noqa: F401 -- each registers its models
