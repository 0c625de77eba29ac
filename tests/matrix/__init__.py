"""What can be done to a light and its dark, combined: the verdict against the truth."""
