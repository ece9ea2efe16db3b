"""The commands, as ``python -m kzcivil``."""

from kzcivil.cli import app

if __name__ == "__main__":
    app()
