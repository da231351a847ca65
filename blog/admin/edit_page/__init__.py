"""The parts of the edit page of an article."""
