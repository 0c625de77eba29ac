"""The user's files are only read, on every platform."""
