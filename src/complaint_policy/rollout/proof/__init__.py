"""What holds of a policy for every case: asked of a solver, and shown by a case wherever it does not hold."""
