"""KC9xx: every documented operation that a client has, each in a few ways."""

from __future__ import annotations

from kintone_conformance.suite.requirement import requirement

test_kc901_operation_request = requirement("KC901")
test_kc902_operation_guest_space = requirement("KC902")
test_kc903_operation_credentials = requirement("KC903")
