"""What text files say that are not Python: kinds, settings, cells, comments."""
