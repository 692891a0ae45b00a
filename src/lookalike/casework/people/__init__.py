"""Who works here: accounts, roles, training, sign-in, and the law that the agency has put in force."""
