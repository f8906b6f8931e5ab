"""``python -m stage.later SECONDS COMMAND …``: ``loket`` with a clock that goes so far ahead.

For a story that lasts longer than anybody watches. The bot reads the date in one place; here that
place is another. The homeserver and the people stay in the present: what the bot hears was then
sent long ago, and is answered all the same.
"""

from __future__ import annotations

import sys
from datetime import datetime, timedelta

from bot import app, cli


def main() -> int:
    """Runs the command; gives its exit status."""
    ahead, present = timedelta(seconds=float(sys.argv[1])), app.now

    def later() -> datetime:
        return present() + ahead

    app.now = later
    return cli.main(sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())
