"""Papers from outside: one module a source, all give `Record`."""
