"""What runs the portal on a developer's machine; nothing of it is shipped in the image."""
