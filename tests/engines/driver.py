"""Firefox and WebKit, by the commands of WebDriver (w3.org/TR/webdriver2), which both take: WebKit over HTTP, Firefox over a
socket of its own (Marionette), since Debian has no geckodriver that would stand between. So no package is needed.
"""

import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from kit import LIMIT

KEYS = {
    "Escape": "\ue00c", "Tab": "\ue004", "Enter": "\ue007", "Shift": "\ue008", "Control": "\ue009",
    "End": "\ue010", "Left": "\ue012", "Right": "\ue014", "Down": "\ue015",
}  # fmt: skip
PATHS = {
    "Navigate": "url",
    "ExecuteScript": "execute/sync",
    "PerformActions": "actions",
    "SetWindowRect": "window/rect",
}
# Where to take hold of a part, once it is there and nothing covers it.
MIDDLE = """const part = document.querySelector(given[0])
    part?.scrollIntoView({ block: "center", behavior: "instant" })
    const { x = 0, y = 0, width = 0, height = 0 } = part?.getBoundingClientRect() ?? {}
    const middle = [Math.round(x + width / 2), Math.round(y + height / 2)]
    return part?.contains(document.elementFromPoint(...middle)) && middle"""
PREFERENCES = {
    "marionette.port": 0,  # any
    "browser.download.folderList": 2,  # where browser.download.dir says
}


class DriverError(Exception):
    """What the browser says against a command."""


def until(holds: Callable):
    """What this returns, once it is something."""
    for _ in range(20 * LIMIT):
        if found := holds():
            return found
        time.sleep(0.05)
    raise AssertionError("it does not come")


class Browser:
    """A browser with one window; its profile, its downloads and its log are in a folder of its own."""

    def __init__(self, folder: Path):
        self.folder, self.processes = folder, []

    def start(self, *command: str, **how) -> None:
        with (self.folder / "log").open("ab") as log:
            self.processes.append(subprocess.Popen(command, stdout=log, stderr=log, **how))

    def begun(self, holds: Callable):
        """What this returns, once it is something; all that was started must go on."""

        def looked():
            gone = [process.args[0] for process in self.processes if process.poll() is not None]
            assert not gone, f"{gone} ended: {(self.folder / 'log').read_text(errors='replace')}"
            return holds()

        return until(looked)

    def close(self) -> None:
        for process in reversed(self.processes):
            process.terminate()
            process.wait(LIMIT)

    # --- what a reader does and sees ----------------------------------------------------------------------------------

    def open(self, address: str, width: int = 1280) -> None:
        self.command("SetWindowRect", x=0, y=0, width=width, height=900)
        self.command("Navigate", url=address)

    def js(self, script: str, *given):
        """What a function with this body returns; it finds what is given as `given`."""
        return self.command(
            "ExecuteScript", script=f"const given = arguments; {script}", args=list(given)
        )

    def get(self, expression: str, *given):
        return self.js(f"return {expression}", *given)

    def until(self, expression: str, *given):
        """What the expression is, once it is something."""
        return until(lambda: self.get(expression, *given))

    def see(self, selector: str) -> None:
        """Wait for something."""
        self.until("document.querySelector(given[0]) !== null", selector)

    def press(self, *keys: str) -> None:
        """Press keys one after the other; "Shift+Tab" is two at once."""
        acts = []
        for key in keys:
            parts = [KEYS.get(part, part) for part in (key.split("+") if key[1:] else key)]
            acts += [{"type": "keyDown", "value": part} for part in parts]
            acts += [{"type": "keyUp", "value": part} for part in reversed(parts)]
        self.command("PerformActions", actions=[{"type": "key", "id": "keys", "actions": acts}])

    def drag(self, selector: str, right: int = 0, down: int = 0) -> None:
        """Take hold of the middle of what comes into sight, and let it go there."""
        x, y = until(lambda: self.js(MIDDLE, selector))
        acts = [
            {"type": "pointerMove", "x": x, "y": y},
            {"type": "pointerDown", "button": 0},
            *(
                {"type": "pointerMove", "x": x + right * n // 2, "y": y + down * n // 2}
                for n in (1, 2)
            ),
            {"type": "pointerUp", "button": 0},
        ]
        mouse = {"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}}
        self.command("PerformActions", actions=[mouse | {"actions": acts}])

    def click(self, selector: str) -> None:
        self.drag(selector)


class Firefox(Browser):
    stream = None

    def begin(self, program: str) -> None:
        folder = self.folder
        wanted = PREFERENCES | {"browser.download.dir": str(folder)}
        lines = [
            f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in wanted.items()
        ]
        (folder / "user.js").write_text("\n".join(lines), "utf-8")
        self.start(program, "--headless", "--marionette", "--profile", str(folder))
        port = folder / "MarionetteActivePort"
        number = int(self.begun(lambda: port.exists() and port.read_text()))
        with socket.create_connection(("127.0.0.1", number)) as connection:
            self.stream = connection.makefile("rwb")  # which holds it open
        self.hear()
        self.command("NewSession")

    def hear(self):
        size = b"".join(iter(lambda: self.stream.read(1), b":"))
        return json.loads(self.stream.read(int(size)))

    def command(self, name: str, **given):
        text = json.dumps([0, 0, f"WebDriver:{name}", given]).encode()
        self.stream.write(b"%d:%b" % (len(text), text))
        self.stream.flush()
        _, _, error, result = self.hear()
        if error:
            raise DriverError(f"{error['error']}: {error['message']}")
        return result.get("value", result)

    def close(self) -> None:
        if self.stream:
            self.stream.close()
        super().close()


class WebKit(Browser):
    def begin(self, program: str) -> None:
        folder = self.folder
        read, write = os.pipe()
        screen = ["Xvfb", "-screen", "0", "1600x1200x24", "-nolisten", "tcp", "-displayfd"]
        self.start(*screen, str(write), pass_fds=[write])
        os.close(write)
        with os.fdopen(read) as said:
            display = f":{said.readline().strip()}"
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        own = {"DISPLAY": display, "GDK_BACKEND": "x11", "HOME": str(folder)}
        own |= {f"XDG_{kind}_HOME": str(folder) for kind in ("CACHE", "CONFIG", "DATA")}
        self.start(program, f"--port={port}", env=os.environ | own)
        self.session = f"http://127.0.0.1:{port}/session"
        self.session += f"/{self.begun(self.made)['sessionId']}"

    def made(self) -> dict | None:
        try:
            return self.post("", capabilities={})
        except urllib.error.URLError:  # it does not listen yet
            return None

    def post(self, path: str, **given):
        asked = urllib.request.Request(self.session + path, json.dumps(given).encode())
        try:
            with urllib.request.urlopen(asked) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise DriverError(error.read().decode()) from None

    def command(self, name: str, **given):
        return self.post(f"/{PATHS[name]}", **given)


KINDS = {"Firefox": Firefox, "WebKit": WebKit}
