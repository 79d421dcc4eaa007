"""KC8xx: what a client makes of answers, good ones and others."""

from __future__ import annotations

from kintone_conformance.suite.requirement import requirement

test_kc801_error_unauthorized = requirement("KC801")
test_kc802_error_forbidden = requirement("KC802")
test_kc803_error_520 = requirement("KC803")
test_kc804_error_fields = requirement("KC804")
test_kc805_error_html = requirement("KC805")
test_kc806_error_no_answer = requirement("KC806")
test_kc807_error_half_answer = requirement("KC807")
test_kc808_error_html_200 = requirement("KC808")
test_kc809_error_documented = requirement("KC809")
test_kc810_bulk_error_fields = requirement("KC810")
test_kc811_error_not_a_parser_s = requirement("KC811")
test_kc812_redirect_is_no_result = requirement("KC812")
test_kc813_new_fields_are_no_error = requirement("KC813")
test_kc814_success_is_returned = requirement("KC814")
test_kc815_call_comes_back = requirement("KC815")
test_kc816_waits_are_bounded = requirement("KC816")
