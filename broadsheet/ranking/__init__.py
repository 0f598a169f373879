"""Arithmetic on ids and scores; no SQL, no HTTP."""
