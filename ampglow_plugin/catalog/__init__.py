"""Folders to frames."""
