"""What Kintone documents: data and pure functions, on the standard library alone.

Imports nothing of ours and reads its data files on first use, because the linter starts through
this package. `auth` turns credentials into headers, `urls` builds paths, `diagnosis` says what is
wrong with one, `endpoints` is the catalogue of APIs, `calls` the closed table of what an adapter
can be asked, `requirements` what a client is held to, and `facts` what all of it is based on.
"""
