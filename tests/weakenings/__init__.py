"""Organisations that promise exactly what a pack of law asks, and what becomes of them when one promise is made weaker.

Written apart from the prover: what is worse is found by evaluating cases, never by reasoning about clocks.
"""
