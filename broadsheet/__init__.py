"""Broadsheet: the daily papers, self-hosted."""

__version__ = "0.1.0"
