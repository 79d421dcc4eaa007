"""What changes a text and proves to leave the rest alone. Works on `ast`; knows no rule."""
