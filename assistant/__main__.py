"""`python -m assistant` is the console command."""

from assistant.cli import main

main()
