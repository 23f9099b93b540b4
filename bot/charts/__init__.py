"""Charts: each is laid out once, as marks on a ground of one width, and drawn in two skins: with the ink of
the page around it, or as a picture of its own. How wide words are is measured, so that none leaves the frame.
"""
