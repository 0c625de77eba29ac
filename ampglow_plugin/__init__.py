"""ampglow: proves that amp glow is calibrated out, before and after the night is processed."""

__version__ = "0.1.0"
