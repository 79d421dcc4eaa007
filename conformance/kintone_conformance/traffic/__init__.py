"""Traffic that somebody else caused: watched, judged from a recording, or of two clients compared.

Nothing here knows what a client was asked for: what a request means is read from the request.
"""
