"""Invitations by mail, and the accounts that invited people create."""
