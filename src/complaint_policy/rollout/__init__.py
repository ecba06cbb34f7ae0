"""Tests a policy before it is put to use: examples beside it, and how much of it they exercise."""
