"""The language of conditions: read, checked, kept as a small tree, and answered with true, false or cannot tell."""
