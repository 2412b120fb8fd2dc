"""Static files with names that carry a hash of their content, so that browsers keep them."""

from whitenoise.storage import (  # type: ignore[import-untyped]
    CompressedManifestStaticFilesStorage,
)


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Serves the plain names as long as `collectstatic` has not been run, instead of an error."""

    manifest_strict = False

    def stored_name(self, name: str) -> str:
        return str(super().stored_name(name)) if self.hashed_files else name
