"""The nouns and laws of the daily papers; standard library only."""
