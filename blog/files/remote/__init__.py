"""Fetch files from public hosts, within limits. Private networks are out of reach."""
