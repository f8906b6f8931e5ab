"""Tells monitoring on this machine how the bot is, in numbers only."""
