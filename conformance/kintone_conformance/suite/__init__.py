"""The requirements as pytest items, one each, and what is drawn for those that are about texts.

What makes a request right is in `judging`, once for all of them.
"""
