"""Grouping a result set into a labelled tree, and the geometry of its map."""
