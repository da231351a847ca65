"""Export the site as a folder that a site generator builds, with the same URLs."""
