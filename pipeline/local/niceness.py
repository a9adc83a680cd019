"""Standing behind others on the processor, also where the kernel groups processes by session.

With sched_autogroup, as most Linux systems set it, cores are shared between sessions first, and
`nice` only counts between the processes of one. Every part has a session of its own: what is to
stand back needs the niceness of its group too (sched(7), "The autogroup feature").
"""

import os
import time
from pathlib import Path

# One change a tenth of a second is allowed to those who are not root.
_TRIES = 5
_BETWEEN_TRIES_S = 0.12


def step_back(niceness: int) -> None:
    """Put this process behind others, which needs no privilege and cannot be undone by it.

    Its session too if that is its own: a person's shell goes on as before.
    """
    os.nice(max(0, niceness - os.nice(0)))
    if os.getsid(0) == os.getpid():
        group_behind(os.getpid(), niceness)


def group_behind(pid: int, niceness: int) -> bool:
    """Give the session of a process a niceness; False where there is no such thing to set."""
    path = Path(f"/proc/{pid}/autogroup")
    for _ in range(_TRIES):
        try:
            path.write_text(str(niceness), encoding="ascii")
        except BlockingIOError:
            time.sleep(_BETWEEN_TRIES_S)
        except OSError:  # no autogroups here, a container that shows none, or it has ended
            return False
        else:
            return True
    return False
