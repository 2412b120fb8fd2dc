"""Work lists of this app for the home page."""
