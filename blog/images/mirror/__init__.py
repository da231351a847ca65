"""Pictures of other sites, fetched and shown from here. Files and exports keep the addresses they had."""
