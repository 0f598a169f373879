"""Which certificates are trusted outside."""

from __future__ import annotations

import ssl

from broadsheet.sources.certificates import trusted_certificates


def test_they_are_read_once_and_asked_for() -> None:
    trusted = trusted_certificates()
    assert trusted_certificates() is trusted
    assert (trusted.verify_mode, trusted.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert trusted.get_ca_certs()
