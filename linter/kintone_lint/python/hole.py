"""What stands in a text for each piece of it that is not known: a character that nobody writes."""

HOLE = "\ue000"
