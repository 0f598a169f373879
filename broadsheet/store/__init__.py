"""The system of record, and the only SQL of the program."""
