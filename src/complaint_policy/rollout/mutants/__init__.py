"""Small mistakes put into a policy on purpose, to see whether its examples would notice them."""
