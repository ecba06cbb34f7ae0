"""From a policy, a case and a moment to everything that holds of it: states, due moments, tier, rights, findings."""
