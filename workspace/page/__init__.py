"""The workspace in a browser: what one person sees of it, and what they do there.

The server draws everything with Jinja2; the small script fetches the page again when something changed and
exchanges what is different. Gestures go to the same acts that the control API uses.
"""
