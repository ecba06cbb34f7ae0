"""Compiling a policy file: one module a part of the language, each with the mistakes that can be made in it."""
