"""Block Kit as tables: what blocks and elements may look like, with Slack's limits."""
