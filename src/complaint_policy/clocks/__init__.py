"""Clocks: from what a policy says of a period to the moment it ends, and why."""
