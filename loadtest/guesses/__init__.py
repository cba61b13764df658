"""A million guesses: nobody enters by them, and the owners enter at once meanwhile."""
