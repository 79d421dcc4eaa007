"""The requirements as property tests, one a requirement, and the judge behind them.

`judge` makes calls and applies the rules on outcomes; `expect` says what must be on the wire;
`requirement` binds a property to its catalogue entry; `examine` lets Hypothesis look for the
input that breaks it; `bench` holds the client under test and its doors.
"""
