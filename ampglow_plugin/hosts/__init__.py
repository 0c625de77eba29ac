"""Calibrating programs: how to emit, parse, run and read back each."""
