"""Long checks, for ``make soak``: their dated results stand in docs/reliability.md."""
