"""Settings of workers in the tests of slow work: short steps, little time after SIGTERM."""

from config.settings import *  # noqa: F403 -- the same but for these

SLOW_STEP_S = 1.0
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10.0
