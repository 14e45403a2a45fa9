"""``python -m service.cli`` is ``rasd``."""

from service.cli import main

main()
