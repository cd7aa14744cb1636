"""The last steps of a build: what is made from the whole site."""

from pathlib import Path

from scripts.site import offline, pack, published, quality
from scripts.vendor import bill


def complete(site: Path, build, config) -> None:
    """Add what is made from the whole site."""
    (site / "sitemap.xml.gz").unlink(missing_ok=True)  # it holds the time of the build
    if config.site_url and not build.is_served:
        for name, picture in published.cards(build.course, config).items():
            path = site / f"assets/cards/{name}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(picture)
    for address, made in build.downloads.items():
        (site / address).write_text(made, "utf-8", newline="\n")
    if build.python:
        build.python.write(site)
    pack.drop_languages(site)
    if build.is_offline:
        offline.search_index(site)
    if build.is_published:
        quality.fill(site)  # before the styles that no page needs are dropped
        pack.pack(site)
    listed = bill.sbom(build.parts, site, config.site_name)
    (site / bill.SBOM).write_text(listed, "utf-8", newline="\n")
    if build.is_published:  # what keeps the site for reading without a network; it names every file
        python = build.python.address if build.python else ""
        (site / "sw.js").write_text(offline.worker(site, python), "utf-8", newline="\n")
