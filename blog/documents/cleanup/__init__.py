"""What generators of sites and of texts leave behind: found for the report, taken out of what is shown."""
