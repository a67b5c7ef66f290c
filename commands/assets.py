"""``matinee assets``: fetch the browser libraries that pages can do without."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "package-lock.json"
VENDOR = ROOT / "web" / "static" / "vendor"
# What a page asks for, and where its package keeps it.
FILES = {
    "echarts.js": "echarts/dist/echarts.esm.min.js",
    "hls.js": "hls.js/dist/hls.light.min.mjs",
}
WITHOUT = "The desk then shows its own simple charts, and Firefox cannot play films."


@click.command()
@click.option(
    "--from",
    "packages",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder of packages that is there already.",
)
def assets(packages: Path | None) -> None:
    """Put the libraries that package-lock.json pins below web/static/vendor; nothing if they are.

    npm fetches them and compares their hashes; no script of theirs is run. Without npm the product
    works without them.
    """
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    marker = VENDOR / "lock"
    if marker.exists() and marker.read_text() == wanted:
        return
    if packages is None:
        packages = _fetched()
    if packages is None:
        return
    VENDOR.mkdir(exist_ok=True)
    for name, source in FILES.items():
        shutil.copyfile(packages / source, VENDOR / name)
    marker.write_text(wanted)
    click.echo(f"Browser libraries are in place: {', '.join(FILES)}.")


def _fetched() -> Path | None:
    """The folder of packages, filled by npm; ``None``, and a line that says so, without it."""
    npm = shutil.which("npm")
    if npm is None:
        click.echo(f"npm is not here, so no browser library is fetched. {WITHOUT}")
        return None
    click.echo("Fetching the browser libraries that package-lock.json pins …")
    done = subprocess.run(
        [npm, "ci", "--omit=dev"],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = next((line for line in done.stderr.splitlines() if "error" in line), "no reason")
        click.echo(f"npm could not: {said.strip()}. {WITHOUT}")
        return None
    return ROOT / "node_modules"
