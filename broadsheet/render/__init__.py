"""The domain turned into bytes; no HTTP, no SQL."""
