"""A double of pysiril 0.0.15, which cannot be part of this project: what its class Siril does, and how it fails.

Copied as ``pysiril/siril.py`` into a folder; a file ``mode`` beside it chooses the failure. Seen on the real module:
it starts ``[program, "-p"]`` with neither folder nor settings and collects its output; it uses fixed pipes; ``Open``
gives ``requires`` and its own version of Siril, and can wait for ever; ``Execute`` gives True or False; a status that
came late answers the next command; a Siril that does not fit makes the constructor exit.
"""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

HERE = Path(__file__).parent
MODE = (HERE / "mode").read_text().strip()
PIPES = ("/tmp/siril_command.in", "/tmp/siril_command.out")


class Siril:
    def __init__(self, siril_exe=None, bStable=True, delai_start=7, requires=""):
        said = subprocess.run([siril_exe, "--version"], capture_output=True, text=True, check=True).stdout
        self.version = next(line.split()[-1] for line in said.splitlines() if line.startswith("siril "))
        print("VERSION", self.version)
        if MODE == "exits":
            sys.exit()
        self.exe = siril_exe
        self.memo = []
        self.status = []

    def Open(self):
        tried = HERE / "opened"
        times = int(tried.read_text()) if tried.exists() else 0
        tried.write_text(str(times + 1))
        if MODE == "open hangs" or (MODE == "open hangs once" and times == 0):
            time.sleep(60)
        if MODE == "open fails":
            return False
        threading.Thread(target=self._run).start()
        self.answers = Path(PIPES[1]).open()  # noqa: SIM115 - as long as Siril lives
        self.commands = os.open(PIPES[0], os.O_WRONLY)
        threading.Thread(target=self._read).start()
        self.Execute(f"requires {self.version.removeprefix('v')}")
        return True

    def _run(self):
        subprocess.Popen([self.exe, "-p"], stderr=subprocess.STDOUT, stdout=subprocess.PIPE).communicate()
        self.status.append("abort")

    def _read(self):
        for line in self.answers:
            self.memo.append(line.rstrip())
            if line.startswith(("status: success", "status: error")):
                if MODE == "answers get lost" and "link" in line:
                    continue
                self.status.append(line.split()[1])

    def Execute(self, commandes, bEndTest=True):
        if MODE == "raises" and "link" in commandes:
            raise OSError(32, "Broken pipe")
        self.memo = []
        if MODE == "answers come late" and "link" in commandes:
            self.status.append("success")
        os.write(self.commands, (commandes + "\n").encode())
        while not self.status:
            time.sleep(0.02)
        return self.status.pop(0) == "success"

    def GetData(self):
        return self.memo

    def Close(self):
        raise AssertionError("waits for two seconds and is not needed")
