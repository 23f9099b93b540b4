"""Small apps, written as Bolt's documentation writes them, once with each of its clients."""
