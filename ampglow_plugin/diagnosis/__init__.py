"""Several frames to the defect and its cause, and what to do next."""
