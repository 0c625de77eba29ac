"""Matches and options to a Plan: the only code that decides."""
