"""Text to facts and readable text."""
