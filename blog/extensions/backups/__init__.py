"""Backups of the whole site to one file, in a folder or a bucket, and restoring them."""
