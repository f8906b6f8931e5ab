"""What the community knows: entries, how they are found, and how well.

Nothing in here imports ``bot``.
"""
