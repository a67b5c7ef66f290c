"""Films: the one app of the Wagtail site that Matinee's film page is measured beside."""
