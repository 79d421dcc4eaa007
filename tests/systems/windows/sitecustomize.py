"""Takes away what Python does not have on Windows: modules, and names of `os` and the like.

What the standard library itself needs of them here is loaded before.
"""

# ruff: noqa: F401, SIM905 - loaded for what they take from `os`; lists of words
from __future__ import annotations

import concurrent.futures.process
import multiprocessing
import multiprocessing.popen_spawn_posix
import multiprocessing.resource_tracker
import os
import select
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile

MODULES = ("fcntl", "grp", "pwd", "pty", "resource", "syslog", "termios", "tty")
OF_OS = """
    EX_OK EX_USAGE F_LOCK F_TEST F_TLOCK F_ULOCK O_ACCMODE O_ASYNC O_CLOEXEC O_DIRECT
    O_DIRECTORY O_DSYNC O_NDELAY O_NOATIME O_NOCTTY O_NOFOLLOW O_NONBLOCK O_PATH O_SYNC P_ALL
    P_PID P_PGID P_PIDFD WCONTINUED WEXITED WNOWAIT WSTOPPED WUNTRACED chown chroot confstr
    copy_file_range ctermid eventfd fchdir fchmod fchown fdatasync fork forkpty fpathconf
    fstatvfs fwalk getegid geteuid getgid getgrouplist getgroups getloadavg getpgid getpgrp
    getpriority getresgid getresuid getsid getuid getxattr initgroups killpg lchown listxattr
    lockf major makedev memfd_create minor mkfifo mknod nice openpty pathconf pidfd_open pipe2
    posix_fadvise posix_fallocate posix_spawn posix_spawnp pread preadv pwrite pwritev readv
    register_at_fork removexattr sched_getaffinity sched_yield sendfile setegid seteuid setgid
    setgroups setpgid setpriority setregid setresgid setresuid setreuid setsid setuid setxattr
    set_blocking splice statvfs sync sysconf tcgetpgrp tcsetpgrp ttyname uname wait wait3 wait4
    waitid writev
""".split()
OF_SIGNAL = """
    ITIMER_PROF ITIMER_REAL ITIMER_VIRTUAL SIGALRM SIGBUS SIGCHLD SIGCONT SIGHUP SIGIO SIGKILL
    SIGPIPE SIGPROF SIGQUIT SIGSTOP SIGSYS SIGTSTP SIGTTIN SIGTTOU SIGURG SIGUSR1 SIGUSR2
    SIGVTALRM SIGXCPU SIGXFSZ alarm getitimer pause pidfd_send_signal pthread_kill setitimer
    siginterrupt sigpending sigtimedwait sigwait sigwaitinfo
""".split()
OF_SELECT = ("epoll", "poll", "POLLIN", "POLLOUT", "POLLHUP")
OF_SOCKET = ("AF_NETLINK", "AF_UNIX", "recv_fds", "send_fds")

for module, names in ((os, OF_OS), (signal, OF_SIGNAL), (select, OF_SELECT), (socket, OF_SOCKET)):
    for name in names:
        if hasattr(module, name):
            delattr(module, name)
for name in MODULES:
    sys.modules[name] = None  # type: ignore[assignment]  # importing it fails
os.supports_dir_fd = os.supports_fd = os.supports_follow_symlinks = set()
multiprocessing.set_start_method("spawn")
