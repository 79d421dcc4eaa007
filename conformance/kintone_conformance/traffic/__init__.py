"""Traffic that others cause: watched, judged from a recording, or compared between two clients.

Nothing here knows what a client was asked for: what a request means is read from the request.
"""
