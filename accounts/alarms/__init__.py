"""Alarms on what touches the safety of accounts and of people's data."""

from accounts.alarms.services import raise_alarm as raise_alarm
