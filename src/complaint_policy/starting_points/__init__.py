"""A first policy of an organisation, made from a few answers: files that check clean and are meant to be changed."""
