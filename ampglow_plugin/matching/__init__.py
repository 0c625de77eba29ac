"""Lights against calibration frames: Match or Rejection."""
