"""Short spellings of what a policy says in full as maps: each becomes the map, with every word at its place."""
