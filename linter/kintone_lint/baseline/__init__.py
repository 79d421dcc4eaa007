"""What a team lives with for now: how findings are known again, and the file that lists them."""
