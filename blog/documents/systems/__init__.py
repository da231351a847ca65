"""Exports of publishing systems, such as WordPress and Ghost: their texts as files with front matter."""
