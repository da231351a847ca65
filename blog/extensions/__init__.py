"""Extensions that come with Galley. Each is a Django app; none imports another (docs/extending.md)."""
