"""What ampglow is built from and shipped as: locked, licensed, the same bytes for everyone."""
