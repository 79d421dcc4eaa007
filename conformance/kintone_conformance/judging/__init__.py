"""What is right on the wire: one model of the documented request, held against every exchange.

`exchange` is what was asked, sent and answered. `credentials`, `paths`, `parameters` and `bodies`
each compare a part of a request with the documented one; `leaks` and `outcomes` judge the rest of
an exchange; `invariants` puts them together. `scenario` is what is asked, as plain data; `plan`
and `values` decide what is asked of a client; `stage` plays a scenario; `shrink` and `naming`
make a finding of a difference. `bench` holds the client under test, and `probe` lets Hypothesis
look for texts that break it. Nothing here knows of pytest.
"""
