"""What an organisation sets for the program itself: a file `complaint-policy.toml`, or a table in `pyproject.toml`.

It stands beside the policies or in a folder above them. `tables` finds and reads it; each part of the program then
reads its own table of it: `levels` those of checks, `settings` what is a single text or a list, casework its channels
and recipients.
"""
