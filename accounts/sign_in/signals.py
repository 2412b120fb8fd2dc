"""The end of all sessions of an account, told to the apps above in the same transaction."""

from django.dispatch import Signal

# Argument: `user`. Not sent where the session at hand goes on (one's own new password, a passkey).
sessions_ended = Signal()
