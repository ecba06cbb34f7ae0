"""Casework: what is done with cases that are kept in a store, whichever store it is."""
