"""Arrays to numbers: background maps, glow, estimators of factor and residual. No I/O."""
