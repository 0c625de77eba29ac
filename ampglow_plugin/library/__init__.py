"""Work on a library of calibration frames: masters built and kept up to date, poor ones completed, outputs audited."""
