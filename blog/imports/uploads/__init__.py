"""Files uploaded in the browser, until they are imported."""
