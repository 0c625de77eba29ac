"""Frozen values that every part of ampglow speaks in: standard library only, no I/O."""
