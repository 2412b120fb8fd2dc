"""Programs for a developer's machine; not part of the image."""
