"""Mail: messages and the job that sends them, followers and mailings to them."""
