"""Mirror remote images on this site. Files and exports keep the original URLs."""
