"""`timed.py NUMBER COMMAND…`: run a command and write what it took to the file descriptor NUMBER, as JSON.

A process of its own, since the kernel counts the memory of whoever starts a program as that program's: next to a large
benchmark everything would look large. This one has some 9 MB. It gives [status as of `os.wait4`, seconds, processor
seconds, peak memory in megabytes].
"""

import json
import os
import sys
import time


def main() -> None:
    """Run the command to its end."""
    number, command = int(sys.argv[1]), sys.argv[2:]
    os.set_inheritable(number, False)
    started = time.perf_counter()
    process = os.posix_spawnp(command[0], command, os.environ)
    _, status, used = os.wait4(process, 0)
    seconds = time.perf_counter() - started
    os.write(number, json.dumps([status, seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]).encode())


if __name__ == "__main__":
    main()
