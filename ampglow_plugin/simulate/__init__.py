"""Synthetic nights made from named truths."""
