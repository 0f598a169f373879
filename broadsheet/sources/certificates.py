"""Whose certificates are trusted outside: one set for the whole process, as reading them takes 15 ms and more."""

from __future__ import annotations

import ssl
from functools import cache

import httpx


@cache
def trusted_certificates() -> ssl.SSLContext:
    """Return what trusts the certificates that come with httpx, and nothing that the environment names."""
    return httpx.create_ssl_context(trust_env=False)
