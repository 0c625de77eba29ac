"""The public API (see the package)."""
