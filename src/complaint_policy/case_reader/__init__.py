"""Reads the cases that people and programs write, and refuses what it cannot be sure of."""
