"""Two states of a text beside each other, and two editors who save at once."""
