"""The search index, behind one Protocol."""
