"""Text to vectors behind one Protocol; the search issue fills it."""
