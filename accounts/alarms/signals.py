"""Facts for the levels above, sent in the transaction of each; a receiver that raises undoes it."""

from django.dispatch import Signal

# alarm: Alarm, raised for the first time or once more within an hour (`count`).
alarm_raised = Signal()
# alarm: Alarm.
alarm_acknowledged = Signal()
