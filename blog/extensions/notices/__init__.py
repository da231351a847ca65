"""Notices by mail about work that waits for the recipient, and about ended imports and failed jobs."""
