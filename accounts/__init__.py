"""Who people are: visitors, members, roles, and the sessions they are signed in with."""
