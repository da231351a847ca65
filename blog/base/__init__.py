"""What models of several rooms are built of, and queries of all kinds."""
