"""KC7xx: what one object, or one call, must not leave behind for another."""

from __future__ import annotations

from kintone_conformance.suite.requirement import requirement

test_kc701_two_clients = requirement("KC701")
test_kc702_threads = requirement("KC702")
test_kc703_changed_credentials = requirement("KC703")
test_kc704_after_upload = requirement("KC704")
test_kc705_many_clients = requirement("KC705")
test_kc706_after_an_error = requirement("KC706")
test_kc707_own_base_url = requirement("KC707")
test_kc708_second_call = requirement("KC708")
