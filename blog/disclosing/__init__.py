"""What readers are told of who wrote and who checked a text.

disclosure() decides; pages, feeds, JSON-LD, Markdown, share cards and exports say what it says.
"""
