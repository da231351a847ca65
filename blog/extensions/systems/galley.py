"""The publishing systems whose exports are read. The first whose reader finds its export counts."""

from blog.extend import System, systems

READERS = "blog.extensions.systems"
SYSTEMS = (
    System("WordPress", f"{READERS}.wordpress"),
    System("Ghost", f"{READERS}.ghost", ("routes.yaml",)),
    System("Medium", f"{READERS}.medium"),
    System("Substack", f"{READERS}.substack"),
    System("Notion", f"{READERS}.notion"),
)
for system in SYSTEMS:
    systems.add(system)
