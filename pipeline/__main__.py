"""`python -m pipeline <command>`."""

from pipeline.commands import main

if __name__ == "__main__":
    main()
