"""Why an answer about a case is what it is, and what small change of the case would make it another one."""
