"""Files brought in the browser, until they are imported."""
