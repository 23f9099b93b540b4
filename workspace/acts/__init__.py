"""What people do in Slack. Each gesture is refused when a person at a screen could not make it."""
