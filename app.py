"""`python app.py`: the screen on this machine, port 8050 unless DAPING_PORT says another."""

from app.launch import main

if __name__ == "__main__":
    main()
