"""A Slack small enough for a laptop: slack_sdk and Bolt connect to it by base URL alone."""
