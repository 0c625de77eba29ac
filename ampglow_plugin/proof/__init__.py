"""Outputs and their inputs to Evidence: header, log, pixels."""
