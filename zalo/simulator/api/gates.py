"""Which calls an account may make at all, by its kind and package."""

from zalo.simulator.api.calls import Refused
from zalo.simulator.state import SimulatorState


def require_package(state: SimulatorState) -> None:
    """Only a verified account with a package that is large enough."""
    if state.profile == "low_package":
        raise Refused(-224)
    if state.profile == "unverified":
        raise Refused(-221)


def require_groups_api(state: SimulatorState) -> None:
    """Groups: as the account's kind allows, or as the setting says, since nobody knows it."""
    if state.settings.group_refusal is not None:
        raise Refused(state.settings.group_refusal)
    require_package(state)


def refuse_state_agency(state: SimulatorState) -> None:
    """The newer family of calls about persons."""
    if state.profile == "state_agency":
        raise Refused(-235)


def refuse_business(state: SimulatorState) -> None:
    """The older family of calls about persons, which was withdrawn for everybody else."""
    if state.profile != "state_agency":
        raise Refused(-240)
