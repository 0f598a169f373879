"""The verbs of Broadsheet, one a file; each owns its transaction and lists its side effects in order."""
