"""The plugins that come with the program."""
