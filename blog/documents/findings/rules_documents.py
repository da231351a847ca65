"""The rules by which findings and claims are looked for, as one number."""

# Count it up with every change of the rules in findings/ and claims/ that finds something else: what was
# found by an earlier version is then looked for again.
RULES_VERSION = 2
