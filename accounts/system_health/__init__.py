"""Health of the installation: registered parts, one snapshot of them, readiness, the page."""
