"""A small practice, plainly made up, to try the site with. No text of a real clinic is in it."""
