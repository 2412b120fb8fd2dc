"""The address of the portal on what is printed."""

from django import template

from accounts.communes.public_pages import site_address

register = template.Library()


@register.simple_tag
def portal_name() -> str:
    """The name that a person types for the page for residents; blank while it is not set."""
    return site_address("").partition("://")[2]
