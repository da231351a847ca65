"""Forms of the admin. Values that come back as the form showed them stay as stored, byte for byte."""
