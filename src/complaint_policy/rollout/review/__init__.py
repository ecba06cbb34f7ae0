"""Whether a change of policies may go in: which policies it touches, and what each of the program's judges says."""
