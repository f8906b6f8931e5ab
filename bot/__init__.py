"""The Loket bot: hears questions, finds vetted answers, brings the rest to people."""
