"""`snapshot` against a real screen: the picture, the frame it was drawn from, and the hashes."""

import hashlib
import json
import os
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver

from pipeline.snapshot.taking import integers
from tests.e2e.conftest import ROOT, Site, wait_until
from tests.e2e.test_page import hero, opened, sums
from tests.e2e.watched_page import root

pytestmark = [pytest.mark.browser, pytest.mark.services]
PNG = b"\x89PNG\r\n\x1a\n"


def snapshot(*words: str, **more: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "pipeline", "snapshot", "--timeout", "90", *words],
        cwd=ROOT,
        env={**os.environ, **more},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def manifest_in(folder: Path) -> dict[str, Any]:
    found = [path for path in folder.glob("*.json") if not path.name.endswith(".frame.json")]
    assert len(found) == 1
    return dict(json.loads(found[0].read_text()))


def test_a_picture_comes_with_the_frame_it_was_drawn_from(site: Site, tmp_path: Path) -> None:
    site.renew()
    asked = "lang=en&window=4H&theme=light"
    done = snapshot(
        "--url", site.url, "--out", str(tmp_path), "--query", asked, "--size", "1600x900"
    )
    assert done.returncode == 0, done.stderr
    said = manifest_in(tmp_path)
    png = (tmp_path / said["picture"]["file"]).read_bytes()
    frame = (tmp_path / said["frame"]["file"]).read_bytes()
    assert png.startswith(PNG)
    assert struct.unpack(">II", png[16:24]) == (1600, 900)
    for name, content in (("picture", png), ("frame", frame)):
        assert said[name]["sha256"] == hashlib.sha256(content).hexdigest()
        assert said[name]["bytes"] == len(content)
    document = json.loads(frame)
    assert (said["query"], said["as_of"]) == (asked, document["as_of"])
    assert document["windows"]["4H"]["metrics"]["gross_sales"]["value"] == sums(site, "4H").paid
    assert said["numbers"] > 80
    assert sums(site, "4H").paid in integers(document)


def test_only_the_newest_are_kept(site: Site, tmp_path: Path) -> None:
    site.renew()
    for _ in range(2):
        done = snapshot("--url", site.url, "--out", str(tmp_path), "--kept", "1")
        assert done.returncode == 0, done.stderr
    assert len(list(tmp_path.iterdir())) == 3


def test_a_screen_that_is_away_is_one_line_with_the_next_step(tmp_path: Path) -> None:
    done = snapshot("--url", "http://127.0.0.1:1/", "--out", str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "make demo" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_machine_without_a_browser_is_told_what_to_install(tmp_path: Path) -> None:
    done = snapshot("--url", "http://127.0.0.1:1/", PATH=str(tmp_path))
    assert done.returncode == 1
    assert "apt-get install" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_key_keeps_the_same_three_files(
    browser: webdriver.Chrome, site: Site, tmp_path: Path
) -> None:
    site.renew()
    opened(browser, site, "?lang=en")
    allowed = {"behavior": "allow", "downloadPath": str(tmp_path)}
    browser.execute_cdp_cmd("Browser.setDownloadBehavior", allowed)
    wait_until(lambda: root(browser, "ready"))
    browser.find_element("css selector", "body").send_keys("s")
    wait_until(lambda: len(list(tmp_path.glob("*.json"))) == 2, 30)
    said = manifest_in(tmp_path)
    png, frame = (tmp_path / said[name]["file"] for name in ("picture", "frame"))
    wait_until(png.exists, 10)
    for name, path in (("picture", png), ("frame", frame)):
        assert said[name]["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    document = json.loads(frame.read_bytes())
    assert document["windows"]["28H"]["metrics"]["gross_sales"]["value"] == hero(browser)
    assert png.read_bytes().startswith(PNG)
