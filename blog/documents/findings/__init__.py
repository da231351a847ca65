"""Findings for the editor of an article: rules, kinds with their messages, and fixes."""
