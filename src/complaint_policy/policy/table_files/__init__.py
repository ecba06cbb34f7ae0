"""Tables of a policy as CSV files: written for a spreadsheet, and read back into the policy without loss."""
