"""Mail: messages, and the job that sends them."""
