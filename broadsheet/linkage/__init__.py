"""Which records are one paper, and which of their words the paper shows."""
