"""How much of a policy its examples exercise: each rule, limit, pause, requirement and citation, beside its line."""
