"""KC6xx: where credentials must not go, and whom a client must not trust."""

from __future__ import annotations

from kintone_conformance.suite.requirement import requirement

test_kc601_secret_in_its_header_only = requirement("KC601")
test_kc602_redirect_other_host = requirement("KC602")
test_kc603_redirect_to_http = requirement("KC603")
test_kc604_secret_not_in_errors = requirement("KC604")
test_kc605_secret_not_printed = requirement("KC605")
test_kc606_tls_unknown_ca = requirement("KC606")
test_kc607_tls_wrong_host = requirement("KC607")
test_kc608_secret_not_in_printed_form = requirement("KC608")
test_kc609_proxy_used = requirement("KC609")
test_kc610_environment_stays = requirement("KC610")
test_kc611_proxy_by_connect = requirement("KC611")
test_kc612_proxy_credentials_alone = requirement("KC612")
test_kc613_proxy_credentials_sent = requirement("KC613")
test_kc614_authority_used = requirement("KC614")
test_kc615_client_certificate_shown = requirement("KC615")
test_kc616_client_certificate_own_host = requirement("KC616")
test_kc617_redirect_other_host_body = requirement("KC617")
test_kc618_secret_not_in_files = requirement("KC618")
