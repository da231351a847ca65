"""Sources: what the links of articles lead to, and whether it says what the article says."""
