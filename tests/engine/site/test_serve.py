"""Under `serve` the last good page stays up until a fault is mended."""

import socket
import subprocess
import time
import urllib.request

from kit import LESSON, LIMIT, SECTION, Project, fence


def test_serve_keeps_the_last_good_page_up_until_the_lesson_is_mended(project: Project, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    terminal = tmp_path / "terminal"

    def page() -> str:
        with urllib.request.urlopen(
            f"http://127.0.0.1:{port}/{LESSON.removesuffix('.md')}/"
        ) as answer:
            return answer.read().decode()

    def wait_for(what, wanted: str) -> None:
        end = time.monotonic() + LIMIT
        seen = ""
        while wanted not in seen:
            assert server.poll() is None, f"the server ended:\n{terminal.read_text()}"
            assert time.monotonic() < end, f"{wanted!r} does not come:\n{terminal.read_text()}"
            time.sleep(0.1)
            try:
                seen = what()
            except OSError:  # it does not listen yet
                continue

    def told() -> str:
        """What the terminal says of the last build."""
        return terminal.read_text().rsplit("Building documentation", 1)[-1]

    faulty = """\
from scripts.html import reading_time as module
whole = module.reading_time
def reading_time(html, cells=0):
    if "provoked" in html:
        raise KeyError("a fault of ours")
    return whole(html, cells)
module.reading_time = reading_time"""
    with terminal.open("w") as output:
        server = subprocess.Popen(
            project.command("serve", "--dev-addr", f"127.0.0.1:{port}", before=faulty),
            cwd=project.folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_for(page, "the square of 3 is")
        assert "livereload" in page()
        assert "Content-Security-Policy" not in page(), "it would keep the reloading script out"
        assert "offline.js" not in page(), "an author wants no kept pages"
        for times in (1, 2):  # each save is answered with what is wrong
            line = project.lesson(fence("1 / 0")) + 2
            for part in (f"{LESSON}, line {line}, block 2: ZeroDivisionError", "the last good one"):
                wait_for(lambda: part * (terminal.read_text().count(part) >= times), part)  # noqa: B023
        assert "the square of 3 is" in page()
        assert "block-2" not in page()
        project.lesson(fence("print('mended')"))
        wait_for(page, "mended")
        project.edit("snippets/differentiation/square.py", "return x**2", "return x**3")
        wait_for(page, "27.0")
        assert "Traceback" not in terminal.read_text()
        settings = project.read("mkdocs.yml")
        for broken, says in (
            ("nav: [", "error parsing the configuration file"),
            ("plugins: [searhc]", 'The "searhc" plugin is not installed'),
        ):
            project.write("mkdocs.yml", f"{settings}{broken}\n")
            wait_for(told, says)
            wait_for(told, "the last good one")
            assert "27.0" in page()
        assert "Traceback" not in terminal.read_text()
        project.write("mkdocs.yml", settings)
        wait_for(told, "Documentation built")
        gone = project.folder / "docs" / SECTION / "gone.md"
        gone.symlink_to("nowhere.md")  # the watcher sees no link that is dead from the first
        project.lesson("All is said.")
        wait_for(told, "gone.md is a link to nowhere.md, which is not there")
        wait_for(told, "the last good one")
        gone.unlink()
        project.lesson("It was provoked.")
        wait_for(told, "KeyError: 'a fault of ours'")
        wait_for(told, "the last good one")
        assert "27.0" in page()
        assert "provoked" not in page()
        project.lesson("All is well.")
        wait_for(page, "All is well.")
    finally:
        server.terminate()
        server.wait()
